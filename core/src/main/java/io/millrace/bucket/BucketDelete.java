package io.millrace.bucket;

import io.millrace.bucket.cache.EngineValidators;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.Holds;
import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import io.millrace.work.Promise;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One DELETE of an object. S3's DeleteObject says 204 whether there was an object or not, so a look
 * goes before it; where the engine holds {@code If-Match} of a DELETE, it removes the version that
 * was seen, and of two clients one gets 204 and the other 404.
 *
 * <p>Threads: the worker, then those of the client, one after the other.
 */
final class BucketDelete {

    /** How often an object may be replaced while this looks at it. */
    private static final int MAX_ATTEMPTS = 8;

    private final BucketState state;
    private final Key key;
    private final RequestHead head;
    private final String request;
    private final Preconditions preconditions;
    private final Promise<Response> promise = new Promise<>();
    /** Once true this is always true. */
    private boolean isBegun;

    BucketDelete(BucketState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.head = request;
        this.request = request.method() + " " + request.path();
        this.preconditions = Preconditions.of(request);
    }

    /** The response; nothing is removed if the client leaves, or the server gives up, before. */
    Response answer() {
        Holds holds = state.holds();
        Response refusal = preconditions.isEmpty() ? null : BucketResponses.refuse(holds,
                holds.delete(), BucketResponses.UNHELD_DELETE);
        if (refusal != null) {
            return refusal;
        }
        head.whenGone(promise::withdraw);
        attempt(1).whenComplete((response, failure) -> promise.complete(
                failure == null ? response : state.faults().answer(request, failure)));
        return Response.later(promise);
    }

    private CompletableFuture<Response> attempt(int number) {
        return state.client().head(key.name(), Map.of()).thenCompose(seen -> remove(seen, number));
    }

    private CompletableFuture<Response> remove(S3Answer seen, int number) {
        Response refusal = refuse(seen);
        if (refusal != null) {
            return CompletableFuture.completedFuture(refusal);
        }
        if (!isBegun && !promise.begin()) {
            return CompletableFuture.completedFuture(KeyResponses.CLOSED); // nobody waits for it
        }
        isBegun = true;
        state.cache().changed(key.name());
        boolean pins = state.holds().delete() && seen.etag() != null
                && (number < MAX_ATTEMPTS || !preconditions.isEmpty());
        return state.client()
                .delete(key.name(), pins ? Map.of("If-Match", seen.etag()) : Map.of())
                .handle((done, failure) -> settle(done, failure, number))
                .thenCompose(next -> next);
    }

    /** The response where nothing is to be removed; else null. */
    private Response refuse(S3Answer seen) {
        if (seen.status() == 404) {
            return KeyResponses.NOT_FOUND;
        }
        Validators current = EngineValidators.of(seen);
        Response refusal = preconditions.refuseChange(current);
        return refusal != null || preconditions.isEmpty() || current.isStrong() ? refusal
                : BucketResponses.UNTAGGED; // the version that goes could be another one
    }

    private CompletableFuture<Response> settle(S3Answer done, Throwable failure, int number) {
        state.cache().changed(key.name()); // what was read meanwhile may be the object as it was
        if (failure != null) {
            return BucketFaults.cause(failure) instanceof S3Exception engine && engine.mayBeDone()
                    ? settleUnknown(engine) : CompletableFuture.failedFuture(failure);
        }
        if (done.status() == 404) {
            return CompletableFuture.completedFuture(KeyResponses.NOT_FOUND);
        }
        if (done.status() < 300) {
            return CompletableFuture.completedFuture(KeyResponses.NO_CONTENT);
        }
        // 412 or 409: another version is there since the look.
        return number < MAX_ATTEMPTS ? attempt(number + 1)
                : CompletableFuture.completedFuture(BucketResponses.CHANGING);
    }

    /** The engine has not said whether it has removed the object: is it gone? */
    private CompletableFuture<Response> settleUnknown(S3Exception failure) {
        return state.client().head(key.name(), Map.of()).handle((seen, again) -> {
            state.cache().changed(key.name()); // it may have been removed just before the look
            return again == null && seen.status() == 404
                    ? CompletableFuture.completedFuture(KeyResponses.NO_CONTENT)
                    : CompletableFuture.<Response>failedFuture(failure);
        }).thenCompose(next -> next);
    }
}
