package io.millrace.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A worker's figures.
 *
 * <p>Threads: add by the owning worker only, read by any.
 */
final class Counters {

    /** What is counted; see {@link ServerStats.WorkerStats}. */
    enum Figure {
        ADOPTED, CLOSED, REQUESTS, BYTES_IN, BYTES_OUT, BUSY_NS, LINGERED, TIMED_OUT
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[Figure.values().length];

    // worker thread

    void add(Figure figure, long count) {
        int cell = figure.ordinal();
        // Opaque: a reader sees each figure whole and sooner or later; the order among figures
        // doesn't matter to it.
        CELL.setOpaque(cells, cell, cells[cell] + count);
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
                read(Figure.BUSY_NS), read(Figure.LINGERED), read(Figure.TIMED_OUT));
    }
}
