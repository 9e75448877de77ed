package io.millrace.http;

/**
 * Makes the response from a received body.
 *
 * <p>Errors: an exception is handled like one from {@link Handler#handle}.
 *
 * @param <T> what was received: the bytes, the file, the length or a stream
 * @since 0.1
 */
@FunctionalInterface
public interface Responder<T> {

    /**
     * Makes the response.
     *
     * @return the response, never null
     * @throws Exception handled like an exception from {@link Handler#handle}
     */
    Response respond(T received) throws Exception;
}
