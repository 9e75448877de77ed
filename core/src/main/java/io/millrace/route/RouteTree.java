package io.millrace.route;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A node of the tree of all patterns, with one level for each segment. A search looks at each node
 * at most once, however long the path is.
 *
 * <p>Threads: one while routes are added, then any.
 */
final class RouteTree {

    /** Sorted, and the nodes behind them in the same order. */
    private String[] literals = {};
    private RouteTree[] behindLiterals = {};
    /** Null if no pattern goes on with a parameter. */
    private RouteTree behindParameter;
    /** Null if no pattern ends here with a rest. */
    private RouteTree behindRest;
    private final Map<String, Route> routes = new HashMap<>();
    private Route anyMethod;

    void add(Route route) {
        RouteTree node = this;
        for (String segment : route.pattern().segments) {
            node = node.child(segment);
        }
        if (route.method() == null) {
            node.anyMethod = route;
        } else {
            node.routes.put(route.method(), route);
        }
    }

    private RouteTree child(String segment) {
        if (segment.equals(PathPattern.PARAMETER)) {
            behindParameter = behindParameter != null ? behindParameter : new RouteTree();
            return behindParameter;
        }
        if (segment.equals(PathPattern.REST)) {
            behindRest = behindRest != null ? behindRest : new RouteTree();
            return behindRest;
        }
        int at = Arrays.binarySearch(literals, segment);
        if (at < 0) {
            at = -at - 1;
            literals = insert(literals, at, segment);
            behindLiterals = insert(behindLiterals, at, new RouteTree());
        }
        return behindLiterals[at];
    }

    private static <T> T[] insert(T[] array, int at, T element) {
        T[] longer = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, at, longer, at + 1, array.length - at);
        longer[at] = element;
        return longer;
    }

    /**
     * The most specific route for a path and a method: from the first segment on, a literal before
     * a parameter before a rest.
     *
     * @param from start of the segment to match here; beyond the end of the path if there is none
     * @param seen gets the methods of all routes for the path if there is none for the method; may
     *     be null
     * @return null if there is none
     */
    Route find(String path, int from, String method, Set<String> seen) {
        if (from > path.length()) {
            return here(method, seen);
        }
        int end = PathPattern.segmentEnd(path, from);
        RouteTree literal = behindLiteral(path, from, end);
        Route route = literal == null ? null : literal.find(path, end + 1, method, seen);
        if (route == null && behindParameter != null && from < end) {
            route = behindParameter.find(path, end + 1, method, seen);
        }
        if (route == null && behindRest != null) {
            route = behindRest.here(method, seen);
        }
        return route;
    }

    /** The route for the path of a mount itself, which mounted routes call {@code /}. */
    Route findRoot(String method, Set<String> seen) {
        RouteTree root = behindLiteral("/", 1, 1);
        Route route = root == null ? null : root.here(method, seen);
        return route == null && behindRest != null && behindRest.anyMethod != null
                && behindRest.anyMethod.isMount() ? behindRest.anyMethod : route;
    }

    /** The route for the path of a mount and a slash, which is below the mount. */
    Route findBelowRoot(String method, Set<String> seen) {
        return behindRest == null ? null : behindRest.here(method, seen);
    }

    private Route here(String method, Set<String> seen) {
        Route route = routes.get(method);
        if (route == null && method.equals("HEAD")) {
            route = routes.get("GET");
        }
        if (seen != null) {
            seen.addAll(routes.keySet());
        }
        return route != null ? route : anyMethod;
    }

    private RouteTree behindLiteral(String path, int from, int end) {
        if (literals.length == 0) {
            return null;
        }
        if (!PercentEncoding.isEncoded(path, from, end)) {
            return search(path, from, end);
        }
        // RFC 3986 s6.2.2: "%61" and "a" are the same.
        try {
            String decoded = PercentEncoding.decode(path, from, end);
            return search(decoded, 0, decoded.length());
        } catch (HttpException e) {
            return null; // not text, so it matches no literal
        }
    }

    /** A binary search that makes no string of what it looks for. */
    private RouteTree search(String text, int from, int end) {
        int low = 0;
        int high = literals.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(literals[middle], text, from, end);
            if (order == 0) {
                return behindLiterals[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** In the order of {@link String#compareTo}. */
    private static int compare(String literal, String text, int from, int end) {
        int length = Math.min(literal.length(), end - from);
        for (int i = 0; i < length; i++) {
            int order = literal.charAt(i) - text.charAt(from + i);
            if (order != 0) {
                return order;
            }
        }
        return literal.length() - (end - from);
    }
}
