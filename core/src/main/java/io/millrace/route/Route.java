package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/** A method, a pattern and the handler that they lead to. Threads: any, immutable. */
final class Route {

    /** Mark a parameter and a rest in {@link #segments}; never in a path. */
    static final String PARAMETER = "{}";
    static final String REST = "{...}";

    /** Null for any method. */
    final String method;
    private final String pattern;
    private final Handler handler;
    /** Decoded literals, {@link #PARAMETER} and, last, {@link #REST}. */
    final List<String> segments = new ArrayList<>();
    /** Of the parameters, in their order. */
    private final List<String> names = new ArrayList<>();

    Route(String method, String pattern, Handler handler) {
        this.method = method;
        this.pattern = pattern;
        this.handler = handler;
        if (!pattern.startsWith("/")) {
            throw wrong("it must begin with /");
        }
        for (String segment : pattern.substring(1).split("/", -1)) {
            if (segments.contains(REST)) {
                throw wrong("{name...} must be the last segment");
            }
            segments.add(segment.startsWith("{") && segment.endsWith("}")
                    ? parameter(segment.substring(1, segment.length() - 1)) : literal(segment));
        }
    }

    private String parameter(String text) {
        boolean rest = text.endsWith("...");
        String name = rest ? text.substring(0, text.length() - 3) : text;
        if (name.isEmpty() || !name.chars().allMatch(Character::isJavaIdentifierPart)) {
            throw wrong("a parameter name must be a Java identifier");
        }
        if (names.contains(name)) {
            throw wrong("duplicate parameter name");
        }
        names.add(name);
        return rest ? REST : PARAMETER;
    }

    private String literal(String text) {
        if (text.equals(".") || text.equals("..")) {
            throw wrong(". and .. are not allowed as segments"); // decision 20
        }
        for (char c : text.toCharArray()) {
            if ("{}%?#".indexOf(c) >= 0 || Character.isISOControl(c)) {
                throw wrong("segments are written decoded, without a query, and a parameter"
                        + " must be a whole segment");
            }
        }
        return text;
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("invalid pattern " + pattern + ": " + why);
    }

    /** Equal for two routes that match the same requests. */
    String shape() {
        return method + " " + segments;
    }

    @Override
    public String toString() {
        return (method == null ? "any method" : method) + " " + pattern;
    }

    /** Handles a request whose path is of this shape. */
    Exchange handle(RequestHead request) throws Exception {
        return handler.handle(names.isEmpty() ? request
                : new RoutedRequest(request, names, values(request.path())));
    }

    private String[] values(String path) throws HttpException {
        String[] values = new String[names.size()];
        int next = 0;
        int from = 1;
        for (String segment : segments) {
            int end = segmentEnd(path, from);
            if (segment.equals(PARAMETER)) {
                values[next++] = value(path, from, end);
            } else if (segment.equals(REST)) {
                values[next++] = rest(path, from);
            }
            from = end + 1;
        }
        return values;
    }

    private static String value(String path, int from, int end) throws HttpException {
        String value;
        try {
            value = PercentEncoding.decode(path, from, end);
        } catch (HttpException e) {
            throw refusal("malformed path: " + e.getMessage());
        }
        // RFC 3986 s5.2.4: clients resolve them; an ambiguous path is refused.
        if (value.equals(".") || value.equals("..")) {
            throw refusal("dot segments are not allowed in the path");
        }
        return value;
    }

    private static String rest(String path, int start) throws HttpException {
        StringBuilder rest = new StringBuilder(path.length() - start);
        int from = start;
        while (from <= path.length()) {
            int end = segmentEnd(path, from);
            String value = value(path, from, end);
            // A slash that is data would be read as a separator, and one in front as the root.
            if (value.indexOf('/') >= 0 || value.isEmpty() && end < path.length()) {
                throw refusal("empty segments and encoded slashes are not allowed in this path");
            }
            rest.append(value).append('/');
            from = end + 1;
        }
        rest.setLength(rest.length() - 1);
        return rest.toString();
    }

    private static HttpException refusal(String why) {
        return new HttpException(Status.BAD_REQUEST, why);
    }

    /** Where the segment that begins at {@code from} ends. */
    static int segmentEnd(String path, int from) {
        int end = path.indexOf('/', from);
        return end < 0 ? path.length() : end;
    }
}
