package io.millrace.s3;

import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * What an engine answered: success, or one of the refusals that mean something to the client of a
 * store: 304, 404, 409, 412 and 416.
 *
 * <p>Threads: any.
 */
public final class S3Answer {

    private static final String CHUNKED = "aws-chunked";

    private final int status;
    private final HttpHeaders fields;
    private final String code;
    private final StreamedBody body;
    /** Null for that of the fields. */
    private final String etag;

    S3Answer(int status, HttpHeaders fields, String code, StreamedBody body) {
        this(status, fields, code, body, null);
    }

    private S3Answer(int status, HttpHeaders fields, String code, StreamedBody body, String etag) {
        this.status = status;
        this.fields = fields;
        this.code = code;
        this.body = body;
        this.etag = etag;
    }

    /** This answer with the entity tag that its body had; empty for none. */
    S3Answer withEtag(String etag) {
        return etag.isEmpty() ? this : new S3Answer(status, fields, code, body, etag);
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** Whether the status code is 2xx. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /**
     * A header field; null if there is none. Several of one name are joined by commas. The coding
     * {@code aws-chunked}, which some engines keep with an object, is left out: it was that of a
     * request.
     */
    public String field(String name) {
        String value = String.join(", ", fields.allValues(name));
        if (name.equalsIgnoreCase("Content-Encoding") && value.contains(CHUNKED)) {
            value = value.replaceAll("\\s*" + CHUNKED + "\\s*(,\\s*|$)", "")
                    .replaceAll(",\\s*$", "");
        }
        return value.isEmpty() ? null : value;
    }

    /** The entity tag with its quotes; null if there is none. */
    public String etag() {
        return etag != null ? etag : field("ETag");
    }

    /** The {@code Content-Length}: of a HEAD, the object's size; -1 if it is unknown. */
    public long length() {
        return Replies.length(fields);
    }

    /** The engine's error code, {@code NoSuchKey} for one; empty if there is none. */
    public String code() {
        return code;
    }

    /** Whether there is a body to be read or discarded: that of a successful get. */
    public boolean hasBody() {
        return body != null;
    }

    /**
     * The body. It is subscribed to once, and soon: without a subscriber it is given up after the
     * {@code progressTimeout}. A body that is shorter than its length ends with an error.
     *
     * @throws IllegalStateException if there is none
     */
    public Flow.Publisher<ByteBuffer> body() {
        if (body == null) {
            throw new IllegalStateException("no body: " + status);
        }
        return body;
    }

    /** Gives the body up, if there is one that has no subscriber. */
    public void discard() {
        if (body != null) {
            body.discard();
        }
    }
}
