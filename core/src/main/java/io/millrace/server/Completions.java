package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Withdrawable;
import io.millrace.log.SafeLog;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Selector;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The way back from the application's threads to the worker that owns a connection: outcomes of
 * what was promised with {@link Exchange#later} or {@link Response#later}, and the word
 * that a sink or a body goes on. Holds a few entries per exchange at most.
 *
 * <p>Threads: the owning worker, until {@link #close}; what it hands out may be run by any.
 */
final class Completions {

    /** What an application's thread has to say. */
    enum Kind {
        /** What was promised is here, or has failed. */
        PROMISE,
        /** The sink of the request's body has room, or is closed. */
        SINK,
        /** The response's body has bytes, or has ended. */
        BODY,
        /** The exchange is to be visited: what was asked of the server for it waits there. */
        VISIT,
        /** What a connection's layer waits for has been done. */
        LAYER
    }

    /**
     * What an application's thread has to say about an exchange. Made beforehand, by the worker: a
     * thread that finds no memory when it has a result would leave its exchange waiting.
     *
     * <p>Threads: the application's until it is added, then the worker.
     */
    static final class Completion implements Connections.Visit {

        /** Whose layer waits; null for what an exchange waits for. */
        private final Connection layered;
        private final ServerExchange exchange;
        private final Kind kind;
        /** Who is asked to take the promise back; null if it can't be. */
        private Withdrawable withdrawable;
        private Exchange outcome;
        private Throwable failure;
        /** The neighbour in a list: the one before while they are added, the one after then. */
        private Completion neighbour;

        Completion(ServerExchange exchange, Kind kind) {
            layered = null;
            this.exchange = exchange;
            this.kind = kind;
        }

        /** The word that what a connection's layer waits for has been done. */
        Completion(Connection connection) {
            layered = connection;
            exchange = null;
            kind = Kind.LAYER;
        }

        Connection connection() {
            return layered != null ? layered : exchange.connection;
        }

        /** Whether it is for a connection's layer, and so for no exchange. */
        boolean isOfLayer() {
            return layered != null;
        }

        /** The exchange in progress, or one that has ended in the meantime. */
        ServerExchange exchange() {
            return exchange;
        }

        /** What was promised; null if it failed, or if nothing was. */
        Exchange outcome() {
            return outcome;
        }

        /** Why there is no outcome; null if there is one, or if nothing was promised. */
        Throwable failure() {
            return failure;
        }

        /** Whether a promise that is not kept yet never will be, so that the request is refused. */
        boolean withdraw() {
            return withdrawable == null || withdrawable.withdraw();
        }

        /** Whether it has an outcome or a failure, or what goes on by it. */
        Kind kind() {
            return kind;
        }

        @Override
        public Want of(Connection connection) throws IOException {
            return connection.onCompletion(this);
        }
    }

    /** The last one that was added, which leads to those before it. */
    private final AtomicReference<Completion> added = new AtomicReference<>();
    /** The worker's: the next one to be polled, which leads to those after it. */
    private Completion next;
    private final Runnable wakeup;
    /** Once true this is always true: the worker has ended and polls no more. */
    private volatile boolean closed;

    /** Not a lambda, which costs a start 1 ms. */
    private static final class Wakeup implements Runnable {

        private final Selector selector;

        Wakeup(Selector selector) {
            this.selector = selector;
        }

        @Override
        public void run() {
            selector.wakeup();
        }
    }

    /** Those of a worker that waits at a selector. */
    static Completions waking(Selector selector) {
        return new Completions(new Wakeup(selector));
    }

    /** @param wakeup makes the worker poll; called on any thread */
    Completions(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    // worker thread

    /** Lets the stage's outcome be polled when it is there, in what is returned. */
    Completion await(CompletionStage<? extends Exchange> stage, ServerExchange exchange) {
        Completion completion = new Completion(exchange, Kind.PROMISE);
        completion.withdrawable = stage instanceof Withdrawable one ? one : null;
        // A stage that completes twice breaks its contract, and would add the same one again.
        AtomicBoolean told = new AtomicBoolean();
        stage.whenComplete((outcome, failure) -> {
            if (told.compareAndSet(false, true)) {
                completion.outcome = outcome;
                completion.failure = outcome == null && failure == null
                        ? new NullPointerException("a CompletionStage completed with null")
                        : failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause() : failure;
                add(completion);
            }
        });
        return completion;
    }

    /**
     * What the application runs to say that the exchange goes on; counts once.
     *
     * @param kind what of it: {@link Kind#SINK}, {@link Kind#BODY} or {@link Kind#VISIT}
     */
    Runnable signal(ServerExchange exchange, Kind kind) {
        Completion completion = new Completion(exchange, kind);
        AtomicBoolean told = new AtomicBoolean();
        return () -> {
            if (told.compareAndSet(false, true)) {
                add(completion);
            }
        };
    }

    /** Adds what was made for a connection's layer. Called by the thread that has done it. */
    void add(Completion completion) {
        Completion earlier;
        do {
            earlier = added.get();
            completion.neighbour = earlier;
        } while (!added.compareAndSet(earlier, completion));
        // Who adds after the worker's end sees it here; who added before is seen by the worker.
        if (closed) {
            discardAll(takeAdded());
        } else {
            wakeup.run();
        }
    }

    /** How many there are now; takes as long as they are many. */
    int count() {
        int count = 0;
        for (Completion each = next; each != null; each = each.neighbour) {
            count++;
        }
        for (Completion each = added.get(); each != null; each = each.neighbour) {
            count++;
        }
        return count;
    }

    Completion poll() {
        if (next == null && (next = takeAdded()) == null) {
            return null;
        }
        Completion first = next;
        next = first.neighbour;
        first.neighbour = null;
        return first;
    }

    /** All that were added, the first one first. */
    private Completion takeAdded() {
        Completion last = added.get() == null ? null : added.getAndSet(null);
        Completion first = null;
        while (last != null) {
            Completion before = last.neighbour;
            last.neighbour = first;
            first = last;
            last = before;
        }
        return first;
    }

    /** Nobody polls any more: what is here, and what still comes, is discarded. */
    void close() {
        closed = true;
        discardAll(next);
        discardAll(takeAdded());
    }

    private void discardAll(Completion first) {
        for (Completion late = first; late != null; late = late.neighbour) {
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
                    "Exchange.abandon failed", e);
        }
    }

    private void giveUp(Completion late) {
        Exchange outcome = late.outcome();
        if (late.isOfLayer()) {
            return; // nobody waits any more
        }
        if (late.kind() != Kind.PROMISE) {
            late.exchange().calls.runLate();
        } else if (outcome instanceof Response response) {
            response.discard();
        } else if (outcome != null && outcome.stage() != null) {
            await(outcome.stage(), late.exchange());
        } else if (outcome != null) {
            Response unheard = outcome.abandon(Abandonment.APPLICATION_TOO_SLOW,
                    new EOFException("the exchange ended before its stage completed"));
            if (unheard != null) {
                unheard.discard();
            }
        } else if (late.failure() != null) {
            SafeLog.log(Completions.class, Level.DEBUG,
                    "a CompletionStage failed after its exchange had ended", late.failure());
        }
    }
}
