package io.millrace.tree;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name of an object: the segments of a request's path, each decoded once.
 *
 * <p>Each segment is a name that no file system reads as anything but the name of one file in its
 * folder, and that is none of the store's own. Threads: any, immutable.
 *
 * @param name the decoded segments, with a slash between two
 * @param sent the segments as they were sent, percent-encoded, with a slash between two
 */
public record Key(String name, String sent) {

    /** Names that begin like this, in any case, are the store's own. */
    static final String RESERVED = ".millrace";

    /**
     * The key of a path with one segment: {@code /a}, {@code //a} and {@code /a/} all name {@code
     * a}.
     *
     * @return the key, or null if the path has no non-empty segment or several
     * @throws HttpException 400 if the segment can't be a safe name
     */
    public static Key of(String path, KeyLimits limits) throws HttpException {
        int start = 0;
        int length = path.length();
        if (length == 0 || path.charAt(0) != '/') {
            return null; // asterisk-form or authority-form: no path at all
        }
        while (start < length && path.charAt(start) == '/') {
            start++;
        }
        int end = start;
        while (end < length && path.charAt(end) != '/') {
            end++;
        }
        for (int i = end; i < length; i++) {
            if (path.charAt(i) != '/') {
                return null;
            }
        }
        if (start == end) {
            return null;
        }
        return ofSegment(path.substring(start, end), limits);
    }

    /** The key of one segment. */
    static Key ofSegment(String segment, KeyLimits limits) throws HttpException {
        String name = decode(segment, limits);
        // The name has no more bytes than its segment has characters, so most need no counting.
        if (segment.length() > limits.maxBytes()) {
            limits.check(name, 1);
        }
        return new Key(name, segment);
    }

    /** Whether the key has several segments. */
    public boolean isNested() {
        return name.indexOf('/') >= 0;
    }

    /** How many segments the key has. */
    int segments() {
        int segments = 1;
        for (int i = 0; i < name.length(); i++) {
            segments += name.charAt(i) == '/' ? 1 : 0;
        }
        return segments;
    }

    /** The last segment, decoded: what the object's file is called. */
    public String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The key of the first segments of this one. */
    Key first(int segments) {
        return new Key(first(name, segments), first(sent, segments));
    }

    private static String first(String path, int segments) {
        int end = -1;
        for (int i = 0; i < segments; i++) {
            end = path.indexOf('/', end + 1);
            if (end < 0) {
                return path;
            }
        }
        return path.substring(0, end);
    }

    static boolean isDot(String segment) {
        return segment.equals(".") || segment.equalsIgnoreCase("%2e");
    }

    /**
     * The name that a segment stands for.
     *
     * @throws HttpException 400 if it can't be a safe name
     */
    static String decode(String segment, KeyLimits limits) throws HttpException {
        if (segment.indexOf(' ') >= 0) {
            throw unsafe("a character that must be percent-encoded");
        }
        String name;
        try {
            name = PercentEncoding.decode(segment, 0, segment.length());
        } catch (HttpException e) {
            throw unsafe(e.getMessage());
        }
        // The name is no longer than its segment, so most need no counting.
        if (segment.length() > limits.maxSegmentBytes()
                && name.getBytes(StandardCharsets.UTF_8).length > limits.maxSegmentBytes()) {
            throw unsafe("segment longer than " + limits.maxSegmentBytes() + " bytes");
        }
        check(name);
        return name;
    }

    /** Whether a request can name this: the decoded segments of a key, with a slash between two. */
    public static boolean isName(String name, KeyLimits limits) {
        String[] segments = name.split("/", -1);
        for (String segment : segments) {
            if (!isSegment(segment) || isLonger(segment, limits.maxSegmentBytes())) {
                return false;
            }
        }
        return segments.length <= limits.depth() && !isLonger(name, limits.maxBytes());
    }

    private static boolean isLonger(String name, int maxBytes) {
        // No character has more than three bytes, so most need no counting.
        return name.length() > maxBytes / 3
                && name.getBytes(StandardCharsets.UTF_8).length > maxBytes;
    }

    private static void check(String name) throws HttpException {
        String why = violation(name);
        if (why != null) {
            throw unsafe(why);
        }
    }

    /** Whether a segment can have this name, its length aside. */
    static boolean isSegment(String name) {
        return !name.isEmpty() && violation(name) == null;
    }

    // Separators of any system, so that a folder may move to another one.
    private static String violation(String name) {
        if (name.equals(".") || name.equals("..")) {
            return "dot segment";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\') {
                return "path separator";
            }
            if (Character.isISOControl(c)) {
                return "control character";
            }
        }
        return isReserved(name) ? "names that begin with " + RESERVED + " are reserved" : null;
    }

    /** Whether a file of this name is the store's own; in any case, as some systems compare. */
    public static boolean isReserved(String name) {
        return name.startsWith(".")
                && name.toLowerCase(Locale.ROOT).startsWith(RESERVED);
    }

    /** A hash whose upper bits differ too if names differ at the end only. */
    public static int spread(String name) {
        return name.hashCode() * 0x9E3779B9;
    }

    /** The refusal of a key. */
    static HttpException unsafe(String why) {
        return new HttpException(Status.BAD_REQUEST, "invalid key: " + why);
    }
}
