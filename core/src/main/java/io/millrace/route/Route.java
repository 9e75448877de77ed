package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;

/**
 * A method, a pattern and the handler that they lead to. Threads: any, immutable.
 *
 * @param method null for any
 * @param prefix where the handler is mounted, for all at and below it; null if it is not mounted
 */
record Route(String method, PathPattern pattern, Handler handler, String prefix) {

    boolean isMount() {
        return prefix != null;
    }

    /** This route of routes that are mounted at a prefix. */
    Route below(PathPattern at) {
        return new Route(method, PathPattern.of(PathPattern.join(at.text, pattern.text)), handler,
                null);
    }

    /** Equal for two routes that match the same requests. */
    String shape() {
        return method + " " + pattern.segments;
    }

    /**
     * Handles a request.
     *
     * @param path that of the request, which this route's pattern matches
     * @param mount where the routes are mounted; null if they are not
     */
    Exchange handle(RequestHead request, String path, MountedRequest mount) throws Exception {
        RequestNotes notes = request.notes();
        if (notes.isKept()) {
            notes.route(mount == null ? pattern.text : mount.join(pattern.text));
        }
        int from = mount == null ? 1 : mount.end() + 1;
        if (isMount()) {
            return handler.handle(new MountedRequest(request, path, from, this, mount));
        }
        return handler.handle(pattern.names.isEmpty() ? request
                : new RoutedRequest(request, pattern.names, pattern.values(path, from)));
    }

    @Override
    public String toString() {
        return (isMount() ? "mounted" : method == null ? "any method" : method) + " " + pattern;
    }
}
