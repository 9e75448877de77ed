package io.millrace.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the objects of a store have, or are about to have, and how many there may be.
 *
 * <p>Threads: any.
 */
final class Quota {

    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    Quota(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether there is a limit at all; without one nothing needs to be counted. */
    boolean isLimited() {
        return maxBytes < Long.MAX_VALUE;
    }

    /** Counts bytes that are there, too many or not; negative for such as are not any more. */
    void count(long bytes) {
        if (isLimited()) {
            usedBytes.addAndGet(bytes);
        }
    }

    /**
     * Takes room, or gives it back.
     *
     * @param bytes how many; negative to give back, which always succeeds
     * @return whether there was room; nothing is taken if not
     */
    boolean take(long bytes) {
        if (!isLimited()) {
            return true;
        }
        long used;
        do {
            used = usedBytes.get();
            if (bytes > 0 && bytes > maxBytes - used) {
                return false;
            }
        } while (!usedBytes.compareAndSet(used, used + bytes));
        return true;
    }
}
