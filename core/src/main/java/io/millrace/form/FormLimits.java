package io.millrace.form;

/**
 * How much a form may ask of its reader. The size of the body is bounded by the server.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class FormLimits {

    /** 1000 parts, and 8 KiB for the header fields of each. */
    public static final FormLimits DEFAULT = new FormLimits(1000, 8 * 1024);

    private final int maxParts;
    private final int maxPartHeadBytes;

    private FormLimits(int maxParts, int maxPartHeadBytes) {
        this.maxParts = atLeast1("maxParts", maxParts);
        this.maxPartHeadBytes = atLeast1("maxPartHeadBytes", maxPartHeadBytes);
    }

    private static int atLeast1(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
        return value;
    }

    /** Most parts of a form. */
    public int maxParts() {
        return maxParts;
    }

    /**
     * Most bytes of a part's header fields, with the empty line behind them; and of what stands
     * before the first boundary.
     */
    public int maxPartHeadBytes() {
        return maxPartHeadBytes;
    }

    /**
     * These limits with another number of parts.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxParts(int maxParts) {
        return new FormLimits(maxParts, maxPartHeadBytes);
    }

    /**
     * These limits with another size of a part's header fields.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxPartHeadBytes(int maxPartHeadBytes) {
        return new FormLimits(maxParts, maxPartHeadBytes);
    }
}
