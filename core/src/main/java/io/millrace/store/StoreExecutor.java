package io.millrace.store;

import io.millrace.http.Response;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that do what would hold up a worker: force files to the device, read whole objects.
 * They are started when they are needed and end when they have been idle.
 *
 * <p>Threads: {@link #later} by any.
 */
final class StoreExecutor implements Closeable {

    private static final long IDLE_SECONDS = 30;
    /** How long {@link #close} waits; by then a device has answered or never will. */
    private static final long CLOSE_SECONDS = 60;

    private final ThreadPoolExecutor executor;

    StoreExecutor(int threads, int maxWaiting) {
        AtomicInteger count = new AtomicInteger();
        executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(maxWaiting), task -> {
                    Thread thread = new Thread(task, "millrace-store-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * A response that one of the threads will find.
     *
     * @return null if too many wait already; the task is then never run
     */
    Response later(Callable<Response> task) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> run(task, answer));
        } catch (RejectedExecutionException e) {
            return null;
        }
        return Response.later(answer);
    }

    // Whatever is thrown, an error too, is the server's to log and to answer; a stage that never
    // completes would hold its connection for ever.
    private static void run(Callable<Response> task, CompletableFuture<Response> answer) {
        try {
            answer.complete(task.call());
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    /** Waits for what has been begun. */
    @Override
    public void close() throws IOException {
        executor.shutdown();
        boolean ended = false;
        try {
            ended = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            throw new IOException("the store was closed while files were being forced or read");
        }
    }
}
