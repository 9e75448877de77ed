package io.millrace.server;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections in the midst of a long body, or with many pipelined requests, that are ready, in
 * the order in which they became so.
 * A worker visits one of them a turn, after all that have asked for little so far: a small request
 * waits for one visit of a long transfer, and not for one of each.
 *
 * <p>A transfer goes on for a slice of time before the next one's. The fewer files grow at once,
 * the sooner the memory of those that they replace is used again. Where small requests take all of
 * the time, a slice is one visit.
 *
 * <p>Threads: the owning worker only.
 */
final class LongTransfers {

    /**
     * What a transfer may take before the next one's turn, if it has so much to move. PUT of 40 MB
     * to files, in docs/benchmarks.md: with 8 to 64 ms it takes 0.8 of the processor time that it
     * takes with a visit of 4 MiB each.
     */
    static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(10); // decision 59
    /** With many transfers each gets less, so that all have had their turn in about that time. */
    static final long ROUND_NS = TimeUnit.SECONDS.toNanos(1);

    /** Connections have no other identity than their own. */
    private final Set<Connection> waiting = new LinkedHashSet<>();
    /** Whose turn it is; null for nobody's. */
    private Connection current;
    private long sliceEndsNs;

    /** Lets a connection wait for its turn, unless it does already. */
    void add(Connection connection) {
        if (connection != current) {
            waiting.add(connection);
        }
    }

    boolean isEmpty() {
        return current == null && waiting.isEmpty();
    }

    /**
     * The connection to visit; null if there is none.
     *
     * @param nowNs as {@link System#nanoTime}
     */
    Connection next(long nowNs) {
        if (current != null && nowNs - sliceEndsNs >= 0) {
            waiting.add(current);
            current = null;
        }
        if (current == null && !waiting.isEmpty()) {
            sliceEndsNs = nowNs + Math.min(SLICE_NS, ROUND_NS / waiting.size());
            Iterator<Connection> first = waiting.iterator();
            current = first.next();
            first.remove();
        }
        return current;
    }

    /** Forgets all of them. */
    void clear() {
        waiting.clear();
        current = null;
    }

    /** Ends the turn of the connection that {@link #next} gave: it has no more to move now. */
    void pause() {
        current = null;
    }
}
