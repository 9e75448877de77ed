package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;

/**
 * Sends clients of a plain address to the same path over HTTPS, with 308 (Permanent Redirect), so
 * that they repeat the method and the body there. For an address of its own, such as port 80.
 *
 * <p>What a client has sent was not encrypted by then: {@link Filter#strictTransport} has browsers
 * come by HTTPS at once the next time.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class HttpsRedirect implements Handler {

    private static final int HTTPS_PORT = 443;

    private final String port;

    /**
     * A redirect to the host that the request names.
     *
     * @param port where HTTPS is served, from outside: 443 if a router maps it
     * @throws IllegalArgumentException if it is not 1 to 65535
     */
    public HttpsRedirect(int port) {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port must be in [1, 65535]: " + port);
        }
        this.port = port == HTTPS_PORT ? "" : ":" + port;
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException {
        String authority = request.authority();
        if (authority == null || authority.isEmpty()) {
            throw new HttpException(Status.BAD_REQUEST, "the request names no host");
        }
        if (!request.path().startsWith("/")) { // that of CONNECT, and of OPTIONS for all
            throw new HttpException(Status.BAD_REQUEST, "only a path can be redirected");
        }
        String query = request.query() == null ? "" : "?" + request.query();
        String location = "https://" + host(authority) + port + request.path() + query;
        return Response.text("use " + location + "\n").with(Status.PERMANENT_REDIRECT)
                .with("Location", location)
                .with("Cache-Control", "no-cache"); // decision 193
    }

    /** The authority without its port; an IPv6 address stays in its brackets. */
    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}
