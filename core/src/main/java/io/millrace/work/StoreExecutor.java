package io.millrace.work;

import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The threads that do what would hold up a worker: force files to the device, read whole objects.
 * They are started when they are needed and end when they have been idle.
 *
 * <p>Threads: {@link #later} and {@link #execute} by any.
 */
public final class StoreExecutor implements Executor, Closeable {

    /** How long {@link #close} waits; by then a device has answered or never will. */
    private static final long CLOSE_SECONDS = 60;

    /** How long no other thread is asked for once the system has refused one. */
    private static final long SCARCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final DaemonPool executor;
    /** Until then no thread is asked for, as the JVM writes a line for each that is refused. */
    private volatile long scarceUntilNs = System.nanoTime();

    public StoreExecutor(int threads, int maxWaiting) {
        this(new DaemonPool("millrace-store-", threads, maxWaiting));
    }

    /** @param executor closed with this */
    public StoreExecutor(DaemonPool executor) {
        this.executor = executor;
    }

    /** As {@link #later(RequestNotes, Callable, Runnable)}, with nothing to clean up. */
    public Response later(RequestNotes notes, Callable<Response> task) {
        return later(notes, task, () -> { });
    }

    /**
     * A response that one of the threads will find. Where the system refuses threads, those that
     * are there do it; if there is none, the calling one does, and the response is known already.
     *
     * @param notes get the time until then, that in which the task waits for a thread included
     * @param withdrawn run in place of the task if the server has given up before it began
     * @return null if too many wait already; the task is then never run, nor the other
     */
    public Response later(RequestNotes notes, Callable<Response> task, Runnable withdrawn) {
        Promise<Response> promise = new Promise<>();
        Callable<Response> noted = notes.isKept() ? timed(notes, task) : task;
        Response later = Response.later(promise); // nothing may fail once the task is another's
        return tryToExecute(() -> promise.fulfill(noted, withdrawn)) ? later : null;
    }

    private static Callable<Response> timed(RequestNotes notes, Callable<Response> task) {
        long startNs = System.nanoTime();
        return () -> {
            try {
                return task.call();
            } finally {
                notes.waitedForDevice(System.nanoTime() - startNs);
            }
        };
    }

    /** Runs a task as {@link #later} does, whatever it is for. */
    @Override
    public void execute(Runnable task) {
        if (!tryToExecute(task)) {
            throw new RejectedExecutionException("too many tasks wait for the disk");
        }
    }

    private boolean tryToExecute(Runnable task) { // decision 102
        if (System.nanoTime() - scarceUntilNs < 0) {
            return executeWithoutNewThreads(task);
        }
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            // What Java says when the system has no more threads, or no memory for their stacks.
            scarceUntilNs = System.nanoTime() + SCARCE_NS;
            executor.allowCoreThreadTimeOut(false); // those that are there had better stay
            return executeWithoutNewThreads(task);
        }
    }

    private boolean executeWithoutNewThreads(Runnable task) {
        if (executor.isShutdown()) {
            return false;
        }
        boolean waits = executor.getPoolSize() > 0;
        if (waits && !executor.getQueue().offer(task)) {
            return false;
        }
        // The last of the threads may have ended since the first look.
        if (!waits || executor.getPoolSize() == 0 && executor.remove(task)) {
            task.run();
        }
        return true;
    }

    /** As {@link DaemonPool#end}. */
    public boolean end(long seconds) {
        return executor.end(seconds);
    }

    /** Waits for what has been begun. */
    @Override
    public void close() throws IOException {
        if (!end(CLOSE_SECONDS)) {
            throw new IOException("the store was closed while files were being forced or read");
        }
    }
}
