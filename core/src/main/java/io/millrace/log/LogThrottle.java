package io.millrace.log;

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

    /** The line to write, with the number of lines withheld before it; null to withhold it. */
    public String line(String message, long nowNs) {
        if (withheld >= 0 && nowNs - lastNs < PAUSE_NS) {
            withheld++;
            return null;
        }
        String line = withheld <= 0 ? message
                : message + " (and " + withheld + " more since the last such line)";
        lastNs = nowNs;
        withheld = 0;
        return line;
    }
}
