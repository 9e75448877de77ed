package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.HttpException;
import io.millrace.http.Status;

/**
 * Responses that the server makes itself.
 *
 * <p>Threads: any.
 */
final class Refusals {

    private static final int MOST_HOST_CHARS = 255;

    private Refusals() {
    }

    static HttpException tooSlow() {
        return new HttpException(Status.REQUEST_TIMEOUT, "the request arrived too slowly");
    }

    /** Of a client that reads nothing as long as it sends. */
    static HttpException unread() {
        return new HttpException(Status.REQUEST_TIMEOUT, "the response is read too slowly: a client"
                + " has to read it while it sends the request");
    }

    /** RFC 9112 s8: an incomplete request; the peer may still be listening. */
    static HttpException endsInHead() {
        return new HttpException(Status.BAD_REQUEST,
                "the connection ended inside the request head");
    }

    /** Of a body that can't become whole, for a reason that is not the application's. */
    static HttpException inBody(Abandonment why, Throwable cause) {
        // As for a head: a peer that has ended its side may still be listening.
        return why == Abandonment.PEER_LEFT
                ? new HttpException(Status.BAD_REQUEST, cause.getMessage()) : (HttpException) cause;
    }

    static HttpException bodyTooLarge(long maxBodyBytes) {
        return new HttpException(Status.CONTENT_TOO_LARGE,
                "the body is longer than " + maxBodyBytes + " bytes");
    }

    static HttpException misdirected(String host) {
        return new HttpException(Status.MISDIRECTED_REQUEST, "the host " + shortened(host)
                + " is not served here; to serve it, add it to --host (ServerOptions.hosts)");
    }

    /** A host for people. Its grammar leaves nothing to escape; a name in DNS is shorter. */
    static String shortened(String host) {
        return host.length() > MOST_HOST_CHARS ? host.substring(0, MOST_HOST_CHARS) + "..." : host;
    }

    static HttpException applicationTooSlow() {
        return new HttpException(Status.SERVICE_UNAVAILABLE,
                "the application took too long to respond");
    }

    /** Of a body that the application wants no more of, and says nothing itself. */
    static HttpException stopped() {
        return new HttpException(Status.SERVICE_UNAVAILABLE,
                "the rest of the body is no longer wanted; retry the request");
    }

    /** The application failed; the reason is only logged. */
    static HttpException internalError() {
        return new HttpException(Status.INTERNAL_SERVER_ERROR, "internal server error");
    }
}
