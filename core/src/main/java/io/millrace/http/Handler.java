package io.millrace.http;

import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Decides, from a request's head alone, what becomes of the request.
 *
 * <p>The handler is called when the head has been read and before any byte of the body has been
 * asked for. It returns a {@link Response} to answer at once, in which case the body is never read
 * on its behalf, or an {@link Exchange} that names where the body goes and answers when the body is
 * complete:
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello, world!\n");
 * }</pre>
 *
 * <p>Threads: called on the worker thread that owns the connection, so it must not block for long;
 * one handler is called by all workers at once. A handler that blocks is put {@linkplain #on on an
 * executor}; single answers that take time are handed back with {@link Response#later}.
 *
 * <p>Errors: an {@link HttpException} is answered with its status; anything else that is thrown is
 * logged and answered with 500.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Handler {

    /**
     * Decides what becomes of a request.
     *
     * @param request the head; valid until the exchange has been answered or abandoned
     * @return the exchange, never null; a new one for each request, but for a {@link Response}
     *     whose body may be used again
     * @throws Exception to refuse the request, see the class comment
     */
    Exchange handle(RequestHead request) throws Exception;

    /**
     * This handler on other threads: it may block, as may what its exchanges do in {@link
     * Exchange#sink} and {@link Exchange#complete}. Bytes still go to the sink on the worker's
     * thread, and {@link Exchange#abandon} is called there.
     *
     * <p>With {@code Executors.newVirtualThreadPerTaskExecutor()} (Java 21) as many handlers may
     * block at once as there are connections.
     *
     * @param executor runs the handler, never on the calling thread, which is refused with 500;
     *     when it rejects that, the request is answered with 503
     */
    default Handler on(Executor executor) {
        return new OffloadedHandler(this, Objects.requireNonNull(executor));
    }
}
