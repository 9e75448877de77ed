package io.millrace.bucket.write;

import io.millrace.bucket.engine.EngineState;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Payload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A write that the engine may have made, and has not answered. Two looks at the object tell. If the
 * connection has only ended, as an idle one may in the moment in which a request is sent on it, and
 * the object is still another's or none, a payload in memory is sent once more: on the condition
 * that the object is still what was seen, so that nothing is replaced that has come meanwhile.
 *
 * <p>Threads: any, one at a time.
 */
final class UnansweredWrite { // decisions 324 and 540

    /** The engine may still be at work on what it has not answered. */
    private static final long LOOK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final ObjectWrite write;
    private final EngineState state;
    private final S3Exception failure;
    /** Null if it can't be sent again, or has been. */
    private S3Payload payload;

    /**
     * A write.
     *
     * @param failure what it has come to
     * @param payload what was sent, if it is in memory; else null
     */
    UnansweredWrite(ObjectWrite write, S3Exception failure, S3Payload payload) {
        this.write = write;
        this.state = write.state();
        this.failure = failure;
        this.payload = payload;
    }

    /** The response to the client; never fails. */
    CompletableFuture<Response> response() {
        return look(true);
    }

    private CompletableFuture<Response> look(boolean mayLookAgain) {
        return write.lookForIt().handle((seen, unseen) -> unseen == null ? seen : null)
                .thenCompose(seen -> seen(seen, mayLookAgain))
                .exceptionally(closing -> unknown());
    }

    /** @param seen null if nothing can be seen */
    private CompletableFuture<Response> seen(S3Answer seen, boolean mayLookAgain) {
        if (seen != null && write.hasMade(seen)) {
            return CompletableFuture.completedFuture(write.stored(seen.etag()));
        }
        // Ceph says 500 to the loser of a race (decision 324).
        if (failure.kind() == S3Exception.Kind.INTERNAL && seen != null && !write.holdsOf(seen)) {
            return write.refused();
        }
        if (mayLookAgain) {
            return state.timer().pause(LOOK_AGAIN_NS).thenCompose(over -> look(false));
        }
        if (payload != null && failure.kind() == S3Exception.Kind.RESET && seen != null
                && write.pin(seen)) {
            return again();
        }
        write.changes();
        return CompletableFuture.completedFuture(unknown());
    }

    private CompletableFuture<Response> again() {
        S3Payload sent = payload;
        payload = null;
        return write.put(sent, false, () -> true)
                .handle((answer, unanswered) -> unanswered == null && answer.isSuccess()
                        ? write.response(answer, null, true) : look(false))
                .thenCompose(response -> response);
    }

    private Response unknown() {
        return state.faults().answer(write.request(), failure);
    }
}
