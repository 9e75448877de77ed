package io.millrace.evict;

import java.util.concurrent.TimeUnit;

/**
 * When the next pass is due: from time to time, and soon when there are too many bytes. One that
 * was asked for and found nothing to evict makes the next wait, each time twice as long, so that
 * objects that can't be removed cost no walk after the other.
 *
 * <p>Threads: one.
 */
final class EvictionSchedule {

    /** From one pass to the next, if nothing asks for one: reads get to files that often. */
    private static final long MOST_PERIOD_NS = TimeUnit.MINUTES.toNanos(10);
    /** From the end of a pass to the beginning of another, whatever asks for it. */
    static final long LEAST_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

    private final long periodNs;
    private long delayNs = LEAST_PERIOD_NS;
    private long endedNs;
    /** Once true this is always true. */
    private boolean begun;

    EvictionSchedule(EvictionLimits limits) {
        long tenthNs = limits.afterSeconds() == 0 ? MOST_PERIOD_NS
                : TimeUnit.SECONDS.toNanos(limits.afterSeconds()) / 10;
        this.periodNs = Math.max(LEAST_PERIOD_NS, Math.min(MOST_PERIOD_NS, tenthNs));
    }

    /**
     * How long to wait for the next pass; not more than 0 if it is due.
     *
     * @param asked whether something has asked for one
     */
    long waitNs(long nowNs, boolean asked) {
        return begun ? endedNs + (asked ? Math.min(delayNs, periodNs) : periodNs) - nowNs : 0;
    }

    /**
     * A pass has ended.
     *
     * @param asked whether it was asked for
     * @param evicted whether an object has left
     */
    void ended(long nowNs, boolean asked, boolean evicted) {
        begun = true;
        endedNs = nowNs;
        delayNs = asked && !evicted ? Math.min(MOST_PERIOD_NS, 2 * delayNs) : LEAST_PERIOD_NS;
    }
}
