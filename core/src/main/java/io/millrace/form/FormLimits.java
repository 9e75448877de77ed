package io.millrace.form;

/**
 * How much a form may ask of its reader. The size of the body is bounded by the server.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class FormLimits {

    private static final FormLimits DEFAULTS =
            new FormLimits(1000, 100, 8 << 10, 1 << 20, Long.MAX_VALUE);

    private final int maxParts;
    private final int maxFiles;
    private final int maxPartHeadBytes;
    private final int maxFieldsBytes;
    private final long maxFileBytes;

    private FormLimits(int maxParts, int maxFiles, int maxPartHeadBytes, int maxFieldsBytes,
            long maxFileBytes) {
        this.maxParts = (int) atLeast1("maxParts", maxParts);
        this.maxFiles = (int) atLeast1("maxFiles", maxFiles);
        this.maxPartHeadBytes = (int) atLeast1("maxPartHeadBytes", maxPartHeadBytes);
        this.maxFieldsBytes = (int) atLeast1("maxFieldsBytes", maxFieldsBytes);
        this.maxFileBytes = atLeast1("maxFileBytes", maxFileBytes);
    }

    /**
     * 1000 parts, 100 files among them, 8 KiB for the header fields of each, 1 MiB for all fields
     * together, and any size of files.
     */
    public static FormLimits defaults() {
        return DEFAULTS;
    }

    private static long atLeast1(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
        return value;
    }

    /** Most parts of a form, or most names with a value if it is urlencoded. */
    public int maxParts() {
        return maxParts;
    }

    /**
     * Most files that {@link Form#receive} stores. Each is made and removed by the worker, which
     * serves no other request meanwhile.
     */
    public int maxFiles() {
        return maxFiles;
    }

    /**
     * Most bytes of a part's header fields, with the empty line behind them; and of what stands
     * before the first boundary. Bounds the length of each name.
     */
    public int maxPartHeadBytes() {
        return maxPartHeadBytes;
    }

    /**
     * Most bytes that {@link Form#receive} keeps in memory for one form: all header fields of parts
     * and the values of fields that are no files, or the urlencoded body. What reads parts one by
     * one doesn't use it.
     */
    public int maxFieldsBytes() {
        return maxFieldsBytes;
    }

    /** Most bytes of one file that {@link Form#receive} stores. */
    public long maxFileBytes() {
        return maxFileBytes;
    }

    /**
     * These limits with another number of parts.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxParts(int maxParts) {
        return new FormLimits(maxParts, maxFiles, maxPartHeadBytes, maxFieldsBytes,
                maxFileBytes);
    }

    /**
     * These limits with another number of files.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxFiles(int maxFiles) {
        return new FormLimits(maxParts, maxFiles, maxPartHeadBytes, maxFieldsBytes,
                maxFileBytes);
    }

    /**
     * These limits with another size of a part's header fields.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxPartHeadBytes(int maxPartHeadBytes) {
        return new FormLimits(maxParts, maxFiles, maxPartHeadBytes, maxFieldsBytes,
                maxFileBytes);
    }

    /**
     * These limits with another size of all fields together.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxFieldsBytes(int maxFieldsBytes) {
        return new FormLimits(maxParts, maxFiles, maxPartHeadBytes, maxFieldsBytes,
                maxFileBytes);
    }

    /**
     * These limits with another size of each file.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public FormLimits withMaxFileBytes(long maxFileBytes) {
        return new FormLimits(maxParts, maxFiles, maxPartHeadBytes, maxFieldsBytes,
                maxFileBytes);
    }
}
