package io.millrace.accesslog;

/**
 * How a line of an {@link AccessLog} looks. In all of them a line is ASCII, and nothing that a
 * client sends can end it or forge a part of it. Times of day are UTC.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public enum AccessLogFormat {
    /**
     * {@code address - user [time] "request line" status bytes}, as all web servers have written it
     * since the first. What isn't known is {@code -}; the bytes are those of the response's body.
     */
    COMMON,
    /** As COMMON, and behind it {@code "Referer" "User-Agent"}. */
    COMBINED,
    /**
     * A JSON object (RFC 8259) with all that is known: {@code docs/operating.md} has its members.
     * Those that aren't known are left out.
     */
    JSON;

    /** Whether a line has header fields in it. */
    boolean hasFields() {
        return this != COMMON;
    }

    /** What writes such lines. */
    LineFormat lines() {
        return this == JSON ? new JsonLines() : new CommonLines(this == COMBINED);
    }
}
