package io.millrace.access;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Responses that are sent after a while, a bounded number at a time. The JDK's own timer ends the
 * wait, so that no thread is needed.
 *
 * <p>Threads: any.
 */
final class Delays {

    /** Each holds a connection; a server has 16,384 of them by default. */
    static final int MAX_WAITING = 1024;

    /** Ends a wait, not before the delay is over. */
    interface Timer {
        void complete(CompletableFuture<Response> wait, Response response);
    }

    private final Timer timer;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param delay zero for none */
    Delays(Duration delay) {
        this(new JdkTimer(delay.toNanos()));
    }

    Delays(Timer timer) {
        this.timer = timer;
    }

    /**
     * The response later; at once if too many wait, or time can't be told. A client that has left
     * waits no longer.
     */
    Response later(Response response, RequestHead request) { // decision 175
        CompletableFuture<Response> wait = new CompletableFuture<>();
        // What is sent is derived, so that the place is free before the response is known.
        CompletionStage<Response> freed =
                wait.whenComplete((sent, failure) -> waiting.decrementAndGet());
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return response;
        }
        try {
            timer.complete(wait, response);
        } catch (OutOfMemoryError e) { // what Java says when the system has no more threads
            wait.complete(response);
        }
        // Not at the end of its side only: that is how a client could skip the wait.
        request.whenGone(() -> wait.complete(response));
        return Response.later(freed);
    }

    // No lambda: the first one of a program adds milliseconds to its start.
    private record JdkTimer(long delayNs) implements Timer {

        @Override
        public void complete(CompletableFuture<Response> wait, Response response) {
            if (delayNs == 0) {
                wait.complete(response);
            } else {
                wait.completeOnTimeout(response, delayNs, TimeUnit.NANOSECONDS);
            }
        }
    }

    /** How many wait now. */
    int waiting() {
        return waiting.get();
    }
}
