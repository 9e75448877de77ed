package io.millrace.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Entries of which the one that is due first is at hand. Adding one and taking one out takes a step
 * for each doubling of their number; the order of the others is not kept.
 *
 * <p>Threads: the owning worker only.
 */
public final class DueHeap<E extends DueHeap.Entry> {

    /** What can be in one heap; it knows its place there. */
    public abstract static class Entry {

        /** When it is due, as {@link System#nanoTime}. Doesn't change while it is in a heap. */
        public long deadlineNs;
        /** -1 if it is in none. */
        private int place = -1;
    }

    /** No entry is due before its parent, which is at half its place. */
    private final List<E> entries = new ArrayList<>(0);

    /** The one that is due first; null if there is none. */
    public E first() {
        return entries.isEmpty() ? null : entries.get(0);
    }

    /** Adds an entry that is in no heap. */
    public void add(E entry) {
        entries.add(entry);
        rise(entry, entries.size() - 1);
    }

    /** Takes an entry out; nothing happens if it is in no heap. */
    public void remove(E entry) {
        Entry taken = entry;
        int place = taken.place;
        if (place < 0) {
            return;
        }
        taken.place = -1;
        E last = entries.remove(entries.size() - 1);
        if (last != entry && !rise(last, place)) {
            sink(last, place);
        }
    }

    /** Puts it where its parent is due before it, from that place upward; whether it rose. */
    private boolean rise(E entry, int from) {
        int place = from;
        while (place > 0 && isBefore(entry, entries.get((place - 1) / 2))) {
            put(entries.get((place - 1) / 2), place);
            place = (place - 1) / 2;
        }
        put(entry, place);
        return place < from;
    }

    private void sink(E entry, int from) {
        int place = from;
        for (int child = 2 * from + 1; child < entries.size(); child = 2 * place + 1) {
            if (child + 1 < entries.size()
                    && isBefore(entries.get(child + 1), entries.get(child))) {
                child++;
            }
            if (!isBefore(entries.get(child), entry)) {
                break;
            }
            put(entries.get(child), place);
            place = child;
        }
        put(entry, place);
    }

    private void put(E entry, int place) {
        entries.set(place, entry);
        ((Entry) entry).place = place;
    }

    private static boolean isBefore(Entry one, Entry other) {
        return one.deadlineNs - other.deadlineNs < 0;
    }
}
