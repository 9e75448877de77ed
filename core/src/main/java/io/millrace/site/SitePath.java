package io.millrace.site;

import io.millrace.content.MediaTypes;
import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * The path of a request, read as the name of a file or folder in a site. Threads: any, immutable.
 *
 * @param name the decoded segments, with a slash between two; empty for the site's own folder
 * @param isFolder whether a slash follows, as behind the name of a folder
 * @param isHidden whether a segment begins with a dot, other than a first one {@code .well-known}
 */
record SitePath(String name, boolean isFolder, boolean isHidden) { // decision 428

    private static final String WELL_KNOWN = ".well-known"; // RFC 8615

    /**
     * Reads a path. A name that it returns can't leave the site on any file system: it has no dot
     * segments, separators or control characters.
     *
     * @param path percent-encoded
     * @param prefix the decoded segments where the site begins
     * @return null if the path is not below the prefix
     * @throws HttpException 400 if a segment is malformed, or empty, or can't be a file's name
     */
    static SitePath of(String path, List<String> prefix) throws HttpException {
        if (!path.startsWith("/")) {
            return null; // asterisk-form
        }
        List<String> segments = new ArrayList<>();
        int from = 1;
        while (from < path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            segments.add(segment(path, from, end));
            from = end + 1;
        }
        int depth = prefix.size();
        if (segments.size() < depth || !segments.subList(0, depth).equals(prefix)) {
            return null;
        }
        List<String> below = segments.subList(depth, segments.size());
        return new SitePath(String.join("/", below), path.endsWith("/"), isHidden(below));
    }

    private static String segment(String path, int from, int end) throws HttpException {
        String name;
        try {
            name = PercentEncoding.decode(path, from, end);
        } catch (HttpException e) {
            throw refusal(e.getMessage());
        }
        // RFC 3986 s5.2.4: clients resolve them; what is left of them is no honest path.
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw refusal("empty segments and dot segments are not allowed");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\' || Character.isISOControl(c)) {
                throw refusal("encoded separators and control characters are not allowed");
            }
        }
        return name;
    }

    private static HttpException refusal(String why) {
        return new HttpException(Status.BAD_REQUEST, "malformed path: " + why);
    }

    private static boolean isHidden(List<String> segments) {
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.startsWith(".") && !(i == 0 && segment.equals(WELL_KNOWN))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file of this name, as a folder or jar has it, is hidden. */
    static boolean isHidden(String name) {
        return isHidden(List.of(name.split("/")));
    }

    /** Whether the path may be that of a page, and isn't that of a missing asset. */
    boolean mayBePage() { // decision 430
        String type = isFolder ? MediaTypes.UNKNOWN : MediaTypes.of(name);
        return type.equals(MediaTypes.UNKNOWN) || type.startsWith("text/html");
    }

    /** The name of the index page of this folder. */
    String index() {
        return name.isEmpty() ? StaticSite.INDEX : name + '/' + StaticSite.INDEX;
    }
}
