package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Responses that the server makes itself, and what form they have.
 *
 * <p>Threads: any.
 */
final class Refusals {

    private static final int MOST_HOST_CHARS = 255;
    /** Beside as many of header fields it fits into the buffer behind other responses. */
    private static final int MOST_BODY_BYTES = 8192;

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

    /** What a sink has failed with: a refusal if that is what made it fail. */
    static Throwable ofSink(Throwable failure) {
        return failure.getCause() instanceof HttpException refusal ? refusal : failure;
    }

    /** A refusal in the application's form. Throws what that throws. */ // decision 408
    static Response dressed(HttpException why, RefusalBody form) throws IOException {
        Response dress = Objects.requireNonNull(
                form.respond(why.status(), why.getMessage()), "RefusalBody returned null");
        try {
            Response all = Response.of(why.status());
            for (int i = 0; i < why.fields().size(); i++) {
                if (!why.fields().name(i).equalsIgnoreCase("Content-Type")) {
                    all = all.add(why.fields().name(i), why.fields().value(i));
                }
            }
            Headers own = all.headers();
            for (int i = 0; i < dress.headers().size(); i++) {
                String name = dress.headers().name(i);
                if (!own.contains(name) && !name.equalsIgnoreCase("Upgrade")) {
                    all = all.add(name, dress.headers().value(i));
                }
            }
            return all.with(Body.of(bytes(dress.body())));
        } finally {
            dress.discard();
        }
    }

    private static byte[] bytes(Body body) throws IOException {
        long length = body.length();
        if (length < 0 || length > MOST_BODY_BYTES) {
            throw new IllegalArgumentException("the body of a refusal must have at most "
                    + MOST_BODY_BYTES + " bytes: " + length);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        while (bytes.hasRemaining()) {
            if (body.read(bytes.position(), bytes) <= 0) {
                throw new IllegalArgumentException("the body of a refusal must be in memory");
            }
        }
        return bytes.array();
    }
}
