package io.millrace.store;

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
final class KeyLock {

    final StampedLock lock = new StampedLock();

    /** What keeps the versions of these keys apart. Guarded by the write lock. */
    final VersionTimes times = new VersionTimes();
}
