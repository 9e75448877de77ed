package io.millrace.bucket.engine;

import io.millrace.log.SafeLog;
import java.io.Closeable;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clockwork of a store: one daemon thread for what is to happen later. What runs there doesn't
 * wait for the engine; what it throws is logged.
 *
 * <p>Threads: any.
 */
public final class BucketTimer implements Closeable {

    private final Class<?> logger;
    private final ScheduledThreadPoolExecutor executor;
    /** Those that are not over. */
    private final Set<CompletableFuture<Void>> pauses = ConcurrentHashMap.newKeySet();

    /** @param logger whose name lines are logged under */
    BucketTimer(Class<?> logger) {
        this.logger = logger;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "millrace-bucket");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * Runs a task once, unless the store is closed before or the result is cancelled. For what a
     * request waits for there is {@link #pause}.
     */
    public Future<?> after(long delayNs, Runnable task) {
        return executor.schedule(() -> run(task), delayNs, TimeUnit.NANOSECONDS);
    }

    /** Completes after a while; is cancelled as soon as the store is closed. */
    public CompletableFuture<Void> pause(long delayNs) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        pauses.add(pause); // before a close can drop the task
        pause.whenComplete((over, closed) -> pauses.remove(pause));
        try {
            after(delayNs, () -> pause.complete(null));
        } catch (RejectedExecutionException e) {
            pause.cancel(false);
        } catch (Error e) { // no memory, or no thread
            pause.cancel(false);
            throw e;
        }
        return pause;
    }

    /** Runs a task again and again, until the store is closed or the result is cancelled. */
    public Future<?> every(long periodNs, Runnable task) {
        return executor.scheduleWithFixedDelay(() -> run(task), periodNs, periodNs,
                TimeUnit.NANOSECONDS);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RejectedExecutionException e) {
            // The store is being closed: what comes after the task doesn't come any more.
            return;
        } catch (RuntimeException | Error e) {
            SafeLog.log(logger, Level.WARNING, "a task of the store failed", e);
        }
    }

    /** Runs nothing any more. */
    @Override
    public void close() {
        executor.shutdownNow();
        pauses.forEach(pause -> pause.cancel(false));
    }
}
