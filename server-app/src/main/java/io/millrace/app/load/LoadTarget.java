package io.millrace.app.load;

import io.millrace.app.cli.CommandException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * What is loaded: a host and the paths of the keys there.
 *
 * <p>Threads: any.
 *
 * @param url as it was given
 * @param host without brackets
 * @param authority for the Host field
 * @param path of the URL, ending in the name that the keys' numbers are appended to
 * @param query with its question mark, or empty
 */
record LoadTarget(String url, String host, int port, String authority, String path, String query) {

    /**
     * Reads a URL.
     *
     * @throws CommandException if it is not http://HOST[:PORT][/PATH]
     */
    static LoadTarget of(String url) throws CommandException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException wrong) {
            throw refused(url, "");
        }
        if ("https".equalsIgnoreCase(uri.getScheme())) {
            throw refused(url, " (https is not supported)");
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null
                || uri.getPort() > 65_535 || uri.getPort() == 0 || uri.getRawUserInfo() != null) {
            throw refused(url, "");
        }
        String host = uri.getHost();
        String authority = uri.getPort() < 0 ? host : host + ":" + uri.getPort();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String path = uri.getRawPath();
        return new LoadTarget(url, host, uri.getPort() < 0 ? 80 : uri.getPort(), authority,
                path.isEmpty() ? "/" : path,
                uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private static CommandException refused(String url, String why) {
        return CommandException.usage(
                "the URL must be http://HOST[:PORT][/PATH]" + why + ": " + url);
    }

    /** The request target of the URL itself. */
    String whole() {
        return path + query;
    }

    /** The request target of a key: the last segment and a number, "load" if there is none. */
    String key(long number) {
        return path + (path.endsWith("/") ? "load-" : "-") + number + query;
    }
}
