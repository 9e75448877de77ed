package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Dispatches each request to the handler for its method and path.
 *
 * <pre>{@code
 * Routes routes = Routes.builder()
 *         .get("/hello/{name}", request ->
 *                 Response.text("Hello, " + Routes.parameter(request, "name") + "!\n"))
 *         .put("/inbox/{path...}", Filter.maxBodyBytes(1 << 20).around(inbox))
 *         .build();
 * }</pre>
 *
 * <p>A pattern begins with a slash. Each segment is decoded text, or <code>{name}</code> for any
 * segment that is not empty. A last segment <code>{name...}</code> matches the rest of the path,
 * which may be empty. Slashes count: {@code /a/} is not {@code /a}. If several routes match, the
 * most specific wins, in whatever order they were added: from the first segment on, text before a
 * parameter before a rest.
 *
 * <p>A path is split at its slashes, then each segment is decoded once (RFC 3986 section 2.4). So
 * an encoded slash never separates segments, and {@code /%61} is {@code /a}. Dot segments are not
 * resolved: text never matches them, and a parameter refuses them with 400. A parameter also
 * refuses malformed escapes, bytes that are not UTF-8, and control characters. A rest refuses
 * encoded slashes and empty inner segments as well, so that its value has the same segments as the
 * path.
 *
 * <p>Requests without a route get a response here:
 * <ul>
 *   <li>404 for an unknown path;
 *   <li>405 with {@code Allow} for a method that the path does not have;
 *   <li>501 for a method that neither HTTP nor any route defines (RFC 9110 sections 15.5.6 and
 *       15.6.2);
 *   <li>204 with {@code Allow} for OPTIONS, also for {@code *}.
 * </ul>
 * HEAD goes to the handler for GET.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Routes implements Handler {

    // RFC 9110 s9 and RFC 5789.
    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE",
            "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final Response NOT_FOUND = Response.text("not found\n")
            .with(Status.NOT_FOUND);
    private static final Response UNKNOWN_METHOD = Response.text("method not supported\n")
            .with(Status.NOT_IMPLEMENTED);

    private final RouteTree tree = new RouteTree();
    /** Of all routes. */
    private final Set<String> methods = new TreeSet<>();

    private Routes(Iterable<Route> routes) {
        for (Route route : routes) {
            tree.add(route);
            if (route.method != null) {
                methods.add(route.method);
            }
        }
    }

    /** A builder without routes. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The decoded value of a parameter of the matched route. It may be any text without control
     * characters, even with slashes: do not use it as a file name.
     *
     * @param request the request that the route's handler was called with, or a {@link
     *     WrappedRequest} around it
     * @param name as in the route's pattern
     * @throws IllegalArgumentException if the route has no such parameter
     */
    public static String parameter(RequestHead request, String name) {
        for (RequestHead at = request; at instanceof WrappedRequest outer; at = outer.wrapped()) {
            String value = outer instanceof RoutedRequest routed ? routed.value(name) : null;
            if (value != null) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "no parameter {" + name + "} in the route of " + request);
    }

    @Override
    public Exchange handle(RequestHead request) throws Exception {
        Route route = find(request.path(), request.method(), null);
        return route != null ? route.handle(request) : noRoute(request.path(), request.method());
    }

    private Route find(String path, String method, Set<String> seen) {
        return path.startsWith("/") ? tree.find(path, 1, method, seen) : null;
    }

    private Response noRoute(String path, String method) {
        if (!KNOWN_METHODS.contains(method) && !methods.contains(method)) {
            return UNKNOWN_METHOD;
        }
        Set<String> allowed = new TreeSet<>();
        if (method.equals("OPTIONS") && path.equals("*")) {
            allowed.addAll(methods); // RFC 9110 s9.3.7: the methods of the whole server
        } else {
            find(path, method, allowed);
            if (allowed.isEmpty()) {
                return NOT_FOUND;
            }
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        allowed.add("OPTIONS");
        Response response = method.equals("OPTIONS") ? Response.of(Status.NO_CONTENT)
                : Response.text("method not allowed\n").with(Status.METHOD_NOT_ALLOWED);
        return response.with("Allow", String.join(", ", allowed));
    }

    /**
     * Collects routes.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private final Map<String, Route> routes = new LinkedHashMap<>();

        private Builder() {
        }

        /** Adds a route for GET. It also serves HEAD, unless the pattern has a route for HEAD. */
        public Builder get(String pattern, Handler handler) {
            return route("GET", pattern, handler);
        }

        /** Adds a route for PUT. */
        public Builder put(String pattern, Handler handler) {
            return route("PUT", pattern, handler);
        }

        /** Adds a route for POST. */
        public Builder post(String pattern, Handler handler) {
            return route("POST", pattern, handler);
        }

        /** Adds a route for DELETE. */
        public Builder delete(String pattern, Handler handler) {
            return route("DELETE", pattern, handler);
        }

        /** Adds a route for every method without a route of its own here, OPTIONS included. */
        public Builder any(String pattern, Handler handler) {
            return add(new Route(null, pattern, Objects.requireNonNull(handler)));
        }

        /**
         * Adds a route.
         *
         * @param method case-sensitive, a token (RFC 9110 section 9.1)
         * @param pattern see {@link Routes}
         * @param handler called with a request whose parameters {@link #parameter} reads
         * @throws IllegalArgumentException if the method is not a token, the pattern is invalid, or
         *     another route matches the same requests
         */
        public Builder route(String method, String pattern, Handler handler) {
            if (!method.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException("invalid method: \"" + method + "\"");
            }
            return add(new Route(method, pattern, Objects.requireNonNull(handler)));
        }

        private Builder add(Route route) {
            Route other = routes.putIfAbsent(route.shape(), route);
            if (other != null) {
                throw new IllegalArgumentException(
                        route + " matches the same requests as " + other);
            }
            return this;
        }

        /** The routes added so far. */
        public Routes build() {
            return new Routes(routes.values());
        }
    }
}
