package io.millrace.work;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few daemon threads, which are started when they are needed and end when they have been idle.
 *
 * <p>Threads: any.
 */
public final class DaemonPool extends ThreadPoolExecutor {

    private static final long IDLE_SECONDS = 30;

    /**
     * No thread yet.
     *
     * @param prefix what their names begin with; a number from 1 follows
     * @param maxWaiting how many tasks may wait for a thread
     */
    public DaemonPool(String prefix, int threads, int maxWaiting) {
        this(threads, maxWaiting, factory(prefix));
    }

    DaemonPool(int threads, int maxWaiting, ThreadFactory factory) {
        super(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(maxWaiting), factory);
        allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory factory(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Takes no more tasks, and waits for those that it has.
     *
     * @return false if they have not ended in that time
     */
    public boolean end(long seconds) {
        shutdown();
        try {
            return awaitTermination(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
