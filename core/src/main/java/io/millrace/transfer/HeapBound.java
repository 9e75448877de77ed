package io.millrace.transfer;

/**
 * What may be kept for connections when the heap is nearly full, whatever may be kept otherwise.
 *
 * <p>Threads: the owning worker only.
 */
public class HeapBound { // not final: tests say how much is free

    /** Of the heap, a quarter: the rest is the application's. */
    private static final int KEPT_SHARE = 4;
    /** Of the heap, a sixteenth: room for the collector, and for what a turn needs. */
    private static final int LEAST_FREE_SHARE = 16;

    private final long mostBytes;
    private final long keptBytes;

    /** Of this JVM's heap; a worker has an equal share, but no more than may be kept otherwise. */
    public HeapBound(int workers, long maxKeptBytes) {
        this(Runtime.getRuntime().maxMemory(), workers, maxKeptBytes);
    }

    /** @param mostBytes how large the heap may become */
    public HeapBound(long mostBytes, int workers, long maxKeptBytes) {
        this.mostBytes = mostBytes;
        keptBytes = Math.min(maxKeptBytes, mostBytes / KEPT_SHARE / workers);
    }

    /** What is kept when memory has run out. */
    public long keptBytes() {
        return keptBytes;
    }

    /**
     * Whether so much may not be kept any longer. By the time an allocation fails, others have: a
     * collector may go on for minutes, and the JVM hears of no signal. Garbage counts as well, so
     * free memory is asked for only where more than a share of the heap is kept.
     */
    public boolean isExceededBy(long kept) { // decision 188
        return kept > keptBytes && freeBytes() < mostBytes / LEAST_FREE_SHARE;
    }

    /** What can be allocated before the collector has to find more. */
    public long freeBytes() {
        Runtime memory = Runtime.getRuntime();
        return mostBytes - memory.totalMemory() + memory.freeMemory();
    }
}
