package io.millrace.route;

import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that delegates to another one and adds something, such as the user that a filter has
 * authenticated. A filter extends this class and overrides what it changes. The handler finds the
 * addition by its class, with {@link #find}.
 *
 * <p>Threads: like the inner request, and valid as long as it.
 *
 * @since 0.1
 */
public abstract class WrappedRequest implements RequestHead {

    private final RequestHead request;

    /** Wraps a request. */
    protected WrappedRequest(RequestHead request) {
        this.request = Objects.requireNonNull(request);
    }

    /** The outermost wrapper of a class; null if the request has none. */
    public static <T extends WrappedRequest> @Nullable T find(RequestHead request,
            Class<T> wrapping) {
        for (RequestHead at = request; at instanceof WrappedRequest outer; at = outer.request) {
            if (wrapping.isInstance(outer)) {
                return wrapping.cast(outer);
            }
        }
        return null;
    }

    /** The inner request. */
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
    public @Nullable String query() {
        return request.query();
    }

    @Override
    public @Nullable String authority() {
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
    public ConnectionInfo connection() {
        return request.connection();
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
    public void inform(Response response) {
        request.inform(response);
    }

    @Override
    public void stopBody() {
        request.stopBody();
    }

    @Override
    public void applicationTimeout(Duration limit) {
        request.applicationTimeout(limit);
    }

    @Override
    public RequestNotes notes() {
        return request.notes();
    }

    @Override
    public <T> @Nullable T attribute(Attribute<T> attribute) {
        return request.attribute(attribute);
    }

    @Override
    public <T> void attribute(Attribute<T> attribute, @Nullable T value) {
        request.attribute(attribute, value);
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
