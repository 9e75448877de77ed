package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.EngineState;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Upload;
import io.millrace.s3.S3UploadPage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Aborts the multipart uploads that nodes have left which were killed: those that began so long ago
 * that no PUT can be sending their parts any more. Once when the store is opened, and every hour.
 * Nodes may do so at the same time: an upload is gone once. No engine tells who has begun one, so
 * those of other programs below the store's prefix go, too.
 *
 * <p>Threads: any; its passes run on those of the engine's client, one at a time.
 */
public final class BucketLeftovers { // decision 327

    private static final long PERIOD_NS = TimeUnit.HOURS.toNanos(1);

    private final EngineState state;
    private final Duration abortAfter;
    private final InstantSource clock;
    /** The ids of old uploads that are not to be aborted. */
    private final Supplier<CompletableFuture<Set<String>>> kept;

    /**
     * Those of a store.
     *
     * @param clock the time of day
     * @param kept finds the ids of the uploads that unfinished uploads still need. Asked after the
     *     old ones of a page are known, so that none can be missed, and only if there are any
     */
    public BucketLeftovers(EngineState state, InstantSource clock,
            Supplier<CompletableFuture<Set<String>>> kept) {
        this.state = state;
        this.clock = clock;
        this.kept = kept;
        abortAfter = state.rules().abortAfter();
    }

    /** Begins, unless they are to be left alone. */
    public void start() {
        if (!abortAfter.isZero() && !state.rules().readOnly()) {
            state.timer().after(0, this::pass);
            state.timer().every(PERIOD_NS, this::pass);
        }
    }

    /**
     * One pass.
     *
     * @return how many were aborted, when all are; never fails
     */
    public CompletableFuture<Integer> pass() {
        Instant before = clock.instant().minus(abortAfter);
        return abortFrom(before, null, 0).exceptionally(failure -> {
            if (!isClosing(failure)) {
                state.faults().log("leftover multipart uploads can't be looked for", failure);
            }
            return 0;
        });
    }

    /** Whether the store is being closed, which is no failure. */
    private static boolean isClosing(Throwable failure) {
        Throwable cause = BucketFaults.cause(failure);
        return cause instanceof CancellationException || cause instanceof S3Exception engine
                && engine.kind() == S3Exception.Kind.CLOSED;
    }

    /** Aborts those of one page after the other, so that memory has one page at a time. */
    private CompletableFuture<Integer> abortFrom(Instant before, S3UploadPage.Marker from,
            int aborted) {
        return state.client().listMultipart("", from).thenCompose(page ->
                abort(old(page, before)).thenCompose(more -> page.next() == null
                        ? CompletableFuture.completedFuture(aborted + more)
                        : abortFrom(before, page.next(), aborted + more)));
    }

    private static List<S3Upload> old(S3UploadPage page, Instant before) {
        // One of unknown age may have begun this moment.
        return page.uploads().stream().filter(upload -> upload.initiated() != null
                && upload.initiated().isBefore(before)).toList();
    }

    private CompletableFuture<Integer> abort(List<S3Upload> old) {
        return old.isEmpty() ? CompletableFuture.completedFuture(0)
                : kept.get().thenCompose(needed -> abort(old, needed, 0, 0));
    }

    /** Aborts them one after the other, so that the engine's other work goes on. */
    private CompletableFuture<Integer> abort(List<S3Upload> old, Set<String> needed, int from,
            int aborted) {
        int next = from;
        while (next < old.size() && needed.contains(old.get(next).id())) {
            next++;
        }
        if (next == old.size()) {
            if (aborted > 0) {
                state.faults().log("aborted", "aborted " + aborted
                        + " multipart uploads that were older than " + abortAfter.toHours()
                        + " hours and that no upload of this store needs");
            }
            return CompletableFuture.completedFuture(aborted);
        }
        S3Upload upload = old.get(next);
        int behind = next + 1;
        return state.client().abortMultipart(upload.key(), upload.id())
                .handle((wasThere, failure) -> {
                    if (failure != null && !isClosing(failure)) {
                        state.faults().log("a leftover multipart upload of " + upload.key()
                                + " can't be aborted", failure);
                    }
                    return failure == null && wasThere ? 1 : 0;
                }).thenCompose(one -> abort(old, needed, behind, aborted + one));
    }
}
