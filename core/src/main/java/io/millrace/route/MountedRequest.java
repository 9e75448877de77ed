package io.millrace.route;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;

/**
 * A request to a handler that is mounted at a prefix, for the routes that may be in it.
 *
 * <p>Threads: like the inner request.
 */
final class MountedRequest extends RoutedRequest {

    /** The patterns of the prefix and of those of the outer mounts. */
    private final String prefix;
    /** That of the request when the prefix was found in it. */
    private final String path;
    /** Where the prefix ends in the path: before a slash, or at the path's end. */
    private final int end;

    /**
     * A request to a mount.
     *
     * @param from where the route's pattern begins in the path
     * @param outer the mount that the route is in; null if it is in none
     */
    MountedRequest(RequestHead request, String path, int from, Route route, MountedRequest outer)
            throws HttpException {
        super(request, route.pattern().names, route.pattern().values(path, from));
        this.path = path;
        end = route.pattern().prefixEnd(path, from);
        prefix = outer == null ? route.prefix() : outer.join(route.prefix());
    }

    /**
     * The innermost mount of a request; null if there is none, or if a filter within it has changed
     * the path.
     */
    static MountedRequest of(RequestHead request, String path) {
        MountedRequest mount = find(request, MountedRequest.class);
        return mount != null && mount.path.equals(path) ? mount : null;
    }

    /** A pattern of routes in this mount as one of the whole path. */
    String join(String pattern) {
        return PathPattern.join(prefix, pattern);
    }

    int end() {
        return end;
    }

    /** Whether the path is the prefix. */
    boolean isAtRoot() {
        return end == path.length();
    }

    /** Whether the path is a prefix written without a slash at its end, and a slash. */
    boolean isBelowRoot() {
        return end == path.length() - 1 && !prefix.endsWith("/");
    }
}
