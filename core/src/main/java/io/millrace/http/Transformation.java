package io.millrace.http;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * Makes a response's body of its request's body, while both are on their way: {@link
 * Exchange#transform}.
 *
 * <p>Threads: one of the exchange's executor.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Transformation {

    /**
     * Reads the request's body, as far as it wants to, and writes the response's. Both may block:
     * reading while the client sends nothing, writing while it reads nothing. Both throw once the
     * client has left, sends a malformed or too large body, or takes too long. When this method
     * returns, the response ends and the rest of the request's body is discarded. Neither stream
     * need be closed.
     *
     * @param in the request's body; ends at once if there is none
     * @param out the response's body. The first 64 KiB are kept until the method returns, writes
     *     more or calls {@link OutputStream#flush}; then the head of the response leaves. From then
     *     on each byte leaves as soon as the client takes it
     * @throws Exception before the head has left, an {@link HttpException} becomes the response,
     *     and any other exception a 500. After that the exception is logged and the connection cut,
     *     so that no client takes a part for the whole
     */
    void transform(InputStream in, OutputStream out) throws Exception;
}
