package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name of an object: the only non-empty segment of a request's path, decoded once.
 *
 * <p>A key is a name that no file system reads as anything but the name of one file in the folder,
 * and that is none of the store's own. Threads: any, immutable.
 *
 * @param name the decoded name
 * @param segment the segment as it was sent, percent-encoded
 */
record Key(String name, String segment) {

    /** Names that begin like this, in any case, are the store's own. */
    static final String RESERVED = ".millrace";

    /** What the file systems of today's systems take as one name, in bytes. */
    static final int MAX_NAME_BYTES = 255;

    /**
     * The key of a path: {@code /a}, {@code //a} and {@code /a/} all name {@code a}.
     *
     * @return the key, or null if the path has no non-empty segment or several
     * @throws HttpException 400 if the segment can't be a safe name
     */
    static Key of(String path) throws HttpException {
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
        String segment = path.substring(start, end);
        String name = decode(segment);
        check(name);
        return new Key(name, segment);
    }

    /**
     * The one spelling of a path: without empty segments, dot segments and a slash behind the last
     * one. Under a second spelling nothing is served or changed, as the rules of a proxy in front
     * may not know it.
     *
     * @return the path itself if it is spelled like that
     * @throws HttpException 400 if a segment can't be a safe name; {@code ..} never is
     */
    static String canonical(String path) throws HttpException {
        boolean hasSegments = path.startsWith("/");
        if (!hasSegments || path.indexOf('/', 1) < 0 && !isDot(path.substring(1))) {
            return path;
        }
        StringBuilder canonical = new StringBuilder(path.length());
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            if (!segment.isEmpty() && !isDot(segment)) {
                check(decode(segment));
                canonical.append('/').append(segment);
            }
            start = end + 1;
        }
        return canonical.length() == 0 ? "/" : canonical.toString();
    }

    private static boolean isDot(String segment) {
        return segment.equals(".") || segment.equalsIgnoreCase("%2e");
    }

    private static String decode(String segment) throws HttpException {
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
        if (segment.length() > MAX_NAME_BYTES
                && name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw tooLong();
        }
        return name;
    }

    // Separators of any system, so that a folder may move to another one.
    private static void check(String name) throws HttpException {
        if (name.equals(".") || name.equals("..")) {
            throw unsafe("dot segment");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\') {
                throw unsafe("path separator");
            }
            if (Character.isISOControl(c)) {
                throw unsafe("control character");
            }
        }
        if (isReserved(name)) {
            throw unsafe("names that begin with " + RESERVED + " are reserved");
        }
    }

    /** Whether a file of this name is the store's own; in any case, as some systems compare. */
    static boolean isReserved(String name) {
        return name.startsWith(".")
                && name.toLowerCase(Locale.ROOT).startsWith(RESERVED);
    }

    /** A hash whose upper bits differ too if names differ at the end only. */
    static int spread(String name) {
        return name.hashCode() * 0x9E3779B9;
    }

    /** The refusal of a key. */
    static HttpException unsafe(String why) {
        return new HttpException(Status.BAD_REQUEST, "invalid key: " + why);
    }

    private static HttpException tooLong() {
        return unsafe("longer than " + MAX_NAME_BYTES + " bytes");
    }
}
