package io.millrace.http;

import java.nio.channels.WritableByteChannel;

/**
 * One request and its response, from the moment the head is known.
 *
 * <p>The server takes an exchange through this lifecycle, each step at most once and in this order:
 * <ol>
 *   <li>{@link #sink} is asked where the body goes. Null refuses the body. Only after this step does
 *       a client that sent {@code Expect: 100-continue} get its 100.
 *   <li>The body's bytes are written to the sink.
 *   <li>{@link #complete} answers, once every byte of the body is in the sink.
 * </ol>
 * or, when the body can't be had whole or the sink fails, {@link #abandon} instead of the last step.
 * Exactly one of {@code complete} and {@code abandon} is called; if {@code complete} throws, the
 * exchange is not abandoned as well: it cleans up after itself.
 *
 * <p>A {@link Response} is the shortest exchange: it wants no body and is its own answer.
 *
 * <p>Threads: every method is called by the worker that owns the connection.
 */
public interface Exchange {

    /**
     * Where the body goes, or null if the exchange does not want it. Asked only when the request has
     * a body. The bytes of a {@link java.nio.channels.FileChannel} are written from position 0 on
     * by the server's fast path; any other channel gets its bytes in sequence and must take them as a
     * channel in blocking mode does. The exchange closes its sink; the server never does.
     *
     * @return the channel, or null
     * @throws Exception if the sink can't be opened; answered like an exception of
     *     {@link Handler#handle}, and neither {@code complete} nor {@code abandon} follows
     */
    default WritableByteChannel sink() throws Exception {
        return null;
    }

    /**
     * The answer. If {@link #sink} returned a channel, every byte of the body is in it.
     *
     * @return the response, never null
     * @throws Exception answered like an exception of {@link Handler#handle}
     */
    Response complete() throws Exception;

    /**
     * The body will not be complete, or the sink failed: close and remove what was begun.
     *
     * @param cause what went wrong: the peer left, was too slow or sent what is not HTTP, the body
     *     grew over its limit, the sink threw, or the server stops
     * @return the response that the client should get if it can still hear it, or null to leave that
     *     to the server
     */
    default Response abandon(Throwable cause) {
        return null;
    }
}
