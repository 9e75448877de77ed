package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Wraps a handler in another one, which may respond in its place, pass it another request, or
 * change its response.
 *
 * <pre>{@code
 * Handler all = log.then(cors).then(authentication).around(routes);
 * }</pre>
 *
 * <p>Build a filter that looks at responses with {@link #answers}. A handler may respond at once,
 * when the body is complete, from another thread or by an exception; {@code answers} sees all of
 * these.
 *
 * <p>Threads: {@link #around} is called while an application is put together. The handler that it
 * returns is called like any {@link Handler}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Filter {

    /**
     * Wraps a handler.
     *
     * @param next called by the returned handler, at most once per request
     */
    Handler around(Handler next);

    /**
     * This filter around another one. The outer filter sees a request first and its response last.
     */
    default Filter then(Filter inner) {
        Objects.requireNonNull(inner);
        return next -> around(inner.around(next));
    }

    /**
     * Several filters as one. The first sees a request first and its response last, as in {@code
     * a.then(b)}.
     *
     * @param filters from the outside in; none at all change nothing
     */
    static Filter of(Filter... filters) {
        List<Filter> all = List.of(filters);
        return next -> {
            Handler handler = Objects.requireNonNull(next);
            for (int i = all.size() - 1; i >= 0; i--) {
                handler = all.get(i).around(handler);
            }
            return handler;
        };
    }

    /**
     * A filter that changes every response of a handler: one returned at once or later ({@link
     * Response#later}, {@link Exchange#later}), one from a completed or abandoned exchange, and one
     * made from an {@link HttpException}. If only fields of the latter are changed, it stays an
     * exception, with these fields, which the server gives the form of its refusals. It does not
     * see responses that the server makes itself, such as 500 after any other exception.
     *
     * @param change called once per response, by the thread that makes the response. Its argument
     *     is never pending (its {@link Response#stage} is null). If it throws, the body of the
     *     response is closed
     */
    static Filter answers(UnaryOperator<Response> change) {
        Objects.requireNonNull(change);
        ResponseInterceptor interceptor = new ResponseInterceptor() {
            @Override
            Response onResponse(Response response) {
                return change.apply(response);
            }
        };
        return interceptor::around;
    }

    /**
     * A filter that responds where a handler fails: one place for the errors of an application.
     *
     * <pre>{@code
     * Filter errors = Filter.failures((request, failure) ->
     *         failure instanceof NoSuchElementException
     *                 ? Response.text("no such thing\n").with(Status.NOT_FOUND) : null);
     * }</pre>
     *
     * <p>It sees what a handler throws, what {@link Exchange#sink} and {@link Exchange#complete} of
     * its exchange throw, and the failure of a stage of {@link Response#later} or {@link
     * Exchange#later}, so also that of a handler on an executor. An {@link HttpException} is one of
     * them, such as the 404 of {@link Routes}: null leaves it the response that it has.
     *
     * <p>If a body is abandoned, it sees an {@link HttpException} that is the cause or the cause's
     * cause, such as a body that is too large or malformed, and its response replaces that of
     * {@link Exchange#abandon}. It does not see anything else that happens to a body on its way
     * in, a response's body that can't be read, as the response has begun by then, or the time
     * limits of the server.
     *
     * @param responder called once per failure. If it returns null, the failure goes on as if this
     *     filter weren't there, and the server logs it, unless it is an {@link HttpException}. If
     *     it returns a response, nothing is logged. What it throws replaces the failure
     */
    static Filter failures(FailureResponder responder) {
        FailureFilter filter = new FailureFilter(responder);
        return filter::around;
    }

    /**
     * A filter that refuses larger bodies with 413 (Content Too Large). If the length is known, the
     * handler is not called. Otherwise the exchange is abandoned as soon as the body exceeds the
     * limit, with the refusal, an {@link HttpException}, as the cause. The sink gets the bytes
     * directly, so it may get up to {@code ServerOptions.bytesPerVisit} bytes beyond the limit.
     *
     * @param maxBodyBytes largest body, in bytes
     * @throws IllegalArgumentException if it is negative
     * @see RequestHead#bodyLength
     */
    static Filter maxBodyBytes(long maxBodyBytes) {
        return new BodyLimit(maxBodyBytes); // decision 21
    }

    /**
     * A filter that has browsers come by HTTPS only, for as long as it says ({@code
     * Strict-Transport-Security}, RFC 6797). It marks responses to requests whose connection is
     * {@linkplain io.millrace.http.ConnectionInfo#isSecure secure}, which browsers heed, and leaves
     * others as they are. A browser that has seen it uses no plain address of this host any more,
     * whatever the port, so begin with a short time.
     *
     * @param maxAge how long browsers remember it, from each response on; zero to have them forget
     * @throws IllegalArgumentException if it is negative
     */
    static Filter strictTransport(Duration maxAge) {
        return new StrictTransport(maxAge);
    }
}
