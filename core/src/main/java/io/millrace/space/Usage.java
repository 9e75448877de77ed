package io.millrace.space;

import io.millrace.tree.Key;
import java.util.BitSet;

/**
 * The bytes that a store has on its file system: those of objects, and those that PUTs have written
 * so far.
 *
 * <p>The objects' bytes are kept in many small sums, each of the names that share a hash. A count
 * of the folder runs beside changes: it corrects the sums that no change has touched meanwhile, and
 * leaves the others to the next one. A change touches its sum from before the file changes until it
 * has settled, and a count that begins and ends within that time leaves the sum alone, too. So
 * other programs' changes are found, and no change of the store's own is counted twice or missed.
 *
 * <p>Where a folder moves, nobody looks which of its objects are how large: their bytes stay in the
 * sums of the old names. Until each sum has been counted since, counts bring bytes from one sum to
 * another and leave the whole as it is.
 *
 * <p>Threads: any.
 */
final class Usage {

    /** Sums: with 5,000 changes a second, a count that takes 4 s corrects three of four. */
    private static final int SUMS = 1 << 16;

    /** Guarded by this, as all fields are. */
    private final long[] sums = new long[SUMS];
    private long objectBytes;
    private long stagedBytes;
    /** The sums that have been changed since a count began; null if none runs. */
    private BitSet changed;
    /** How many changes of a sum have not settled: not more than there are threads. */
    private final short[] unsettled = new short[SUMS];
    /** How many folders are being moved, which changes any sums. */
    private int movingFolders;
    /** The sums that have not been counted since a folder moved; null if there are none. */
    private BitSet uncounted;
    /** What the sums lack of all bytes, or have too much if negative; 0 without uncounted ones. */
    private long beyondSums;

    /** A count of the folder's objects. Threads: one. */
    static final class Count {

        private final long[] sums = new long[SUMS];
        private long objects;

        void add(String name, long bytes) {
            sums[sum(name)] += bytes;
            objects++;
        }

        /** How many objects there are. */
        long objects() {
            return objects;
        }
    }

    private static int sum(String name) {
        return Key.spread(name) >>> 16;
    }

    /** Begins a count, after the last one has ended. */
    synchronized Count begin() {
        changed = new BitSet(SUMS);
        for (int i = 0; i < SUMS; i++) {
            if (unsettled[i] > 0 || movingFolders > 0) {
                changed.set(i);
            }
        }
        return new Count();
    }

    /** Takes over what has been counted. */
    synchronized void end(Count count) { // decision 118
        for (int i = 0; i < SUMS; i++) {
            if (!changed.get(i)) {
                take(count, i);
            }
        }
        if (uncounted != null) {
            uncounted.and(changed);
            if (uncounted.isEmpty()) {
                uncounted = null;
                beyondSums = 0; // or other programs have changed it
            }
        }
        changed = null;
    }

    /**
     * Takes over the first count, beside which nothing has been stored. No earlier sum is right,
     * so one that an object was removed from meanwhile is taken, too: it may be too much, and is
     * not too little.
     */
    synchronized void endFirst(Count count) {
        for (int i = 0; i < SUMS; i++) {
            take(count, i);
        }
        changed = null;
    }

    private void take(Count count, int i) {
        long more = count.sums[i] - sums[i];
        if (isUncounted(i)) {
            beyondSums -= more;
        }
        objectBytes += more;
        sums[i] = count.sums[i];
    }

    private boolean isUncounted(int i) {
        return uncounted != null && uncounted.get(i);
    }

    /** Bytes are about to be written by a PUT; false, and nothing is taken, if they don't fit. */
    synchronized boolean stage(long bytes, long maxBytes) {
        if (!fits(bytes, maxBytes)) {
            return false;
        }
        stagedBytes += bytes;
        return true;
    }

    /** Bytes of a PUT are there already. */
    synchronized void stage(long bytes) {
        stagedBytes += bytes;
    }

    /** Whether so many bytes more would be within a limit. */
    synchronized boolean fits(long bytes, long maxBytes) {
        // Other programs may have put more there than the limit.
        return bytes <= maxBytes - bytes();
    }

    /** Bytes that a PUT has written are gone. */
    synchronized void unstage(long bytes) {
        stagedBytes -= bytes;
    }

    /** An object is about to change, and a count may see it before or after, until it settles. */
    synchronized void changing(String name) {
        int i = sum(name);
        unsettled[i]++;
        touch(i);
    }

    /** A change has been made known, or has failed. */
    synchronized void settled(String name) {
        unsettled[sum(name)]--;
    }

    /** A folder is about to be moved: a count may see its objects twice, or not at all. */
    synchronized void movingFolder() {
        movingFolders++;
        uncounted = new BitSet(SUMS);
        uncounted.set(0, SUMS);
        if (changed != null) {
            changed.set(0, SUMS);
        }
    }

    /** A folder has been moved, or not. Its objects are still in the sums of their old names. */
    synchronized void folderSettled() {
        movingFolders--;
    }

    /** An object has been stored; the bytes that were staged for it are those of the object. */
    synchronized void stored(String name, long bytes, long replacedBytes, long staged) {
        stagedBytes -= staged;
        add(name, bytes - replacedBytes);
    }

    /** An object has been removed. */
    synchronized void removed(String name, long bytes) {
        add(name, -bytes);
    }

    private void add(String name, long bytes) {
        int i = sum(name);
        touch(i);
        // Of what another program has put there and no count has seen, nothing is left to take off.
        long after = Math.max(0, sums[i] + bytes);
        if (isUncounted(i)) { // or a moved folder has brought it
            beyondSums += sums[i] + bytes - after;
        }
        objectBytes += after - sums[i];
        sums[i] = after;
    }

    private void touch(int i) {
        if (changed != null) {
            changed.set(i);
        }
    }

    /** All bytes, as far as they are known. */
    synchronized long bytes() {
        return Math.max(0, objectBytes + beyondSums) + stagedBytes;
    }
}
