package io.millrace.event;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The last events of a broadcast, for clients that reconnect.
 *
 * <p>Threads: one at a time, as the broadcast sees to it.
 */
final class History {

    private record Sent(String id, byte[] bytes) {
    }

    private final int capacity;
    private final ArrayDeque<Sent> last = new ArrayDeque<>();
    /** The number of the event that was sent last under an id, of those that are kept. */
    private final Map<String, Long> numbers = new HashMap<>();
    /** Events so far, and so the number of the next one. */
    private long count;

    /** @param capacity in events */
    History(int capacity) {
        this.capacity = capacity;
    }

    void add(String id, byte[] event) {
        if (capacity == 0) {
            return;
        }
        if (last.size() == capacity) {
            numbers.remove(last.poll().id, count - capacity);
        }
        last.add(new Sent(id, event));
        numbers.put(id, count);
        count++;
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
        Long known = numbers.get(id);
        long wanted = known == null ? last.size() : count - 1 - known;
        Iterator<Sent> newest = last.descendingIterator();
        while (missed.size() < wanted) {
            missed.addFirst(newest.next().bytes);
        }
        return missed;
    }
}
