package io.millrace.evict;

/**
 * When objects leave a store.
 *
 * <p>Threads: any, immutable.
 *
 * @param afterSeconds an object leaves when it has not been used for so long; 0: never for this
 * @param toBytes beyond so many bytes in all, the least recently used leave; 0: never for this
 */
public record EvictionLimits(long afterSeconds, long toBytes) {

    /** Whether there is a limit at all. */
    public boolean any() {
        return afterSeconds > 0 || toBytes > 0;
    }

    /**
     * What is left when objects have left for the bytes of all: a tenth less than the limit, so
     * that not each PUT takes a walk over all objects.
     */
    long lowBytes() {
        return toBytes - toBytes / 10;
    }

    /** Whether there are too many bytes. */
    boolean isOver(long bytes) {
        return toBytes > 0 && bytes > toBytes;
    }
}
