package io.millrace.route;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.util.Objects;

/**
 * A request that is another one with something more: what a filter found out for the handler behind
 * it, such as who is asking. A filter extends this class, overrides what it changes, and lets the
 * handler look for its class with {@link #find}.
 *
 * <p>Threads: like the request within, and valid as long as that.
 *
 * @since 0.1
 */
public abstract class WrappedRequest implements RequestHead {

    private final RequestHead request;

    /** Wraps a request. */
    protected WrappedRequest(RequestHead request) {
        this.request = Objects.requireNonNull(request);
    }

    /** The outermost wrapping of a class; null if the request has none. */
    public static <T extends WrappedRequest> T find(RequestHead request, Class<T> wrapping) {
        for (RequestHead at = request; at instanceof WrappedRequest outer; at = outer.request) {
            if (wrapping.isInstance(outer)) {
                return wrapping.cast(outer);
            }
        }
        return null;
    }

    /** The request within. */
    public final RequestHead wrapped() {
        return request;
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String target() {
        return request.target();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public String query() {
        return request.query();
    }

    @Override
    public String authority() {
        return request.authority();
    }

    @Override
    public boolean isHttp11() {
        return request.isHttp11();
    }

    @Override
    public Headers headers() {
        return request.headers();
    }

    @Override
    public long bodyLength() {
        return request.bodyLength();
    }

    @Override
    public void whenGone(Runnable action) {
        request.whenGone(action);
    }

    @Override
    public void whenHalfClosed(Runnable action) {
        request.whenHalfClosed(action);
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
