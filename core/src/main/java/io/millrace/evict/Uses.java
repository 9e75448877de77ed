package io.millrace.evict;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongSupplier;

/**
 * When the objects of a store were used last, as far as their files don't tell, and which are being
 * read now.
 *
 * <p>A pass over all objects drops what their files tell by then and keeps the rest, so that
 * objects that are gone take no memory. An object takes 12 to 24 bytes, twice that during a pass.
 * With more than some four million objects, the uses of those that don't fit are taken as uses of
 * all that are not known here, which keeps objects longer.
 *
 * <p>Threads: any; a pass is made by one. Noting a use takes no lock and, but for a table that is
 * full, no memory.
 */
public final class Uses {

    private static final int LEAST_SLOTS = 1 << 12;
    /** 64 MiB, and as much again during a pass. */
    private static final int MOST_SLOTS = 1 << 23;
    /** What a request adds at most when a table is full: 8 MiB, in a few milliseconds. */
    private static final int MOST_SLOTS_ADDED = 1 << 20;
    /** Names that share one of these are both taken as being read: 256 KiB. A power of two. */
    private static final int READERS = 1 << 16;

    private final LongSupplier clockMs;
    private final int mostSlots;
    /** How many transfers read the objects of each hash. */
    private final AtomicIntegerArray readers = new AtomicIntegerArray(READERS);
    private volatile UseTable newest = new UseTable(LEAST_SLOTS, null);
    /** What was noted before the pass that runs; null if none does. */
    private volatile UseTable before;
    /** The last use that no table had room for, in seconds since 1970. Guarded by this to write. */
    private volatile long unknownUse;

    /**
     * No use is known.
     *
     * @param clockMs the time, in milliseconds since 1970
     */
    public Uses(LongSupplier clockMs) {
        this(clockMs, MOST_SLOTS);
    }

    Uses(LongSupplier clockMs, int mostSlots) {
        this.clockMs = clockMs;
        this.mostSlots = mostSlots;
    }

    /** The time, in seconds since 1970. */
    long nowSeconds() {
        return clockMs.getAsLong() / 1000;
    }

    /** An object is used now. */
    public void used(String name) {
        note(hash(name), nowSeconds());
    }

    /** A transfer of an object begins; {@link #readingEnds} has to follow. */
    public void readingBegins(String name) {
        readers.incrementAndGet(reader(hash(name)));
    }

    /** A transfer of an object has ended, which is a use of it. */
    public void readingEnds(String name) {
        used(name);
        readers.decrementAndGet(reader(hash(name)));
    }

    /** Whether an object may be being read now. */
    boolean isRead(String name) {
        return readers.get(reader(hash(name))) > 0;
    }

    /** When an object was used last, in seconds since 1970; 0 if its file tells. */
    long lastUse(String name) {
        int hash = hash(name);
        UseTable pass = before;
        long last = Math.max(newest.lastUse(hash), pass == null ? 0 : pass.lastUse(hash));
        return last == 0 ? unknownUse : last;
    }

    // Upper bits that differ, too, if names differ at the end only.
    private static int hash(String name) {
        return name.hashCode() * 0x9E3779B9;
    }

    private static int reader(int hash) {
        return hash >>> Integer.numberOfLeadingZeros(READERS - 1);
    }

    private void note(int hash, long second) {
        UseTable table = newest;
        while (true) {
            while (!table.note(hash, second)) {
                UseTable next = next(table);
                if (next == null) {
                    noRoom(second);
                    return;
                }
                table = next;
            }
            // A pass that has begun meanwhile may have looked before this was noted.
            UseTable now = newest;
            if (now == table) {
                return;
            }
            table = now;
        }
    }

    /** The table that takes what another has no slot for; null if there may be none. */
    private synchronized UseTable next(UseTable full) {
        if (newest != full) {
            return newest;
        }
        int slots = Math.min(full.slots() * 2, MOST_SLOTS_ADDED);
        if (slots(full) + slots > mostSlots) {
            return null;
        }
        try {
            newest = new UseTable(slots, full);
            return newest;
        } catch (OutOfMemoryError e) {
            return null; // the request that has used the object must not fail for this
        }
    }

    private static long slots(UseTable first) {
        long slots = 0;
        for (UseTable table = first; table != null; table = table.older()) {
            slots += table.slots();
        }
        return slots;
    }

    private synchronized void noRoom(long second) {
        unknownUse = Math.max(unknownUse, second);
    }

    /** A pass begins: what is noted from here on is not dropped by it. */
    synchronized void passBegins() {
        int slots = LEAST_SLOTS;
        int entries = newest.count();
        while (slots < mostSlots && slots < entries * 3L / 2) {
            slots *= 2;
        }
        UseTable next = new UseTable(slots, null);
        before = newest;
        newest = next;
    }

    /** An object of which the file doesn't tell the last use, which the pass is to keep. */
    void keep(String name, long second) {
        note(hash(name), second);
    }

    /**
     * A pass has ended.
     *
     * @param whole whether it has seen all objects; if not, nothing is dropped
     */
    void passEnds(boolean whole) {
        UseTable pass = before;
        if (!whole) {
            pass.each(this::note);
        }
        before = null;
    }

    /** Whether no use is known. */
    boolean isEmpty() {
        return newest.count() == 0;
    }

    /** What the tables take, in bytes. */
    long bytes() {
        return (slots(newest) + slots(before)) * Long.BYTES;
    }
}
