package io.millrace.http;

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
 * one handler is called by all workers at once. Work that takes time goes elsewhere and is handed
 * back with {@link Response#later}.
 *
 * <p>Errors: an {@link HttpException} is answered with its status; anything else that is thrown is
 * logged and answered with 500.
 */
@FunctionalInterface
public interface Handler {

    /**
     * Decides what becomes of a request.
     *
     * @param request the head; valid until the exchange has been answered or abandoned
     * @return the exchange, never null
     * @throws Exception to refuse the request, see the class comment
     */
    Exchange handle(RequestHead request) throws Exception;
}
