package io.millrace.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded lock-free queue between two threads: a ring of slots, where null means free, so that
 * neither side reads the other's index (the "FastForward" queue of Giacomoni, Moseley and
 * Vachharajani, 2008).
 *
 * <p>Threads: offer by one producer, poll by one consumer.
 */
public final class SpscQueue<T> {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final Object[] slots;
    private final int mask;
    /** The producer's. */
    private int tail;
    /** The consumer's. */
    private int head;

    /** A queue for {@code capacity} elements, a power of two. */
    public SpscQueue(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        slots = new Object[capacity];
        mask = capacity - 1;
    }

    // producer thread

    /** Adds an element at the end; false if the queue is full. */
    public boolean offer(T element) {
        assert element != null;
        int slot = tail & mask;
        // Acquire: the consumer has really taken what stood here before it is overwritten.
        if (SLOT.getAcquire(slots, slot) != null) {
            return false;
        }
        // Release: publishes the element's own state, written before, to the thread that polls it.
        SLOT.setRelease(slots, slot, element);
        tail++;
        return true;
    }

    /** Whether the next offer is taken. */
    public boolean hasRoom() {
        // Acquire: as in offer.
        return SLOT.getAcquire(slots, tail & mask) == null;
    }

    // consumer thread

    /** Takes the first element; null if the queue is empty. */
    public T poll() {
        int slot = head & mask;
        // Acquire: pairs with the release in offer.
        @SuppressWarnings("unchecked")
        T element = (T) SLOT.getAcquire(slots, slot);
        if (element != null) {
            // Release: the slot is free only after it has been read.
            SLOT.setRelease(slots, slot, null);
            head++;
        }
        return element;
    }
}
