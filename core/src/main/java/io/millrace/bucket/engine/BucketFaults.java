package io.millrace.bucket.engine;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.s3.S3Exception;
import io.millrace.tree.FaultLog;
import io.millrace.tree.KeyResponses;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What failures of the engine are called in HTTP, and in the log: each kind at most once a second.
 *
 * <p>A change that the engine may have carried out is 502, whatever failed: a client that gets 503
 * may send it again without another look. All that passes by itself and was surely not done is 503
 * with {@code Retry-After}; all that the engine, or its operator, has to mend is 502.
 *
 * <p>Threads: any.
 */
public final class BucketFaults { // decision 312

    private static final Response SLOW = BucketResponses.retry(2,
            "the engine asks for fewer requests; retry later");
    private static final Response UNREACHABLE = BucketResponses.retry(1,
            "the engine can't be reached; retry later");
    private static final Response BROKE = BucketResponses.retry(1,
            "the engine failed; retry later");
    private static final Response LATE = BucketResponses.retry(1,
            "the engine took too long; retry later");
    private static final Response BUSY = BucketResponses.retry(1,
            "too many requests are waiting for the engine; retry later");
    private static final Response NO_UPLOAD = BucketResponses.retry(1,
            "the engine has dropped the parts of this upload; send it again");
    private static final Response UNKNOWN = bad("the engine broke off, and the change may have "
            + "been made: use HEAD to see what the object is now");
    private static final Response MISCONFIGURED = bad(
            "the engine refuses this server: its log tells its operator why");
    private static final Response DAMAGED = bad(
            "the object was damaged on its way to the engine, which has not stored it; retry");
    private static final Response MALFORMED = bad(
            "the engine's response can't be understood: the log tells the operator why");
    private static final Response PAYLOAD = bad(
            "the object couldn't be handed on to the engine; retry");
    private static final Response DENIED = KeyResponses.text(Status.FORBIDDEN,
            "the engine denied access to the object");
    private static final Response FULL = KeyResponses.text(Status.INSUFFICIENT_STORAGE,
            "the engine has no room left, or its quota is used up");
    private static final Response TOO_LARGE = KeyResponses.text(Status.CONTENT_TOO_LARGE,
            "the engine takes no object as large as this: send a smaller one");
    private static final Response NOT_SUPPORTED = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "the engine of this store doesn't support what this request needs");
    private static final Response FAILED = KeyResponses.text(Status.INTERNAL_SERVER_ERROR,
            "the store failed");

    private final Class<?> logger;
    private final FaultLog log;

    /** @param logger whose name lines are logged under */
    BucketFaults(Class<?> logger) {
        this.logger = logger;
        this.log = new FaultLog(logger);
    }

    private static Response bad(String line) {
        return KeyResponses.text(Status.BAD_GATEWAY, line);
    }

    /** The response to a request that failed, which is logged unless the client is to blame. */
    public Response answer(RequestHead request, Throwable failure) {
        return answer(request.method() + " " + request.path(), failure);
    }

    /**
     * The same, of what is no longer there as a whole.
     *
     * @param request what failed, such as {@code PUT /key}
     */
    public Response answer(String request, Throwable failure) {
        return answer(request, failure,
                !request.startsWith("GET ") && !request.startsWith("HEAD "));
    }

    private Response answer(String request, Throwable failure, boolean changes) {
        Throwable cause = cause(failure);
        if (cause instanceof HttpException refusal) {
            return refusal.response();
        }
        if (cause instanceof CancellationException) {
            return LATE; // the client has left, or the server has given it up
        }
        if (cause instanceof S3Exception engine) {
            Response answer = answer(engine, changes);
            if (engine.kind() != S3Exception.Kind.CLOSED) {
                log(request + " failed", engine);
            }
            return answer;
        }
        if (cause instanceof IOException io) {
            log(request + " failed", io);
            return FAILED;
        }
        SafeLog.log(logger, Level.WARNING, request + " failed", cause);
        return FAILED;
    }

    /**
     * The response to a change that has failed before the engine could carry it out, whatever it
     * has answered: 503 as the failure says, and never that it may have been made.
     */
    public Response answerUndone(String request, Throwable failure) {
        return answer(request, failure, false);
    }

    /** What has gone wrong, without what a future has wrapped it in. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static Response answer(S3Exception failure, boolean changes) {
        if (changes && failure.mayBeDone()) {
            return UNKNOWN;
        }
        return switch (failure.kind()) {
            case SLOW_DOWN -> SLOW;
            case UNAVAILABLE, RESET -> UNREACHABLE;
            case INTERNAL -> BROKE;
            case TIMEOUT -> LATE;
            case BUSY -> BUSY;
            case NO_UPLOAD -> NO_UPLOAD;
            case CLOSED -> KeyResponses.CLOSED;
            case DENIED -> DENIED;
            case FULL -> FULL;
            case TOO_LARGE -> TOO_LARGE;
            case NOT_SUPPORTED -> NOT_SUPPORTED;
            case BAD_DIGEST -> DAMAGED;
            case PAYLOAD -> PAYLOAD;
            case MALFORMED, REFUSED -> MALFORMED;
            case CLOCK_SKEW, WRONG_KEYS, NO_BUCKET, WRONG_REGION, REDIRECTED, UNTRUSTED ->
                    MISCONFIGURED;
        };
    }

    /** Logs a failure. */
    public void log(String what, Throwable failure) {
        Throwable cause = cause(failure);
        String kind = cause instanceof S3Exception engine
                ? engine.kind().name() + ' ' + engine.code() : cause.getClass().getName();
        log.log(kind, what + ": "
                + (cause.getMessage() == null ? cause.toString() : cause.getMessage()));
    }

    /**
     * Logs a line.
     *
     * @param kind lines of the same kind share one line a second; names of objects don't belong in
     *     it, as only some kinds are told apart
     */
    public void log(String kind, String line) {
        log.log(kind, line);
    }
}
