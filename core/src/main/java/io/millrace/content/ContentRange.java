package io.millrace.content;

import org.jspecify.annotations.Nullable;

/**
 * Which bytes of some content a body is: the value of {@code Content-Range} (RFC 9110 section
 * 14.4), such as {@code bytes 0-499/1234} or {@code bytes 500-999/*}.
 *
 * <pre>{@code
 * ContentRange range = ContentRange.parse("bytes 500-999/1000");
 * assert range.range().first() == 500 && range.completeBytes() == 1000;
 * }</pre>
 *
 * <p>Threads: any, immutable.
 *
 * @param range the positions of the body's first and last byte in the content
 * @param completeBytes length of the whole content; {@link #UNKNOWN} for {@code *}
 * @since 0.1
 */
public record ContentRange(ByteRange range, long completeBytes) {

    /** Stands for a length that the field doesn't tell. */
    public static final long UNKNOWN = -1;

    private static final String UNIT = "bytes ";
    /** What has more digits may be beyond a long. */
    private static final int MAX_DIGITS = 18;

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException if {@code completeBytes} is neither {@link #UNKNOWN} nor
     *     more than the position of the last byte
     */
    public ContentRange {
        if (completeBytes != UNKNOWN && completeBytes <= range.last()) {
            throw new IllegalArgumentException("invalid length of a content with the bytes "
                    + range.first() + "-" + range.last() + ": " + completeBytes);
        }
    }

    /**
     * Reads a value.
     *
     * @param field the value of {@code Content-Range}
     * @return null if it is malformed, in another unit, says that no range was satisfiable ({@code
     *     bytes *}{@code /1234}), or has a number of more than 18 digits
     */
    public static @Nullable ContentRange parse(String field) {
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        String value = field.substring(UNIT.length());
        int dash = value.indexOf('-');
        int slash = value.indexOf('/');
        if (dash < 0 || slash < dash) {
            return null;
        }
        long first = number(value.substring(0, dash));
        long last = number(value.substring(dash + 1, slash));
        String complete = value.substring(slash + 1);
        long completeBytes = complete.equals("*") ? UNKNOWN : number(complete);
        boolean isKnown = completeBytes >= 0;
        if (first < 0 || last < first || isKnown && completeBytes <= last
                || !isKnown && !complete.equals("*")) {
            return null;
        }
        return new ContentRange(new ByteRange(first, last), completeBytes);
    }

    /** A number of ASCII digits; negative if it is none. */
    private static long number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Whether the body is the whole content, as far as the field tells. */
    public boolean isWhole() {
        return range.first() == 0 && completeBytes == range.length();
    }
}
