package io.millrace.tree;

import io.millrace.http.Response;
import io.millrace.http.Status;

/**
 * The responses that every store of keys sends, wherever it keeps its objects. Threads: any, they
 * are immutable.
 */
public final class KeyResponses { // decision 310

    public static final Response OK = Response.of(Status.OK);
    public static final Response CREATED = Response.of(Status.CREATED);
    public static final Response NO_CONTENT = Response.of(Status.NO_CONTENT);
    /** How every response with an object begins. */
    public static final Response OBJECT = OK.with("Accept-Ranges", "bytes")
            .with("X-Content-Type-Options", "nosniff");

    public static final Response PART_OF_PUT = text(Status.BAD_REQUEST,
            "Content-Range is not supported in PUT here: send the whole object");
    public static final Response LENGTH_REQUIRED = text(Status.LENGTH_REQUIRED,
            "send Content-Length, 0 for an empty object, or Transfer-Encoding: chunked");
    public static final Response NOT_FOUND = text(Status.NOT_FOUND, "not found");
    public static final Response NO_KEY = text(Status.NOT_FOUND,
            "not found: the path has no key: use /KEY or /FOLDER/KEY");
    public static final Response NO_KEY_TO_PUT = text(Status.CONFLICT,
            "the path has no key: use /KEY or /FOLDER/KEY");
    public static final Response UNLISTED = text(Status.NOT_FOUND,
            "folders are not listed: use the path of an object in it");
    public static final Response FOLDER_WITH_BODY = text(Status.CONFLICT,
            "a path that ends in a slash names a folder: use it with Content-Length: 0, or without "
                    + "the slash for an object");
    public static final Response NOT_EMPTY = text(Status.CONFLICT,
            "the folder is not empty: use DELETE on what is in it first");
    public static final Response TOO_LARGE = text(Status.CONTENT_TOO_LARGE,
            "the object exceeds the size limit of this store: send a smaller one");
    public static final Response CLOSED =
            text(Status.SERVICE_UNAVAILABLE, "the store is closed; retry later");

    private KeyResponses() {
    }

    /** Sends a client to another path; the body of a PUT goes there, too. */
    public static Response elsewhere(String location) {
        return text(Status.PERMANENT_REDIRECT, "use the path " + location)
                // RFC 9110 s15.4.9: caches keep it for ever, but what is there may change.
                .with("Location", location).with("Cache-Control", "no-cache");
    }

    /** A response with a line for people. */
    public static Response text(Status status, String line) {
        return Response.text(line + "\n").with(status);
    }
}
