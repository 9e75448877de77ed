package io.millrace.bucket;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.Holds;
import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import io.millrace.tree.PutPreference;
import io.millrace.work.Promise;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One PUT or DELETE of a folder, whose path ends in a slash. A folder is what keys have in common;
 * an empty one is an empty object whose key ends in a slash, as other programs of S3 make it, too.
 *
 * <p>Threads: the worker, then those of the client, one after the other.
 */
final class BucketFolders { // decision 314

    private final BucketState state;
    private final Key key;
    private final String marker;
    private final RequestHead head;
    private final String request;
    private final Preconditions preconditions;
    private final Promise<Response> promise = new Promise<>();

    BucketFolders(BucketState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.marker = key.name() + '/';
        this.head = request;
        this.request = request.method() + " " + request.path();
        this.preconditions = Preconditions.of(request);
    }

    /** Makes the folder. */
    Response make() {
        Holds holds = state.holds();
        Response refusal = preconditions.isEmpty() ? null
                : BucketResponses.refuse(holds, holds.create(), BucketResponses.UNHELD);
        return refusal != null ? refusal : answer(() -> unlessObject(this::makeMarker));
    }

    /** Removes the folder if nothing is in it. */
    Response remove() {
        return answer(() -> list(2).thenCompose(this::removeMarker));
    }

    /** Why a body can't be stored here: the path is that of an object, or of a folder. */
    Response refuseBody() {
        return answer(() -> unlessObject(
                () -> CompletableFuture.completedFuture(KeyResponses.FOLDER_WITH_BODY)));
    }

    /**
     * What a read of this folder gets, whose listing is known: if that is 404, and an object has
     * the name, 308 to it.
     */
    Response read(Response listing) {
        if (listing.stage() == null) {
            return listing.status().code() != 404 ? listing : answer(
                    () -> unlessObject(() -> CompletableFuture.completedFuture(listing)));
        }
        return Response.later(listing.stage().thenCompose(known -> known.status().code() != 404
                ? CompletableFuture.completedFuture(known)
                : unlessObject(() -> CompletableFuture.completedFuture(known)).exceptionally(
                        failure -> state.faults().answer(request, failure))));
    }

    private Response answer(Supplier<CompletableFuture<Response>> change) {
        head.whenGone(promise::withdraw);
        change.get().whenComplete((response, failure) -> promise.complete(
                failure == null ? response : state.faults().answer(request, failure)));
        return Response.later(promise);
    }

    private CompletableFuture<Response> unlessObject(Supplier<CompletableFuture<Response>> next) {
        return state.client().head(key.name(), Map.of()).thenCompose(seen -> seen.status() < 300
                ? CompletableFuture.completedFuture(toObject()) : next.get());
    }

    private Response toObject() {
        return KeyResponses.elsewhere(BucketRequests.withQuery('/' + key.sent(), head));
    }

    private CompletableFuture<S3ListPage> list(int keys) {
        return state.client().list(S3ListQuery.of(marker).atMost(keys));
    }

    private boolean hasMarker(S3ListPage page) {
        return !page.objects().isEmpty() && page.objects().get(0).key().equals(marker);
    }

    /** 412 if the conditions refuse the change; a folder has no entity tag. */
    private Response refuse(boolean isThere) {
        return preconditions.refuseChange(
                isThere ? new Validators(null, HttpDate.NONE) : null);
    }

    private CompletableFuture<Response> makeMarker() {
        return list(1).thenCompose(page -> {
            boolean isThere = !page.objects().isEmpty();
            Response refusal = refuse(isThere);
            if (refusal != null || hasMarker(page)) {
                return CompletableFuture.completedFuture(refusal != null ? refusal : made(false));
            }
            if (!promise.begin()) {
                return CompletableFuture.completedFuture(KeyResponses.CLOSED); // nobody waits
            }
            S3Put put = new S3Put(marker, preconditions.isEmpty()
                    ? Map.of("Content-Type", "application/x-directory")
                    : Map.of("Content-Type", "application/x-directory", "If-None-Match", "*"),
                    S3Payload.none(), false);
            return state.client().put(put)
                    .handle((done, failure) -> settleMade(done, failure, !isThere))
                    .thenCompose(next -> next);
        });
    }

    private CompletableFuture<Response> settleMade(S3Answer done, Throwable failure,
            boolean isNew) {
        if (failure == null) {
            // A folder that another client has made meanwhile has no entity tag either.
            Response refusal = done.status() < 300 ? null : refuse(true);
            return CompletableFuture.completedFuture(
                    done.status() < 300 ? made(isNew) : refusal != null ? refusal : made(false));
        }
        if (!mayBeDone(failure)) {
            return CompletableFuture.failedFuture(failure);
        }
        return list(1).handle((page, again) -> again == null && hasMarker(page)
                ? CompletableFuture.completedFuture(made(isNew))
                : CompletableFuture.<Response>failedFuture(failure)).thenCompose(next -> next);
    }

    private static boolean mayBeDone(Throwable failure) {
        return BucketFaults.cause(failure) instanceof S3Exception engine && engine.mayBeDone();
    }

    private Response made(boolean isNew) {
        if (state.options().putStatus() == 200
                || PutPreference.isRepresentation(head.headers())) {
            return KeyResponses.OK;
        }
        return isNew ? KeyResponses.CREATED.with("Location", '/' + key.sent() + '/')
                : KeyResponses.NO_CONTENT;
    }

    private CompletableFuture<Response> removeMarker(S3ListPage page) {
        if (page.objects().isEmpty()) {
            return unlessObject(() -> CompletableFuture.completedFuture(KeyResponses.NOT_FOUND));
        }
        Response refusal = refuse(true);
        if (refusal != null || page.objects().size() > 1 || !hasMarker(page)) {
            return CompletableFuture.completedFuture(
                    refusal != null ? refusal : KeyResponses.NOT_EMPTY);
        }
        if (!promise.begin()) {
            return CompletableFuture.completedFuture(KeyResponses.CLOSED); // nobody waits
        }
        // What is PUT into the folder now stays: only the marker goes.
        return state.client().delete(marker, Map.of()).handle((done, failure) -> failure == null
                ? CompletableFuture.completedFuture(KeyResponses.NO_CONTENT)
                : mayBeDone(failure) ? settleRemoved(failure)
                : CompletableFuture.<Response>failedFuture(failure)).thenCompose(next -> next);
    }

    private CompletableFuture<Response> settleRemoved(Throwable failure) {
        return list(1).handle((page, again) -> again == null && !hasMarker(page)
                ? CompletableFuture.completedFuture(KeyResponses.NO_CONTENT)
                : CompletableFuture.<Response>failedFuture(failure)).thenCompose(next -> next);
    }
}
