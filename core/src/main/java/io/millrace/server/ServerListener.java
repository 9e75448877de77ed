package io.millrace.server;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Status;
import java.util.List;

/**
 * Receives the events of a server's connections, with times of {@link System#nanoTime}. Set it with
 * {@link ServerOptions.Builder#listeners}.
 *
 * <p>Each request has exactly one last event, whatever becomes of it: {@link #onAnswered}, {@link
 * #onCut}, or {@link #onRefused} for what never became a request.
 *
 * <p>The JDK's Flight Recorder can record the same without a listener: {@link
 * ServerOptions.Builder#flightRecorder} makes events {@code io.millrace.Connection} and {@code
 * io.millrace.Exchange}. Neither costs anything when unused.
 *
 * <p>Threads: the worker that owns the connection. So the calls for one connection come one after
 * the other, in the order of the methods here. A listener must not block.
 *
 * <p>Errors: an exception from a listener is logged and does not affect the client.
 *
 * @since 0.1
 */
public interface ServerListener {

    /**
     * Several listeners as one, for what takes a single one. Each gets each event, in this order,
     * whatever another one throws.
     */
    static ServerListener of(ServerListener... listeners) {
        return new ConnectionObserver.All(List.of(listeners));
    }

    /**
     * A connection was accepted and given to a worker. What a TLS handshake or a PROXY header tells
     * of it is not known yet; those of its requests tell it, and so does {@link #onClosed}.
     */
    default void onAccepted(ConnectionInfo connection) {
    }

    /**
     * The input was not a request or exceeded a limit; the response has this status.
     *
     * @param exchange has no method and no target, but the first line of what came
     */
    default void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
    }

    /** A request head has been read. */
    default void onHead(ExchangeInfo exchange) {
    }

    /**
     * Some bytes of a request body have reached the sink.
     *
     * @param receivedBytes bytes of the body received so far
     */
    default void onProgress(ExchangeInfo exchange, long receivedBytes, long nowNs) {
    }

    /** A whole request body is in the sink. Not called for requests without a body. */
    default void onBody(ExchangeInfo exchange, long receivedBytes, long nowNs) {
    }

    /**
     * The whole response has been passed to the system, or waits to be sent together with the next
     * ones.
     *
     * @param sentBytes bytes of the response body
     */
    default void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
    }

    /** The connection closed before the response, or the request's head, was complete. */
    default void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
    }

    /**
     * A connection was closed.
     *
     * @param cause the reason, for people; never null
     */
    default void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
    }

    /**
     * A thread of the server has ended though the server was not stopped: what it served is served
     * no more. An application does best to end its process. Called by that thread.
     *
     * @param thread the thread's name
     * @param cause what ended it
     */
    default void onThreadEnded(String thread, Throwable cause) {
    }
}
