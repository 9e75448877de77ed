package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of {@code If-Match} or {@code If-None-Match}: a list of entity tags, or any
 * (RFC 9110 section 8.8.3). Threads: any, immutable.
 *
 * @param any whether it is {@code *}, which every version matches
 * @param tags the tags as they were sent, with quotes and {@code W/}
 */
record EntityTags(boolean any, List<String> tags) {

    private static final String WEAK = "W/";

    /**
     * Parses a field's value.
     *
     * @throws HttpException 400 if it is neither: a client that sets a condition must not have it
     *     ignored because of a missing quote
     */
    static EntityTags of(String value) throws HttpException {
        if (value.equals("*")) {
            return new EntityTags(true, List.of());
        }
        List<String> tags = new ArrayList<>();
        int at = 0;
        boolean separated = true;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == ' ' || c == '\t') {
                at++;
            } else if (c == ',') {
                separated = true;
                at++;
            } else if (separated) {
                int end = end(value, at);
                tags.add(value.substring(at, end));
                separated = false;
                at = end;
            } else {
                throw malformed();
            }
        }
        if (tags.isEmpty()) {
            throw malformed();
        }
        return new EntityTags(false, List.copyOf(tags));
    }

    /** Where the tag that begins at {@code start} ends. */
    private static int end(String value, int start) throws HttpException {
        int open = value.startsWith(WEAK, start) ? start + WEAK.length() : start;
        int close = open < value.length() && value.charAt(open) == '"'
                ? value.indexOf('"', open + 1) : -1;
        if (close < 0 || value.substring(open, close).indexOf(' ') >= 0) {
            throw malformed();
        }
        return close + 1;
    }

    private static HttpException malformed() {
        return new HttpException(Status.BAD_REQUEST,
                "a condition must be * or a list of quoted entity tags");
    }

    /** Whether one of these is a tag by strong comparison: the same bytes for sure. */
    boolean matchStrongly(String tag) {
        return any || !tag.startsWith(WEAK) && tags.contains(tag);
    }

    /** Whether one of these is a tag by weak comparison: as good as the same. */
    boolean matchWeakly(String tag) {
        if (any) {
            return true;
        }
        for (String mine : tags) {
            if (opaque(mine).equals(opaque(tag))) {
                return true;
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
    }
}
