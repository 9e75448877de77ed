package io.millrace.route;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/** The pattern of a path: its segments and the names of its parameters. Threads: any, immutable. */
final class PathPattern {

    /** Mark a parameter and a rest in {@link #segments}; never in a path. */
    static final String PARAMETER = "{}";
    static final String REST = "{...}";

    /** As it was written. */
    final String text;
    /** Decoded literals, {@link #PARAMETER} and, last, {@link #REST}. */
    final List<String> segments;
    /** Of the parameters, in their order; the rest of a mount has none. */
    final List<String> names;

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it can't match, or is written as other libraries have it
     */
    static PathPattern of(String text) {
        return new PathPattern(text, PatternParser.parse(text));
    }

    private PathPattern(String text, PatternParser parsed) {
        this(text, parsed.segments, parsed.names);
    }

    private PathPattern(String text, List<String> segments, List<String> names) {
        this.text = text;
        this.segments = List.copyOf(segments);
        this.names = List.copyOf(names);
    }

    /** Whether this is for all paths below a prefix. */
    boolean isRest() {
        return segments.contains(REST);
    }

    /** All paths below this prefix. */
    PathPattern rest() {
        if (isRest()) {
            throw new IllegalArgumentException("invalid prefix " + text
                    + ": whatever is below it is mounted, so leave out {name...}");
        }
        List<String> all = new ArrayList<>(segments);
        if (text.endsWith("/")) {
            all.remove(all.size() - 1);
        }
        all.add(REST);
        return new PathPattern(text.endsWith("/") ? text + REST : text + "/" + REST, all, names);
    }

    /** A pattern of mounted routes as one of the whole path. */
    static String join(String prefix, String pattern) {
        if (pattern.equals("/")) {
            return prefix;
        }
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) + pattern
                : prefix + pattern;
    }

    /**
     * Where the prefix ends in a path that matches: before a slash or at its end.
     *
     * @param from where this pattern's first segment begins
     */
    int prefixEnd(String path, int from) {
        int end = from - 1;
        for (String segment : segments) {
            if (segment.equals(REST)) {
                break;
            }
            end = segmentEnd(path, end + 1);
        }
        return end;
    }

    /**
     * The values of the parameters in a path that matches.
     *
     * @param from where this pattern's first segment begins
     */
    String[] values(String path, int from) throws HttpException {
        String[] values = new String[names.size()];
        int next = 0;
        int start = from;
        for (String segment : segments) {
            if (next == values.length) {
                break;
            }
            int end = segmentEnd(path, start);
            if (segment.equals(PARAMETER)) {
                values[next++] = value(path, start, end);
            } else if (segment.equals(REST)) {
                values[next++] = rest(path, start);
            }
            start = end + 1;
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

    @Override
    public String toString() {
        return text;
    }
}
