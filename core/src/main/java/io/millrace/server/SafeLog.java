package io.millrace.server;

import java.lang.System.Logger.Level;

/**
 * Log lines of threads that must go on: one that can't be written, because no memory is left or the
 * application's logging is broken, doesn't end them.
 *
 * <p>Threads: any.
 */
final class SafeLog {

    private SafeLog() {
    }

    /**
     * Logs, if possible. The caller has a figure for it too, so that it shows in either case.
     *
     * @param failure null if the message says all
     */
    static void log(System.Logger log, Level level, String message, Throwable failure) {
        try {
            log.log(level, message, failure);
        } catch (RuntimeException | Error e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }
}
