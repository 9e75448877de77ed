package io.millrace.http;

/**
 * A handler that may block. The server doesn't take one, as its workers would wait: {@link
 * Handler#blocking} makes a {@link Handler} of it that runs on threads of its own.
 *
 * <p>Threads: the executor's. Many at once.
 *
 * <p>Errors: as of a {@link Handler}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BlockingHandler {

    /**
     * Handles a request. {@link Exchange#sink} and {@link Exchange#complete} of the exchange may
     * block as well.
     *
     * @param request the head; valid until the exchange has completed or was abandoned
     * @return the exchange, never null
     * @throws Exception to refuse the request, see {@link Handler}
     */
    Exchange handle(RequestHead request) throws Exception;
}
