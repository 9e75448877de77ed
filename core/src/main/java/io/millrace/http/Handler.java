package io.millrace.http;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Decides how to handle a request, from its head alone.
 *
 * <p>The server calls the handler when it has read the head and before it reads any byte of the
 * body. A handler that returns a {@link Response} responds at once, and the body is not read for
 * it. A handler that returns another {@link Exchange} says where the body goes, and responds when
 * the body is complete:
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello, world!\n");
 * }</pre>
 *
 * <p>Threads: the worker that owns the connection, so a handler must not block for long. All
 * workers call the same handler, at once. One that blocks is a {@link BlockingHandler}, which
 * {@link #blocking} runs on other threads. A single response that takes time can be returned as
 * {@link Response#later}.
 *
 * <p>Errors: an {@link HttpException} becomes a response with its status. Any other exception is
 * logged and becomes a 500.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Handler {

    /**
     * Handles a request.
     *
     * @param request the head; valid until the exchange has completed or was abandoned
     * @return the exchange, never null. A new one for each request, except that a {@link Response}
     *     with a reusable body may be returned again
     * @throws Exception to refuse the request, see the class comment
     */
    Exchange handle(RequestHead request) throws Exception;

    /**
     * A handler that may block, on threads that may: virtual ones where Java has them, see {@link
     * Blocking#executor}. Around a whole application it is {@code
     * Handler.blocking(routes::handle)}.
     *
     * @since 0.1
     */
    static Handler blocking(BlockingHandler handler) {
        return blocking(Blocking.executor(), handler);
    }

    /**
     * A handler that may block, on threads of your own. {@link Exchange#sink} and {@link
     * Exchange#complete} of its exchanges may block as well. The worker still writes to the sink
     * and calls {@link Exchange#abandon}. A request that gets no thread within the time that the
     * server waits is refused with 503, and the handler isn't called for it any more.
     *
     * @param executor runs the handler. It must not run tasks on the calling thread: the response
     *     is then 500. If it rejects the task, the response is 503
     * @since 0.1
     */
    static Handler blocking(Executor executor, BlockingHandler handler) {
        return new OffloadedHandler(Objects.requireNonNull(handler),
                Objects.requireNonNull(executor));
    }

    /**
     * This handler with a time limit of its own: how long the server waits for it at a time, be it
     * for a decision, a response, room in a sink or the next bytes of a body. Shorter or longer
     * than {@code ServerOptions.answerTimeout}, which holds for all other handlers. See {@link
     * RequestHead#applicationTimeout}.
     *
     * <pre>{@code
     * routes.get("/report", report.within(Duration.ofSeconds(5)));
     * }</pre>
     *
     * <p>What takes too long gets 503. The limit can't end a handler that holds the worker: run
     * handlers that block on other threads, and set the limit around that.
     *
     * @param limit more than zero; {@link RequestHead#NO_TIMEOUT} for none
     * @throws IllegalArgumentException if the limit is zero or negative
     * @since 0.1
     */
    default Handler within(Duration limit) {
        return new TimedHandler(this, limit);
    }
}
