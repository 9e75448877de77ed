package io.millrace.transfer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A worker's counters.
 *
 * <p>Threads: add by the owning worker only, read by any.
 */
public final class Counters {

    /** What is counted; ServerStats.WorkerStats of the server says what each is. */
    public enum Figure {
        ADOPTED, CLOSED, REQUESTS, BYTES_IN, BYTES_OUT, BYTES_IN_FLIGHT, BUSY_NS, LINGERED,
        TIMED_OUT, FAILED, SHED, EVICTED
    }

    /**
     * Most bytes of one body that count as in flight: more than one body moves before the next
     * connection arrives, yet so few that no number of connections can overflow the sum.
     */
    private static final long MOST_IN_FLIGHT = 1L << 36;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[Figure.values().length];

    // worker thread

    public void add(Figure figure, long count) {
        int cell = figure.ordinal();
        // Opaque: a reader sees each figure whole and sooner or later; the order among figures
        // doesn't matter to it.
        CELL.setOpaque(cells, cell, cells[cell] + count);
    }

    /**
     * Updates the bytes that a body still has to move: from 0 when its length becomes known, to 0
     * when it is complete or given up.
     */
    public void inFlight(long bytesBefore, long bytesNow) {
        long change = Math.min(bytesNow, MOST_IN_FLIGHT) - Math.min(bytesBefore, MOST_IN_FLIGHT);
        if (change != 0) {
            add(Figure.BYTES_IN_FLIGHT, change);
        }
    }

    // any thread

    public long read(Figure figure) {
        return (long) CELL.getOpaque(cells, figure.ordinal());
    }
}
