package io.millrace.tree;

/**
 * The write locks of several keys, taken in the one order in which everybody takes them: two
 * requests that want the same never wait for each other.
 *
 * <p>Threads: the one that has taken them.
 */
public final class HeldLocks { // decision 266

    private final KeyLock[] locks;
    private final long[] stamps;
    /** How many are taken. */
    private int taken;

    /** @param locks in the order of their stripes, each once */
    HeldLocks(KeyLock... locks) {
        this.locks = locks;
        this.stamps = new long[locks.length];
        try {
            while (taken < locks.length) {
                stamps[taken] = locks[taken].lock.writeLock();
                taken++;
            }
        } finally {
            if (taken < locks.length) {
                release(); // no memory to wait for one: those before it must not stay locked
            }
        }
    }

    /** Gives them back. */
    public void release() {
        while (taken > 0) {
            taken--;
            locks[taken].lock.unlockWrite(stamps[taken]);
        }
    }
}
