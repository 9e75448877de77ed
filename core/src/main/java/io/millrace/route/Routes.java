package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Values;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * <p>A group of routes is {@linkplain Builder#mount mounted} at a prefix.
 *
 * <p>Requests without a route get a response here. Those with an error status are thrown as an
 * {@link HttpException}, so that {@link Filter#failures} sees them:
 * <ul>
 *   <li>404 for an unknown path;
 *   <li>405 with {@code Allow} for a method that the path does not have;
 *   <li>501 for a method that neither HTTP nor any route defines (RFC 9110 sections 15.5.6 and
 *       15.6.2);
 *   <li>204 with {@code Allow} for OPTIONS, also for {@code *}.
 * </ul>
 * HEAD goes to the handler for GET. The pattern of the route is noted in {@link
 * io.millrace.http.RequestNotes#route}, for metrics.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Routes implements Handler {

    // RFC 9110 s9 and RFC 5789.
    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE",
            "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private final RouteTree tree = new RouteTree();
    private final List<Route> routes;
    /** Of all routes. */
    private final Set<String> methods = new TreeSet<>();

    private Routes(Collection<Route> routes) {
        this.routes = List.copyOf(routes);
        for (Route route : routes) {
            tree.add(route);
            if (route.method() != null) {
                methods.add(route.method());
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
     * @param name as in the route's pattern, or in the prefix of a mount that the route is in
     * @throws IllegalArgumentException if the route has no such parameter
     */
    public static String parameter(RequestHead request, String name) {
        String value = RoutedRequest.parameter(request, name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "no parameter {" + name + "} in the route of " + request);
        }
        return value;
    }

    /**
     * The parameters of the matched route, decoded, in the order of the path; those of the prefixes
     * of mounts come first. A value that doesn't have the type that is asked for is refused with
     * 404 (Not Found), since nothing has such a path: {@code parameters(request).integer("id")}. A
     * name that the route doesn't have is an {@link IllegalArgumentException}.
     *
     * @param request as for {@link #parameter}
     * @return empty if the route has none
     */
    public static Values parameters(RequestHead request) {
        return RoutedRequest.parameters(request);
    }

    @Override
    public Exchange handle(RequestHead request) throws Exception {
        String path = request.path();
        MountedRequest mount = MountedRequest.of(request, path);
        Route route = find(path, request.method(), null, mount);
        return route != null ? route.handle(request, path, mount)
                : noRoute(path, request.method(), mount);
    }

    private Route find(String path, String method, Set<String> seen, MountedRequest mount) {
        if (mount == null) {
            return path.startsWith("/") ? tree.find(path, 1, method, seen) : null;
        }
        if (mount.isAtRoot()) {
            return tree.findRoot(method, seen);
        }
        return mount.isBelowRoot() ? tree.findBelowRoot(method, seen)
                : tree.find(path, mount.end() + 1, method, seen);
    }

    private Response noRoute(String path, String method, MountedRequest mount)
            throws HttpException {
        if (!KNOWN_METHODS.contains(method) && !methods.contains(method)) {
            throw new HttpException(Status.NOT_IMPLEMENTED, "method not supported");
        }
        Set<String> allowed = new TreeSet<>();
        if (method.equals("OPTIONS") && path.equals("*")) {
            allowed.addAll(methods); // RFC 9110 s9.3.7: the methods of the whole server
        } else {
            find(path, method, allowed, mount);
            if (allowed.isEmpty()) {
                throw new HttpException(Status.NOT_FOUND, "not found");
            }
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        allowed.add("OPTIONS");
        String allow = String.join(", ", allowed);
        if (method.equals("OPTIONS")) {
            return Response.of(Status.NO_CONTENT).with("Allow", allow);
        }
        throw new HttpException(Status.METHOD_NOT_ALLOWED, "method not allowed",
                Headers.of("Allow", allow));
    }

    /**
     * Collects routes.
     *
     * <p>Errors: each method throws an {@link IllegalArgumentException} for an invalid pattern or
     * method, for a handler that is null, and for a route that matches the same requests as another
     * one, and says what to write instead.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        /** By {@link Route#shape}. */
        private final Map<String, Route> routes = new LinkedHashMap<>();

        private Builder() {
        }

        /** Adds a route for GET. It also serves HEAD, unless the pattern has a route for HEAD. */
        public Builder get(String pattern, Handler handler) {
            return route("GET", pattern, handler);
        }

        /** Adds a route for HEAD, instead of the one for GET. */
        public Builder head(String pattern, Handler handler) {
            return route("HEAD", pattern, handler);
        }

        /** Adds a route for POST. */
        public Builder post(String pattern, Handler handler) {
            return route("POST", pattern, handler);
        }

        /** Adds a route for PUT. */
        public Builder put(String pattern, Handler handler) {
            return route("PUT", pattern, handler);
        }

        /** Adds a route for PATCH (RFC 5789). */
        public Builder patch(String pattern, Handler handler) {
            return route("PATCH", pattern, handler);
        }

        /** Adds a route for DELETE. */
        public Builder delete(String pattern, Handler handler) {
            return route("DELETE", pattern, handler);
        }

        /** Adds a route for OPTIONS, instead of the 204 with {@code Allow}. */
        public Builder options(String pattern, Handler handler) {
            return route("OPTIONS", pattern, handler);
        }

        /** Adds a route for every method without a route of its own here, OPTIONS included. */
        public Builder any(String pattern, Handler handler) {
            return add(new Route(null, PathPattern.of(pattern), handler, null));
        }

        /**
         * Adds a route.
         *
         * @param method case-sensitive, a token (RFC 9110 section 9.1)
         * @param pattern see {@link Routes}
         * @param handler called with a request whose parameters {@link #parameter} reads
         */
        public Builder route(String method, String pattern, Handler handler) {
            if (!method.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException("invalid method: \"" + method + "\"");
            }
            String upper = method.toUpperCase(Locale.ROOT);
            if (KNOWN_METHODS.contains(upper) && !method.equals(upper)) {
                throw new IllegalArgumentException("invalid method: \"" + method
                        + "\": methods are case-sensitive, write " + upper);
            }
            return add(new Route(method, PathPattern.of(pattern), handler, null));
        }

        /**
         * Mounts a handler at a prefix. It gets the requests for the prefix and for all paths below
         * it that no route of its own is more specific for, whatever their method.
         *
         * <p>{@link Routes} that are mounted as they are become routes of this builder, behind the
         * prefix: everything that is said of routes, such as 405 and {@code Allow}, holds across
         * all of them, and conflicts are found here. Their root {@code /} is the prefix as it is
         * written: {@code /users} or {@code /docs/}.
         *
         * <p>Any other handler, such as a filter around routes, gets the request with its whole
         * {@link RequestHead#path}. Routes in it match what is behind the prefix, and their root is
         * the prefix; they respond to paths and methods that they don't have. Where both have a
         * parameter of one name, the inner one is read.
         *
         * @param prefix a pattern without a rest, such as {@code /api} or
         *     <code>/teams/{team}</code>
         */
        public Builder mount(String prefix, Handler handler) {
            PathPattern at = PathPattern.of(prefix);
            PathPattern rest = at.rest();
            if (handler instanceof Routes mounted) {
                for (Route route : mounted.routes) {
                    if (!route.isMount()) {
                        add(route.below(at));
                    } else if (route.pattern().isRest()) {
                        mount(PathPattern.join(prefix, route.prefix()), route.handler());
                    }
                }
                return this;
            }
            if (!prefix.endsWith("/")) {
                add(new Route(null, at, handler, prefix));
            }
            return add(new Route(null, rest, handler, prefix));
        }

        private Builder add(Route route) {
            if (route.handler() == null) {
                throw new IllegalArgumentException("no handler (null) for " + route);
            }
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
