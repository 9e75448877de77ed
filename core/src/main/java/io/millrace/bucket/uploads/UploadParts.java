package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.EngineState;
import io.millrace.http.HttpException;
import io.millrace.s3.S3Part;
import io.millrace.s3.S3Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The parts that one use of an upload brings. Their numbers are claimed in the record before they
 * are used, and never used again, so that what a request on another node still sends, which
 * believes that it goes on with the upload, replaces no part that counts. Which parts count is
 * written down every few seconds.
 *
 * <p>Threads: one part at a time; the record is changed in order.
 */
final class UploadParts { // decision 342

    /** Numbers are claimed so many at a time: a kill wastes no more of them. */
    static final int CLAIMED_PARTS = 32;

    private static final long RECORD_NS = TimeUnit.SECONDS.toNanos(5);

    private final BucketUploads uploads;
    private final EngineState state;
    private final String name;
    private final String key;
    /** Whether parts count only when all bytes have been checked. */
    private final boolean isHeldBack;
    /** Told if the record can't be changed any more. */
    private final Consumer<Throwable> whenLost;

    // Below: guarded by this.
    private final List<S3Part> parts;
    private String uploadId;
    /** The next number to be used, and the first one that is not claimed. */
    private int nextPart;
    private int claimedTo;
    private boolean hasNew;
    /** Of the record as the next change will find it. */
    private CompletableFuture<UploadRecords.Kept> record;
    private long recordedNs;

    /**
     * The parts that are there.
     *
     * @param key of the object
     * @param claimed the record, which says that the upload is in use
     */
    UploadParts(BucketUploads uploads, String name, String key, UploadRecords.Kept claimed,
            boolean isHeldBack, Consumer<Throwable> whenLost) {
        this.uploads = uploads;
        this.state = uploads.state();
        this.name = name;
        this.key = key;
        this.isHeldBack = isHeldBack;
        this.whenLost = whenLost;
        UploadProgress.Bytes bytes = claimed.progress().bytes();
        parts = new ArrayList<>(bytes.parts());
        uploadId = bytes.uploadId();
        nextPart = bytes.nextPart();
        claimedTo = nextPart;
        record = CompletableFuture.completedFuture(claimed);
        recordedNs = state.clockNs().getAsLong();
    }

    /** Keeps a part; the promise is kept when the engine has it. */
    CompletableFuture<Void> send(List<ByteBuffer> bytes) {
        return sendLast(bytes).thenAccept(this::sent);
    }

    /** The same of the last part, which counts for who asks for it, and not in the record. */
    CompletableFuture<S3Part> sendLast(List<ByteBuffer> bytes) {
        return begun().thenCompose(id -> numbered().thenCompose(number ->
                state.client().part(key, id, number, S3Payload.of(bytes))));
    }

    /** The engine's multipart upload, which begins with the first part. */
    private CompletableFuture<String> begun() {
        synchronized (this) {
            if (uploadId != null) {
                return CompletableFuture.completedFuture(uploadId);
            }
        }
        return recorded().thenCompose(kept -> state.client().beginMultipart(key,
                kept.progress().origin().described())).thenApply(id -> {
                    synchronized (this) {
                        uploadId = id;
                    }
                    return id;
                });
    }

    /** The record as the last change has left it. */
    synchronized CompletableFuture<UploadRecords.Kept> recorded() {
        return record;
    }

    /** A number that is claimed. */
    private CompletableFuture<Integer> numbered() {
        int number;
        synchronized (this) {
            number = nextPart;
            if (number > UploadProgress.MAX_PARTS) {
                return CompletableFuture.failedFuture(
                        new HttpException(UploadResponses.NO_PARTS));
            }
            nextPart++;
            if (number < claimedTo) {
                return CompletableFuture.completedFuture(number);
            }
            claimedTo = Math.min(UploadProgress.MAX_PARTS + 1, number + CLAIMED_PARTS);
        }
        return write().thenApply(kept -> number);
    }

    private void sent(S3Part part) {
        synchronized (this) {
            parts.add(part);
            hasNew = true;
            if (state.clockNs().getAsLong() - recordedNs < RECORD_NS || isHeldBack) {
                return;
            }
        }
        write().whenComplete((kept, failure) -> {
            if (failure != null) {
                whenLost.accept(failure);
            }
        });
    }

    /** Writes down what is claimed and what counts. */
    private CompletableFuture<UploadRecords.Kept> write() {
        return change(known -> {
            synchronized (this) {
                recordedNs = state.clockNs().getAsLong();
                return known.with(hasNew && !isHeldBack ? bytes(claimedTo)
                        : claimed(known.bytes()), true, uploads.nowMs());
            }
        });
    }

    /** The same bytes, with the numbers that are claimed now. Under the lock. */
    private UploadProgress.Bytes claimed(UploadProgress.Bytes known) {
        return new UploadProgress.Bytes(uploadId, claimedTo, known.parts(), known.tail(),
                known.tailBytes(), known.sizeBytes());
    }

    /** Changes the record after all changes that were asked for before. */
    synchronized CompletableFuture<UploadRecords.Kept> change(
            UnaryOperator<UploadProgress> change) {
        record = record.thenCompose(kept ->
                uploads.records().replace(name, kept, change.apply(kept.progress())));
        return record;
    }

    /** The parts that are there, and no more. */
    synchronized UploadProgress.Bytes bytes() {
        return bytes(nextPart);
    }

    private UploadProgress.Bytes bytes(int freeFrom) {
        long sizeBytes = 0;
        for (S3Part part : parts) {
            sizeBytes += part.size();
        }
        return new UploadProgress.Bytes(uploadId, freeFrom, List.copyOf(parts), null, 0,
                sizeBytes);
    }

    /** The engine's id of the upload; null as long as it has none. */
    synchronized String uploadId() {
        return uploadId;
    }

    /** Whether a part has come in this use. */
    synchronized boolean hasNew() {
        return hasNew;
    }
}
