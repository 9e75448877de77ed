package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.util.List;
import java.util.Locale;

/**
 * What the head of a MOVE says of where to, and whether over something else (RFC 4918 sections 9.9,
 * 10.3 and 10.6).
 *
 * <p>Threads: any, immutable.
 *
 * @param path what is to be the new path
 * @param overwrites whether something else may lose its name to it
 */
record Destination(KeyPath path, boolean overwrites) {

    /**
     * Reads it.
     *
     * @throws HttpException 400 if it is missing, malformed or no path of an object or a folder;
     *     502 if it is on another server
     */
    static Destination of(RequestHead request, KeyLimits limits) throws HttpException {
        Headers headers = request.headers();
        String to = path(one(headers, "Destination"), request);
        KeyPath path;
        try {
            path = KeyPath.of(to, limits);
        } catch (HttpException e) {
            throw malformed("Destination: " + e.getMessage());
        }
        if (!path.canonical().equals(to)) {
            throw malformed("Destination must be the canonical path: use " + path.canonical());
        }
        return new Destination(path, overwrites(headers));
    }

    private static HttpException malformed(String why) {
        return new HttpException(Status.BAD_REQUEST, why);
    }

    private static String one(Headers headers, String name) throws HttpException {
        List<String> values = headers.all(name);
        if (values.size() != 1) {
            throw malformed(values.isEmpty()
                    ? "missing Destination: send the new path in it"
                    : name + " is given more than once: send it once");
        }
        return values.get(0);
    }

    private static boolean overwrites(Headers headers) throws HttpException {
        if (headers.contains("Depth") && !one(headers, "Depth").equalsIgnoreCase("infinity")) {
            throw malformed("MOVE takes all that is in a folder: omit Depth"); // RFC 4918 s9.9.2
        }
        String value = headers.contains("Overwrite") ? one(headers, "Overwrite") : "T";
        if (!value.equals("T") && !value.equals("F")) {
            throw malformed("Overwrite must be T or F");
        }
        return value.equals("T");
    }

    /** The path of a destination that is a path or a URI of this server. */
    private static String path(String value, RequestHead request) throws HttpException {
        String path = value;
        if (!value.startsWith("/")) {
            int colon = value.indexOf("://");
            String scheme = colon < 0 ? "" : value.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw malformed("Destination must be a path that begins with a slash, or an http"
                        + " or https URI");
            }
            int start = colon + 3;
            int slash = value.indexOf('/', start);
            String authority = value.substring(start, slash < 0 ? value.length() : slash);
            if (!isSame(authority, request.authority(), scheme)) {
                // RFC 4918 s9.9.4
                throw new HttpException(Status.BAD_GATEWAY, "Destination has another host than the"
                        + " request: send a path, or a URI with the request's host");
            }
            path = slash < 0 ? "/" : value.substring(slash);
        } else if (value.startsWith("//")) {
            // RFC 3986 s4.2 reads it as another host.
            throw malformed("Destination begins with two slashes: use one");
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw malformed("Destination has a query or a fragment: send a path only, with %3F for"
                    + " a question mark and %23 for #");
        }
        return path;
    }

    private static boolean isSame(String authority, String host, String scheme) {
        String port = scheme.equals("http") ? ":80" : ":443"; // RFC 9110 s4.2.3
        return host != null
                && without(port, authority).equalsIgnoreCase(without(port, host));
    }

    private static String without(String port, String authority) {
        return authority.endsWith(port)
                ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
