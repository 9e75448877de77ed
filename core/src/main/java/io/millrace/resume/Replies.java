package io.millrace.resume;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;

/** Responses that both dialects share. Threads: any, immutable. */
final class Replies {

    static final Status CHECKSUM_MISMATCH = Status.of(460, "Checksum Mismatch");

    /** Too many requests wait for a thread. */
    static final Response BUSY = text(Status.SERVICE_UNAVAILABLE,
            "too many uploads in progress; retry later").with("Retry-After", "1");

    /** Too many uploads are unfinished. */
    static final Response TOO_MANY = text(Status.SERVICE_UNAVAILABLE,
            "too many uploads are unfinished; retry later").with("Retry-After", "60");

    static final Response NO_ROOM = text(Status.INSUFFICIENT_STORAGE,
            "the unfinished uploads have reached their total size; retry later")
            .with("Retry-After", "60");

    static final Response SUPERSEDED = text(Status.CONFLICT,
            "a newer request continues this upload: get its offset, then send the rest");

    static final Response UNKNOWN = text(Status.NOT_FOUND,
            "no such upload: it has expired or was ended; begin a new one");

    static final Response NOT_HERE = text(Status.METHOD_NOT_ALLOWED,
            "method not allowed for an upload: use HEAD, PATCH or DELETE")
            .with("Allow", "GET, HEAD, PATCH, DELETE, OPTIONS");

    private Replies() {
    }

    /** A response with one line of text. */
    static Response text(Status status, String line) {
        return Response.text(line + "\n").with(status);
    }

    /** A problem (RFC 9457). */
    static Response problem(Status status, String json) {
        return Response.of(status).with("Content-Type", "application/problem+json")
                .with(Body.of((json + "\n").getBytes(StandardCharsets.UTF_8)));
    }
}
