package io.millrace.transfer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The ready connections with a long body, or with many pipelined requests, in the order in which
 * they became ready. A worker visits one of them per turn, after all connections with small
 * requests. So a small request waits for one visit to a long transfer, not for one to each.
 *
 * <p>A transfer keeps its turn for a slice of time. The fewer files grow at once, the sooner the
 * memory of the files that they replace is reused. If small requests take all the time, a slice is
 * one visit.
 *
 * <p>Threads: the owning worker only.
 *
 * @param <C> a connection
 */
public final class LongTransfers<C> {

    /**
     * Longest turn of a transfer. Measured with PUT of 40 MB to files (docs/benchmarks.md): with 8
     * to 64 ms it takes 0.8 of the processor time that single visits of 4 MiB take.
     */
    public static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(10); // decision 59
    /** With many transfers each gets less, so that every one has a turn within about this time. */
    public static final long ROUND_NS = TimeUnit.SECONDS.toNanos(1);

    /** Connections compare by identity. */
    private final Set<C> waiting = new LinkedHashSet<>();
    /** Whose turn it is; null for nobody's. */
    private C current;
    private long sliceEndsNs;

    /** Lets a connection wait for its turn, unless it does already. */
    public void add(C connection) {
        if (connection != current) {
            waiting.add(connection);
        }
    }

    public boolean isEmpty() {
        return current == null && waiting.isEmpty();
    }

    /**
     * The connection to visit; null if there is none.
     *
     * @param nowNs as {@link System#nanoTime}
     */
    public C next(long nowNs) {
        if (current != null && nowNs - sliceEndsNs >= 0) {
            waiting.add(current);
            current = null;
        }
        if (current == null && !waiting.isEmpty()) {
            sliceEndsNs = nowNs + Math.min(SLICE_NS, ROUND_NS / waiting.size());
            Iterator<C> first = waiting.iterator();
            current = first.next();
            first.remove();
        }
        return current;
    }

    /** Forgets all of them. */
    public void clear() {
        waiting.clear();
        current = null;
    }

    /** Ends the turn of the connection that {@link #next} gave: it has no more to move now. */
    public void pause() {
        current = null;
    }
}
