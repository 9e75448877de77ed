package io.millrace.server;

import io.millrace.http.Response;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CompletionStage;

/**
 * The way back of responses that the application promised with {@link Response#later}: from whatever
 * thread completes them to the worker that owns the connection. Holds at most one entry per
 * connection.
 */
final class Completions {

    /** A response, or why there is none, for an exchange of a connection. */
    record Completion(Connection connection, long exchange, Response response, Throwable failure) {
    }

    private final Queue<Completion> queue = new ConcurrentLinkedQueue<>();
    private final Runnable wakeup;

    /** @param wakeup makes the worker poll; called on any thread */
    Completions(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    // worker thread

    /** Lets the stage's outcome be polled when it is there. */
    void await(CompletionStage<Response> stage, Connection connection, long exchange) {
        stage.whenComplete((response, failure) -> {
            queue.add(new Completion(connection, exchange, response, failure));
            wakeup.run();
        });
    }

    Completion poll() {
        return queue.poll();
    }
}
