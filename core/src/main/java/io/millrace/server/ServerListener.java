package io.millrace.server;

import io.millrace.http.Status;

/**
 * Hears what happens on the connections of a server, with times of {@link System#nanoTime}. Set by
 * {@link ServerOptions.Builder#listener}.
 *
 * <p>The same can be recorded by the JDK's Flight Recorder, without a listener: {@link
 * ServerOptions.Builder#flightRecorder} makes events {@code io.millrace.Connection} and {@code
 * io.millrace.Exchange} of it. Neither costs anything when unused.
 *
 * <p>Threads: the worker that owns the connection, so for one connection the calls come one after
 * the other, in the order of the methods here. A listener must not block.
 *
 * <p>Errors: what a listener throws is logged, and changes nothing for the client.
 *
 * @since 0.1
 */
public interface ServerListener {

    /** A connection was accepted, and a worker has taken it over. */
    default void onAccepted(ConnectionInfo connection) {
    }

    /** What came was no request, or beyond a limit, and is answered with {@code status}. */
    default void onRefused(ConnectionInfo connection, Status status, long nowNs) {
    }

    /** The head of a request has been read. */
    default void onHead(ExchangeInfo exchange) {
    }

    /**
     * Some of a request's body has reached its sink.
     *
     * @param receivedBytes bytes of the body since its beginning
     */
    default void onProgress(ExchangeInfo exchange, long receivedBytes, long nowNs) {
    }

    /** The whole body of a request is in its sink. Not told of requests without one. */
    default void onBody(ExchangeInfo exchange, long receivedBytes, long nowNs) {
    }

    /**
     * The whole answer was handed to the system, or waits for it together with the next ones.
     *
     * @param sentBytes bytes of the answer's body
     */
    default void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
    }

    /** The connection ended before the answer was whole. */
    default void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
    }

    /**
     * A connection was closed.
     *
     * @param cause why, for people; never null
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
