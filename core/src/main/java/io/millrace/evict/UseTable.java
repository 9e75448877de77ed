package io.millrace.evict;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When names were used last, eight bytes for each: a hash of the name and the second. Names that
 * share a hash share the later time, so that an object may stay longer than it should, and never
 * leaves earlier.
 *
 * <p>A table never grows: one that has no slot for a name is full, and a larger one takes what
 * comes next. Threads: any, without a lock.
 */
final class UseTable { // decision 178

    /** So many slots are tried for a hash: a table is two thirds full when one has none. */
    private static final int MAX_PROBES = 64;

    private static final long SECONDS = 0xFFFF_FFFFL;

    /** The hash, and the second since 1970 as an unsigned number; 0 for none. */
    private final AtomicLongArray slots;
    private final int shift;
    /** A table that was full before this one, with times of its own; null if there is none. */
    private final UseTable older;

    /** @param slots a power of two, at least two */
    UseTable(int slots, UseTable older) {
        this.slots = new AtomicLongArray(slots);
        this.shift = Integer.numberOfLeadingZeros(slots - 1);
        this.older = older;
    }

    UseTable older() {
        return older;
    }

    int slots() {
        return slots.length();
    }

    /** Notes a use, unless a later one is noted; false if the table is full. */
    boolean note(int hash, long second) {
        long entry = (long) hash << 32 | second & SECONDS;
        int index = hash >>> shift;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            long found = slots.get(index);
            while (found == 0 || (int) (found >>> 32) == hash) {
                if (found != 0 && (found & SECONDS) >= (second & SECONDS)
                        || slots.compareAndSet(index, found, entry)) {
                    return true;
                }
                found = slots.get(index);
            }
            index = index + 1 & slots.length() - 1;
        }
        return false;
    }

    /** The second of the last use that is noted here or in an older table; 0 if none is. */
    long lastUse(int hash) {
        long last = 0;
        for (UseTable table = this; table != null; table = table.older) {
            last = Math.max(last, table.find(hash));
        }
        return last;
    }

    private long find(int hash) {
        int index = hash >>> shift;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            long found = slots.get(index);
            if (found == 0) {
                return 0;
            }
            if ((int) (found >>> 32) == hash) {
                return found & SECONDS;
            }
            index = index + 1 & slots.length() - 1;
        }
        return 0;
    }

    /** How many entries there are, those of older tables included. */
    int count() {
        int count = older == null ? 0 : older.count();
        for (int i = 0; i < slots.length(); i++) {
            count += slots.get(i) == 0 ? 0 : 1;
        }
        return count;
    }

    /** Who is told of each entry. */
    interface Visitor {

        void visit(int hash, long second);
    }

    /** Tells of each entry, those of older tables included. */
    void each(Visitor visitor) {
        for (UseTable table = this; table != null; table = table.older) {
            for (int i = 0; i < table.slots.length(); i++) {
                long found = table.slots.get(i);
                if (found != 0) {
                    visitor.visit((int) (found >>> 32), found & SECONDS);
                }
            }
        }
    }
}
