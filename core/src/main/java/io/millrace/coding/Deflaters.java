package io.millrace.coding;

import java.util.ArrayDeque;
import java.util.zip.Deflater;

/**
 * Compressors in use, counted, and some that wait for their next response: each has a quarter of a
 * megabyte outside of the heap, which costs more to get than a short response to compress.
 *
 * <p>Threads: any.
 */
final class Deflaters {

    /** Workers compress short responses one at a time, so that few are enough. */
    private static final int MOST_IDLE = 2 * Runtime.getRuntime().availableProcessors();

    private final int level;
    private final int maxInUse;

    // Below: guarded by this.
    private final ArrayDeque<Deflater> idle = new ArrayDeque<>();
    private int inUse;

    Deflaters(int level, int maxInUse) {
        this.level = level;
        this.maxInUse = maxInUse;
    }

    /** Whether another one may be taken. */
    synchronized boolean isFree() {
        return inUse < maxInUse;
    }

    /** How many are in use. */
    synchronized int inUse() {
        return inUse;
    }

    /** A compressor without a header of its own. It is the caller's until {@link #release}. */
    synchronized Deflater take() {
        Deflater waiting = idle.pollLast();
        Deflater taken = waiting != null ? waiting : new Deflater(level, true);
        inUse++;
        return taken;
    }

    void release(Deflater used) {
        used.reset();
        synchronized (this) {
            inUse--;
            if (idle.size() < MOST_IDLE) {
                idle.addLast(used);
                return;
            }
        }
        used.end();
    }
}
