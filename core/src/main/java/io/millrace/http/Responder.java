package io.millrace.http;

/**
 * Makes a response of what a request has brought.
 *
 * <p>Errors: whatever is thrown is answered like an exception of {@link Handler#handle}.
 *
 * @param <T> what has been brought: the bytes, the file, a stream of them
 * @since 0.1
 */
@FunctionalInterface
public interface Responder<T> {

    /**
     * Makes the response.
     *
     * @return the response, never null
     * @throws Exception answered like an exception of {@link Handler#handle}
     */
    Response answer(T brought) throws Exception;
}
