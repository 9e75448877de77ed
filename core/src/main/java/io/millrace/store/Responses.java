package io.millrace.store;

import io.millrace.http.Response;
import io.millrace.http.Status;

/** The answers that are always the same, or begin so. Threads: any, they are immutable. */
final class Responses {

    static final Response OK = Response.of(Status.OK);
    static final Response CREATED = Response.of(Status.CREATED);
    static final Response NO_CONTENT = Response.of(Status.NO_CONTENT);
    static final Response NOT_MODIFIED = Response.of(Status.NOT_MODIFIED);
    /** How every answer with an object begins. */
    static final Response OBJECT = OK.with("Accept-Ranges", "bytes")
            .with("X-Content-Type-Options", "nosniff");

    static final Response PART_OF_PUT = text(Status.BAD_REQUEST,
            "an object is stored whole: Content-Range is not for PUT");
    static final Response READ_ONLY = text(Status.FORBIDDEN, "the store is read-only");
    static final Response NOT_FOUND = text(Status.NOT_FOUND, "there is no such object");
    static final Response NO_KEY =
            text(Status.NOT_FOUND, "a key is one segment, and the only one of its path: /KEY");
    static final Response NO_OBJECT = text(Status.CONFLICT, "what has this name is no object");
    static final Response TOO_LARGE =
            text(Status.CONTENT_TOO_LARGE, "the object is longer than the store takes");
    static final Response NO_ROOM =
            text(Status.INSUFFICIENT_STORAGE, "the object is longer than the store has room for");
    static final Response NOT_IMPLEMENTED =
            text(Status.NOT_IMPLEMENTED, "the store does not know this method");
    static final Response BUSY = text(Status.SERVICE_UNAVAILABLE,
            "too many requests wait for the device").with("Retry-After", "1");
    static final Response CLOSED = text(Status.SERVICE_UNAVAILABLE, "the store is closed");

    private Responses() {
    }

    /** An answer with a line for people. */
    static Response text(Status status, String line) {
        return Response.text(line + "\n").with(status);
    }
}
