package io.millrace.net;

import io.millrace.balance.Mailbox;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A queue of one kind or another, and one wake-up of the selector for each burst.
 *
 * <p>Threads: as said at {@link Mailbox}.
 */
final class QueueMailbox<T> implements Mailbox<T> {

    private final Selector selector;
    private final Predicate<T> offer;
    private final Supplier<T> poll;

    private QueueMailbox(Selector selector, Predicate<T> offer, Supplier<T> poll) {
        this.selector = selector;
        this.offer = offer;
        this.poll = poll;
    }

    /** With the server's own queue: this is how its acceptor hands a connection to a worker. */
    static <T> QueueMailbox<T> spsc(Selector selector, int capacity) {
        SpscQueue<T> queue = new SpscQueue<>(capacity);
        return new QueueMailbox<>(selector, queue::offer, queue::poll);
    }

    /** With the JDK's queue, which any number of threads may use. */
    static <T> QueueMailbox<T> linked(Selector selector) {
        ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
        return new QueueMailbox<>(selector, queue::offer, queue::poll);
    }

    /** With the JDK's queue under a mutex. */
    static <T> QueueMailbox<T> locked(Selector selector, int capacity) {
        ArrayBlockingQueue<T> queue = new ArrayBlockingQueue<>(capacity);
        return new QueueMailbox<>(selector, queue::offer, queue::poll);
    }

    @Override
    public void put(T element) {
        if (!offer.test(element)) {
            throw new IllegalStateException("the queue is full");
        }
    }

    @Override
    public void flush() {
        selector.wakeup();
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void await(boolean ownsConnections) throws IOException {
        selector.select();
    }

    @Override
    public T poll() {
        return poll.get();
    }
}
