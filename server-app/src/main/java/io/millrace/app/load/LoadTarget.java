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
 * @param secure whether TLS is wanted
 * @param host without brackets
 * @param authority for the Host field
 * @param path of the URL, ending in the name that the keys' numbers are appended to
 * @param query with its question mark, or empty
 */
record LoadTarget(String url, boolean secure, String host, int port, String authority,
        String path, String query) {

    /**
     * Reads a URL.
     *
     * @throws CommandException if it is not http://HOST[:PORT][/PATH], or the same with https
     */
    static LoadTarget of(String url) throws CommandException {
        URI uri;
        try {
            uri = new URI(new URI(url).toASCIIString()); // RFC 3987 s3.1: other letters as UTF-8
        } catch (URISyntaxException wrong) {
            throw refused(url);
        }
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        if (!secure && !"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null
                || uri.getPort() > 65_535 || uri.getPort() == 0 || uri.getRawUserInfo() != null) {
            throw refused(url);
        }
        String host = uri.getHost();
        String authority = uri.getPort() < 0 ? host : host + ":" + uri.getPort();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String path = uri.getRawPath();
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        return new LoadTarget(url, secure, host, port, authority, path.isEmpty() ? "/" : path,
                uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private static CommandException refused(String url) {
        return CommandException.usage(
                "the URL must be http://HOST[:PORT][/PATH] or https://...: " + url);
    }

    /** The same server with another path, which may have a query. */
    LoadTarget withPath(String other) {
        int mark = other.indexOf('?');
        return new LoadTarget(url, secure, host, port, authority,
                mark < 0 ? other : other.substring(0, mark), mark < 0 ? "" : other.substring(mark));
    }

    /** The same server under another name in the Host field. */
    LoadTarget withAuthority(String other) {
        return new LoadTarget(url, secure, host, port, other, path, query);
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
