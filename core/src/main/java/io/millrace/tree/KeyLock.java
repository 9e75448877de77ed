package io.millrace.tree;

import java.util.concurrent.locks.StampedLock;

/**
 * Orders the changes of the keys that share it.
 *
 * <p>Every change of a file's name holds the write lock, for the few system calls that it takes and
 * never while bytes move. A reader notices by an optimistic read that nothing has changed
 * meanwhile.
 *
 * <p>Threads: any.
 */
public final class KeyLock {

    /** Held for writing by each change of a name. */
    public final StampedLock lock = new StampedLock();

    /** What keeps the versions of these keys apart. Guarded by the write lock. */
    public final VersionTimes times;

    /** Whether the last object that was put was a new one. Guarded by the write lock. */
    public boolean wasNew = true;

    /** @param floorNs as {@link VersionTimes} takes it */
    KeyLock(long floorNs) {
        times = new VersionTimes(floorNs);
    }
}
