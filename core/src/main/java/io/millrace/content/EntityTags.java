package io.millrace.content;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of {@code If-Match} or {@code If-None-Match}: a list of entity tags, or {@code *}
 * (RFC 9110 section 8.8.3). Threads: any, immutable.
 *
 * @param any whether it is {@code *}, which every version matches
 * @param tags the tags as they were sent, with quotes and {@code W/}
 */
record EntityTags(boolean any, List<String> tags) {

    /** Matches nothing. */
    static final EntityTags NONE = new EntityTags(false, List.of());

    /**
     * Parses a field's value. An empty list is well-formed (RFC 9110 section 5.6.1.2).
     *
     * @throws HttpException 400 if it is neither
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
            } else {
                int end = separated ? end(value, at) : -1;
                if (end < 0) {
                    throw malformed();
                }
                tags.add(value.substring(at, end));
                separated = false;
                at = end;
            }
        }
        return tags.isEmpty() ? NONE : new EntityTags(false, List.copyOf(tags));
    }

    /** Where the tag that begins at {@code start} ends; -1 if there is none. */
    static int end(String value, int start) {
        int open = value.startsWith(Validators.WEAK, start)
                ? start + Validators.WEAK.length() : start;
        if (open >= value.length() || value.charAt(open) != '"') {
            return -1;
        }
        for (int i = open + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                return -1;
            }
        }
        return -1;
    }

    /** The refusal of a malformed condition. */
    static HttpException malformed() {
        return new HttpException(Status.BAD_REQUEST,
                "If-Match and If-None-Match must be * or a list of quoted entity tags");
    }

    boolean isEmpty() {
        return !any && tags.isEmpty();
    }

    /** Whether one of these is a tag by strong comparison: the bytes are the same. */
    boolean matchStrongly(String tag) {
        return any || tag != null && !tag.startsWith(Validators.WEAK) && tags.contains(tag);
    }

    /** Whether one of these is a tag by weak comparison: the content is equivalent. */
    boolean matchWeakly(String tag) {
        if (any) {
            return true;
        }
        if (tag == null) {
            return false;
        }
        for (String mine : tags) {
            if (opaque(mine).equals(opaque(tag))) {
                return true;
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith(Validators.WEAK) ? tag.substring(Validators.WEAK.length()) : tag;
    }
}
