package io.millrace.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A worker's counters.
 *
 * <p>Threads: add by the owning worker only, read by any.
 */
final class Counters {

    /** What is counted; see {@link ServerStats.WorkerStats}. */
    enum Figure {
        ADOPTED, CLOSED, REQUESTS, BYTES_IN, BYTES_OUT, BYTES_IN_FLIGHT, BUSY_NS, LINGERED,
        TIMED_OUT, FAILED
    }

    /**
     * Most bytes of one body that count as in flight: more than one body moves before the next
     * connection arrives, yet so few that no number of connections can overflow the sum.
     */
    private static final long MOST_IN_FLIGHT = 1L << 36;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[Figure.values().length];

    // worker thread

    void add(Figure figure, long count) {
        int cell = figure.ordinal();
        // Opaque: a reader sees each figure whole and sooner or later; the order among figures
        // doesn't matter to it.
        CELL.setOpaque(cells, cell, cells[cell] + count);
    }

    /**
     * Updates the bytes that a body still has to move: from 0 when its length becomes known, to 0
     * when it is complete or given up.
     */
    void inFlight(long bytesBefore, long bytesNow) {
        long change = Math.min(bytesNow, MOST_IN_FLIGHT) - Math.min(bytesBefore, MOST_IN_FLIGHT);
        if (change != 0) {
            add(Figure.BYTES_IN_FLIGHT, change);
        }
    }

    // any thread

    long read(Figure figure) {
        return (long) CELL.getOpaque(cells, figure.ordinal());
    }

    ServerStats.WorkerStats snapshot() {
        long closed = read(Figure.CLOSED);
        long adopted = read(Figure.ADOPTED);
        return new ServerStats.WorkerStats(adopted, (int) Math.max(0, adopted - closed),
                read(Figure.REQUESTS), read(Figure.BYTES_IN), read(Figure.BYTES_OUT),
                read(Figure.BYTES_IN_FLIGHT), read(Figure.BUSY_NS), read(Figure.LINGERED),
                read(Figure.TIMED_OUT), read(Figure.FAILED));
    }
}
