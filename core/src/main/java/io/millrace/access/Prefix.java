package io.millrace.access;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;

/** Reads the folder that a grant is for. Threads: any. */
final class Prefix {

    /** The longest key that the file store may be set to take has as many bytes. */
    private static final int MAX_CHARS = 4096;

    private Prefix() {
    }

    /**
     * The folder, decoded, without its first slash and with its last.
     *
     * @param text as in a URL: percent-encoded, but characters other than ASCII may stand for
     *     themselves
     * @throws IllegalArgumentException if it is not the one spelling of a folder's path
     */
    static String read(String text) {
        if (!text.startsWith("/") || !text.endsWith("/") || text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("a prefix must begin and end with a slash, such as "
                    + "/team/, and have at most " + MAX_CHARS + " characters");
        }
        if (text.length() == 1) {
            return "";
        }
        StringBuilder decoded = new StringBuilder(text.length());
        for (String segment : text.substring(1, text.length() - 1).split("/", -1)) {
            decoded.append(segment(segment)).append('/');
        }
        return decoded.toString();
    }

    private static String segment(String text) {
        String name = text;
        if (text.indexOf('%') >= 0) {
            try {
                name = PercentEncoding.decode(text, 0, text.length());
            } catch (HttpException e) {
                throw new IllegalArgumentException("a prefix can't be decoded: " + e.getMessage());
            }
        }
        // What no request's canonical path has would match none, which is never what was meant.
        boolean odd = name.isEmpty() || name.equals(".") || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
        if (odd) {
            throw new IllegalArgumentException("a prefix must not have empty segments, dot "
                    + "segments, backslashes, encoded slashes or control characters");
        }
        return name;
    }
}
