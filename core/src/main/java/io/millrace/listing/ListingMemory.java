package io.millrace.listing;

/**
 * Memory that all listings of a store share: that of what they have written and their clients have
 * not read, or that of the names that come next.
 *
 * <p>Threads: any.
 */
public final class ListingMemory {

    private final long maxBytes;
    /** Guarded by this. */
    private long takenBytes;

    /** @param maxBytes how much it is */
    public ListingMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes so much, or nothing; returns whether it was there. */
    public synchronized boolean take(long bytes) {
        if (bytes > maxBytes - takenBytes) {
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    /** Takes half of what is left, but no more than this; returns how much that is. */
    synchronized long takeHalf(long atMost) {
        long bytes = Math.min(atMost, (maxBytes - takenBytes) / 2);
        takenBytes += bytes;
        return bytes;
    }

    /** Gives back what was taken. */
    public synchronized void give(long bytes) {
        takenBytes -= bytes;
        assert takenBytes >= 0 : takenBytes;
    }

    /** How much of it is taken. */
    public synchronized long takenBytes() {
        return takenBytes;
    }
}
