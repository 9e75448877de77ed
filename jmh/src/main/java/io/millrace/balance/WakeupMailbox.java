package io.millrace.balance;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The article's fourth draft: a queue under a mutex, and a wake-up of the reactor's selector for
 * each element.
 *
 * <p>Threads: as said at {@link Mailbox}.
 */
public final class WakeupMailbox<T> implements Mailbox<T> {

    private final Selector selector;
    private final ReentrantLock mutex = new ReentrantLock();
    private final Queue<T> queue = new ArrayDeque<>();

    /** A mailbox of the reactor that waits for this selector. */
    public WakeupMailbox(Selector selector) {
        this.selector = selector;
    }

    // acceptor thread

    @Override
    public void put(T element) {
        mutex.lock();
        try {
            queue.add(element);
        } finally {
            mutex.unlock();
        }
        selector.wakeup();
    }

    @Override
    public void flush() {
        // The selector has been woken for each element.
    }

    // any thread

    @Override
    public void wake() {
        selector.wakeup();
    }

    // reactor thread

    @Override
    public void await(boolean ownsConnections) throws IOException {
        selector.select();
    }

    @Override
    public T poll() {
        mutex.lock();
        try {
            return queue.poll();
        } finally {
            mutex.unlock();
        }
    }
}
