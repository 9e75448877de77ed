package io.millrace.app.cli;

/**
 * A value that was given for a flag, and where.
 *
 * <p>Threads: any.
 *
 * @param text the value as it was written
 * @param origin where it comes from, such as "flag", "environment" or "millrace.conf:3"
 * @param name how its place calls the flag, as a message begins: "--port", "MILLRACE_PORT" or
 *     "millrace.conf:3: port"
 */
public record Setting(String text, String origin, String name) {

    /** This one with another value behind it, for a flag that is a list. */
    Setting and(String more) {
        return new Setting(text + "," + more, origin, name);
    }
}
