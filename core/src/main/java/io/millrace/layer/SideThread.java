package io.millrace.layer;

import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does for one worker what takes too long for it: the costly steps of handshakes, one after the
 * other. There are at most as many as the worker has connections, and those of closed ones, which
 * cost nothing. The thread is started by the first, and ends when there have been none for a while.
 *
 * <p>Threads: the owning worker only.
 */
public final class SideThread { // decision 208

    private static final long IDLE_S = 10;

    private final ThreadPoolExecutor executor;

    /** @param name of the thread */
    public SideThread(String name) {
        this(new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                }));
        executor.allowCoreThreadTimeOut(true);
    }

    /** @param executor of one thread at most */
    SideThread(ThreadPoolExecutor executor) {
        this.executor = executor;
    }

    /** Runs it on the thread; on the caller's if the system has no more threads. */
    public void run(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            SafeLog.log(SideThread.class, Level.WARNING,
                    "no thread for TLS handshakes: the worker does them", e);
            executor.remove(work); // queued for a thread that ended just then
            work.run();
        }
    }

    /** Ends the thread; what it has not begun is not done. */
    public void close() {
        executor.shutdownNow();
    }
}
