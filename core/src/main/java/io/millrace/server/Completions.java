package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import java.io.EOFException;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way back from the application's threads to the worker that owns a connection: outcomes of
 * what was promised with {@link Exchange#later} or {@link Response#later}, and the word
 * that a sink or a body goes on. Holds at most two entries per exchange.
 *
 * <p>Threads: the owning worker, until {@link #close}; what it hands out may be run by any.
 */
final class Completions {

    /**
     * What an application's thread has to say about an exchange.
     *
     * @param exchange the one in progress, or one that has ended in the meantime
     * @param outcome what was promised; null if it failed, or if nothing was
     * @param failure why there is no outcome; null if there is one, or if nothing was promised
     */
    record Completion(ServerExchange exchange, Exchange outcome, Throwable failure) {

        /** Whether this is the word that a sink or a body goes on, and no more. */
        boolean isSignal() {
            return outcome == null && failure == null;
        }
    }

    private final Queue<Completion> queue = new ConcurrentLinkedQueue<>();
    private final Runnable wakeup;
    /** Once true this is always true: the worker has ended and polls no more. */
    private volatile boolean closed;

    /** @param wakeup makes the worker poll; called on any thread */
    Completions(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    // worker thread

    /** Lets the stage's outcome be polled when it is there. */
    void await(CompletionStage<? extends Exchange> stage, ServerExchange exchange) {
        stage.whenComplete((outcome, failure) -> {
            Throwable cause = outcome == null && failure == null
                    ? new NullPointerException("a stage completed without a result")
                    : failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause() : failure;
            add(new Completion(exchange, outcome, cause));
        });
    }

    /** What the application runs to say that the exchange goes on; counts once. */
    Runnable signal(ServerExchange exchange) {
        AtomicBoolean told = new AtomicBoolean();
        return () -> {
            if (told.compareAndSet(false, true)) {
                add(new Completion(exchange, null, null));
            }
        };
    }

    private void add(Completion completion) {
        queue.add(completion);
        // Who adds after the worker's end sees it here; who added before is seen by the worker.
        if (closed) {
            discardAll();
        } else {
            wakeup.run();
        }
    }

    /** How many there are now; takes as long as they are many. */
    int count() {
        return queue.size();
    }

    Completion poll() {
        return queue.poll();
    }

    /** Nobody polls any more: what is here, and what still comes, is discarded. */
    void close() {
        closed = true;
        discardAll();
    }

    private void discardAll() {
        for (Completion late = poll(); late != null; late = poll()) {
            discard(late);
        }
    }

    /**
     * Closes or abandons what was promised to an exchange that has ended in the meantime. Throws
     * nothing: the connection may have been closed, and would be again.
     */
    void discard(Completion late) {
        try {
            giveUp(late);
        } catch (Throwable e) {
            SafeLog.log(Completions.class, Level.WARNING,
                    "an exchange failed when it was abandoned", e);
        }
    }

    private void giveUp(Completion late) {
        Exchange outcome = late.outcome();
        if (late.isSignal()) {
            late.exchange().presence.runLate();
        } else if (outcome instanceof Response response) {
            response.discard();
        } else if (outcome != null && outcome.stage() != null) {
            await(outcome.stage(), late.exchange());
        } else if (outcome != null) {
            Response unheard = outcome.abandon(Abandonment.APPLICATION_TOO_SLOW,
                    new EOFException("the exchange has ended before it was decided"));
            if (unheard != null) {
                unheard.discard();
            }
        } else if (late.failure() != null) {
            SafeLog.log(Completions.class, Level.DEBUG,
                    "a failure after the exchange has ended", late.failure());
        }
    }
}
