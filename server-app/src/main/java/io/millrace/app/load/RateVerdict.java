package io.millrace.app.load;

import io.millrace.app.load.stats.Lateness;

/**
 * Whether a rate was kept, and who is to blame if it wasn't.
 *
 * <p>Threads: any.
 */
final class RateVerdict {

    /** A healthy machine stays below: 32 clients on one processor wake at most 1.1 ms late. */
    private static final long LATE_NS = 2_000_000;

    private RateVerdict() {
    }

    /** Whether more than one request in a hundred waited for a free connection. */
    static boolean isServerLate(LoadResult result) {
        Lateness lateness = result.lateness();
        return lateness.queued().count() * 100 > lateness.count()
                && lateness.queued().percentileNs(99) > LATE_NS;
    }

    /** Whether one client in a hundred woke so late that its request's latency says little. */
    static boolean isMachineLate(LoadResult result) {
        return result.lateness().woken().percentileNs(99) > LATE_NS;
    }
}
