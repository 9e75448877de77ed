package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.work.DaemonPool;
import io.millrace.work.Promise;
import java.io.Closeable;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/**
 * Has work done that would hold up a worker, and tells the server of its outcome. The threads are
 * the store's; those that copy the parts of an upload, which may take minutes, are of its own.
 *
 * <p>Threads: any.
 */
final class UploadWork implements Closeable {

    private static final int COPY_THREADS = 2;
    private static final int MAX_COPIES_WAITING = 64;
    private static final long CLOSE_SECONDS = 60;

    private final DaemonPool copying =
            new DaemonPool("millrace-upload-", COPY_THREADS, MAX_COPIES_WAITING);

    /** The threads that copy. */
    Executor copying() {
        return copying;
    }

    /**
     * Has a task done, whose result completes the promise.
     *
     * @param withdrawn run in place of the task if the server has given up waiting
     * @return false if too many tasks wait, or there is no thread; then neither is ever run
     */
    static <T extends Exchange> boolean execute(Executor by, Promise<T> promise,
            Callable<? extends T> task, Runnable withdrawn) {
        try {
            by.execute(() -> promise.fulfill(task, withdrawn));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            return false; // what Java says when the system has no more threads
        }
    }

    /**
     * A response that is made of another one when that is known. It can't be taken back: the work
     * for it has begun.
     *
     * @param done run when the response is known, before the server learns of it
     */
    static Response map(Response response, UnaryOperator<Response> change, Runnable done) {
        if (response.stage() == null) {
            try {
                return change.apply(response);
            } finally {
                done.run();
            }
        }
        Promise<Response> promise = new Promise<>();
        promise.begin();
        response.stage().whenComplete((known, failure) -> {
            Response changed = null;
            Throwable why = failure;
            try {
                changed = failure == null ? change.apply(known) : null;
            } catch (Throwable e) {
                why = e;
            }
            try {
                done.run();
            } finally { // or the request would wait for ever
                if (why == null) {
                    promise.complete(changed);
                } else {
                    promise.completeExceptionally(why);
                }
            }
        });
        return Response.later(promise);
    }

    /** Waits for the copies that have been begun. */
    @Override
    public void close() {
        copying.end(CLOSE_SECONDS);
    }
}
