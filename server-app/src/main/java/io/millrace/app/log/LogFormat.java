package io.millrace.app.log;

/**
 * What a line on stdout or stderr looks like, as {@code --log-format} names it.
 *
 * <p>Threads: any.
 */
public enum LogFormat {
    /** For people: {@code millrace: TEXT}, and a stack trace if there is one. */
    TEXT,
    /** For programs: an object of JSON on one line, see {@link JsonLine}. */
    JSON
}
