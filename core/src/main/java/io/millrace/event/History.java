package io.millrace.event;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The last events of a broadcast, for clients that reconnect.
 *
 * <p>Threads: one at a time, as the broadcast sees to it.
 */
final class History {

    private static final class Sent {

        final String id;
        final byte[] bytes;
        /** Null of the newest. */
        Sent next;

        Sent(String id, byte[] bytes) {
            this.id = id;
            this.bytes = bytes;
        }
    }

    private final int capacity;
    private int count;
    /** Null if there is none, as the newest. */
    private Sent oldest;
    private Sent newest;
    /** The event that was sent last under an id, of those that are kept. */
    private final Map<String, Sent> byId = new HashMap<>();

    /** @param capacity in events */
    History(int capacity) {
        this.capacity = capacity;
    }

    void add(String id, byte[] event) {
        if (capacity == 0) {
            return;
        }
        Sent sent = new Sent(id, event);
        byId.put(id, sent); // the last that memory may be missing for
        if (oldest == null) {
            oldest = sent;
        } else {
            newest.next = sent;
        }
        newest = sent;
        if (count < capacity) {
            count++;
        } else {
            Sent dropped = oldest;
            byId.remove(dropped.id, dropped);
            oldest = dropped.next;
            dropped.next = null; // or one in the old generation would keep all behind it there
        }
    }

    /**
     * The events behind the one with this id; all that are kept if it isn't among them.
     *
     * @param id null for a client that has none yet, and gets none of them
     */
    ArrayDeque<byte[]> since(String id) {
        ArrayDeque<byte[]> missed = new ArrayDeque<>();
        if (id == null) {
            return missed;
        }
        Sent known = byId.get(id);
        for (Sent each = known == null ? oldest : known.next; each != null; each = each.next) {
            missed.add(each.bytes);
        }
        return missed;
    }
}
