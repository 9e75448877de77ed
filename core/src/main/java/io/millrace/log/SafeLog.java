package io.millrace.log;

import java.lang.System.Logger.Level;

/**
 * The server's log lines. One that can't be written, because no memory is left or the application's
 * logging is broken, ends no thread that must go on.
 *
 * <p>Threads: any.
 */
public final class SafeLog {

    private SafeLog() {
    }

    /**
     * Logs, if possible. The logger is fetched here and not before: looking for the first one of
     * all costs a start 10 ms, and most servers have nothing to say before their first answer.
     *
     * @param source who says it; the logger has its name
     * @param failure null if the message says all
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
