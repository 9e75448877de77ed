package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Makes a handler of a handler: it may answer in its place, hand it another request, or change
 * what it answers.
 *
 * <pre>{@code
 * Handler all = log.then(cors).then(authentication).around(routes);
 * }</pre>
 *
 * <p>A filter that looks at answers is best made from {@link #answers}: a handler answers at once,
 * when the body is in, from another thread, or by an exception, and that sees all of them.
 *
 * <p>Threads: {@link #around} is called when the parts are put together; the handler that it
 * returns is called like any {@link Handler}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Filter {

    /**
     * Puts this filter around a handler.
     *
     * @param next called by the handler that this returns, at most once for a request
     */
    Handler around(Handler next);

    /** This filter around another one: the first named sees a request first, its answer last. */
    default Filter then(Filter inner) {
        Objects.requireNonNull(inner);
        return next -> around(inner.around(next));
    }

    /**
     * Changes every answer that a handler gives: at once, later ({@link
     * Response#later}, {@link Exchange#later}), when an exchange is complete or abandoned, and by
     * an {@link HttpException}. What the server answers by itself, such as 500 after any other
     * exception, it does not see.
     *
     * @param change called once for an answer, by the thread that gives it; the response is known
     *     (its {@link Response#stage} is null). If it throws, the response's body is closed
     */
    static Filter answers(UnaryOperator<Response> change) {
        Objects.requireNonNull(change);
        ResponseInterceptor watch = new ResponseInterceptor() {
            @Override
            Response onAnswer(Response response) {
                return change.apply(response);
            }
        };
        return watch::around;
    }

    /**
     * Refuses bodies that are longer with 413 (Content Too Large): before the handler is called if
     * the length is known, else as soon as the body has grown too long; the exchange is then
     * abandoned with the refusal, an {@link HttpException}. The handler's sink gets the bytes
     * directly, and of a body that grows too long up to {@code ServerOptions.bytesPerVisit} more.
     *
     * @param maxBodyBytes the longest body that is taken, in bytes
     * @throws IllegalArgumentException if it is negative
     * @see RequestHead#bodyLength
     */
    static Filter maxBodyBytes(long maxBodyBytes) {
        return new BodyLimit(maxBodyBytes); // decision 21
    }
}
