package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.http.HttpException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for the engine, on a thread that may. Threads: any but a worker or the engine client's. */
final class Waits {

    private Waits() {
    }

    /**
     * What is promised, and changes no object. An interrupt doesn't end the wait, as the engine's
     * client has bounds of its own, but is passed on.
     *
     * @param what what fails if this does, such as {@code upload of /key}
     * @throws HttpException the response to what has failed, which is logged
     */
    static <T> T on(CompletableFuture<T> promise, BucketFaults faults, String what)
            throws HttpException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return promise.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new HttpException(faults.answerUndone(what, e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
