package io.millrace.s3;

import java.io.IOException;

/**
 * What an engine didn't do, or left unknown. The message is one line and has no secret.
 *
 * <p>Threads: any.
 */
public final class S3Exception extends IOException {

    private static final long serialVersionUID = 1;

    /** What is to be made of a failure. */
    public enum Kind {
        /** The engine asks for fewer requests. */
        SLOW_DOWN,
        /** The engine, or what stands before it, can't be reached or says so. */
        UNAVAILABLE,
        /** The engine failed. */
        INTERNAL,
        /** The engine took too long. */
        TIMEOUT,
        /** The connection ended before the response. */
        RESET,
        /** This client has as many requests on their way as it may. */
        BUSY,
        /** The clocks of engine and client differ by minutes. */
        CLOCK_SKEW,
        /** The keys are wrong, or no longer valid. */
        WRONG_KEYS,
        /** The keys are right and have no right to this. */
        DENIED,
        /** There is no such bucket. */
        NO_BUCKET,
        /** There is no such multipart upload, any more or at all. */
        NO_UPLOAD,
        /** The bucket is in another region. */
        WRONG_REGION,
        /** What arrived doesn't have the digest that was sent with it. */
        BAD_DIGEST,
        /** The engine takes nothing as large as this. */
        TOO_LARGE,
        /** The engine has no room, or the account's quota is used up. */
        FULL,
        /** The engine doesn't have this part of the API. */
        NOT_SUPPORTED,
        /** The engine sends the client elsewhere, and it doesn't follow. */
        REDIRECTED,
        /** The response can't be understood. */
        MALFORMED,
        /** The engine refuses the request for another reason, which its code tells. */
        REFUSED,
        /** The engine's certificate isn't trusted, or TLS can't be agreed on. */
        UNTRUSTED,
        /** The payload's publisher failed, or sent more or less than it was to. */
        PAYLOAD,
        /** The client has been closed. */
        CLOSED
    }

    private final Kind kind;
    private final boolean mayBeDone;
    private final int status;
    private final String code;
    private final String requestId;

    S3Exception(Kind kind, boolean mayBeDone, String message, Throwable cause) {
        this(kind, mayBeDone, message, cause, 0, "", "");
    }

    S3Exception(Kind kind, boolean mayBeDone, String message, Throwable cause, int status,
            String code, String requestId) {
        super(message, cause);
        this.kind = kind;
        this.mayBeDone = mayBeDone;
        this.status = status;
        this.code = code;
        this.requestId = requestId;
    }

    /** What is to be made of it. */
    public Kind kind() {
        return kind;
    }

    /** Whether the engine may have carried the request out, or may still do so. */
    public boolean mayBeDone() {
        return mayBeDone;
    }

    /** The status code of the response; 0 if there was none. */
    public int status() {
        return status;
    }

    /** The engine's error code, {@code NoSuchBucket} for one; empty if there is none. */
    public String code() {
        return code;
    }

    /** What the engine's operator finds the request by; empty if unknown. */
    public String requestId() {
        return requestId;
    }
}
