package io.millrace.log;

import java.lang.System.Logger.Level;

/**
 * Writes the server's log lines. A line that can't be written, because memory has run out or the
 * application's logging is broken, does not end the thread.
 *
 * <p>Threads: any.
 */
public final class SafeLog {

    private SafeLog() {
    }

    /**
     * Logs, if possible. The logger is fetched only here: the first logger of a JVM adds 10 ms to
     * the start, and most servers log nothing before their first response.
     *
     * @param source gives the logger its name
     * @param failure null if there is none
     */
    public static void log(Class<?> source, Level level, String message, Throwable failure) {
        try {
            System.getLogger(source.getName()).log(level, message, failure);
        } catch (RuntimeException | Error e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }
}
