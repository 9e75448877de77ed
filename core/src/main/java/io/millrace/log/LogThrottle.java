package io.millrace.log;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Lets one log line a second through and counts the others, so that a failure shared by many
 * requests doesn't fill a disk.
 *
 * <p>Threads: the owning worker only.
 */
public final class LogThrottle {

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private long lastNs;
    /** Lines withheld since the last one written; -1 before the first. */
    private long withheld = -1;

    /**
     * Logs by {@link SafeLog} if a line may pass, with the number of those before it that didn't.
     *
     * @param message null to rehearse, so that nothing has to be loaded when memory is short
     * @param failure null if the message says all
     */
    public void log(Class<?> source, Level level, String message, Throwable failure, long nowNs) {
        long before = message == null ? 0 : pass(nowNs);
        if (before >= 0) {
            SafeLog.log(source, level, message, failure, before);
        }
    }

    /** The number of lines withheld before this one, which may pass; -1 if it is withheld. */
    long pass(long nowNs) {
        if (withheld >= 0 && nowNs - lastNs < PAUSE_NS) {
            withheld++;
            return -1;
        }
        long before = Math.max(0, withheld);
        lastNs = nowNs;
        withheld = 0;
        return before;
    }
}
