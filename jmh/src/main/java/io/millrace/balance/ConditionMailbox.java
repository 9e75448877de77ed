package io.millrace.balance;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The article's third draft: a queue under a mutex, and a condition variable for its other end to
 * wait on.
 *
 * <p>Nobody can wait for a condition and a selector at once. A reactor without connections waits
 * for the condition. One that owns connections waits for its selector, which the condition can't
 * interrupt: it finds what is new whenever it turns, as in the article, and turns at least every
 * {@value #TURN_MS} ms, so that silent connections don't keep a new one waiting for ever.
 *
 * <p>Threads: as said at {@link Mailbox}.
 */
public final class ConditionMailbox<T> implements Mailbox<T> {

    private static final long TURN_MS = 10;

    private final Selector selector;
    private final ReentrantLock mutex = new ReentrantLock();
    private final Condition changed = mutex.newCondition();
    private final Queue<T> queue = new ArrayDeque<>();
    private boolean woken;

    /** A mailbox of the reactor that waits for this selector. */
    public ConditionMailbox(Selector selector) {
        this.selector = selector;
    }

    // acceptor thread

    @Override
    public void put(T element) {
        mutex.lock();
        try {
            queue.add(element);
            changed.signal();
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void flush() {
        // Each element has been signalled.
    }

    // any thread

    @Override
    public void wake() {
        mutex.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            mutex.unlock();
        }
        selector.wakeup();
    }

    // reactor thread

    @Override
    public void await(boolean ownsConnections) throws IOException {
        if (ownsConnections) {
            selector.select(TURN_MS);
            return;
        }
        mutex.lock();
        try {
            while (queue.isEmpty() && !woken) {
                changed.awaitUninterruptibly();
            }
            woken = false;
        } finally {
            mutex.unlock();
        }
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
