package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.http.HttpException;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The records of unfinished uploads, each an object that is changed only if it is still what who
 * changes it has read. So whichever node has changed it last goes on with the upload, and every
 * other one finds out.
 *
 * <p>Threads: any; promises are kept on threads of the engine's client.
 */
final class UploadRecords { // decision 341

    /** Where they are, with the bytes that are less than a part. */
    static final String FOLDER = ".millrace.uploads/";

    /** Between the names of an upload and of a tail. */
    static final String TAIL = ".tail-";

    /**
     * A record as it is in the bucket.
     *
     * @param etag of the record's object
     */
    record Kept(UploadProgress progress, String etag) {
    }

    /** What a record's object has. */
    private record Found(byte[] bytes, String etag) {
    }

    private final S3Client client;
    private final BucketFaults faults;

    UploadRecords(S3Client client, BucketFaults faults) {
        this.client = client;
        this.faults = faults;
    }

    /** The key of a record. */
    static String key(String name) {
        return FOLDER + name;
    }

    /** The record of an upload; null if there is none, or none that can be read. */
    CompletableFuture<Kept> load(String name) {
        return read(name).thenApply(found -> {
            UploadProgress progress = found == null ? null : UploadProgress.decode(found.bytes());
            if (found != null && progress == null) {
                faults.log("unread record", "the record of an unfinished upload can't be read: "
                        + key(name));
            }
            return progress == null ? null : new Kept(progress, found.etag());
        });
    }

    private CompletableFuture<Found> read(String name) {
        return client.get(key(name), Map.of()).thenCompose(answer -> {
            if (!answer.isSuccess()) {
                answer.discard();
                return CompletableFuture.completedFuture(null);
            }
            return GatheredBody.of(answer.body(), UploadProgress.MAX_BYTES)
                    .thenApply(bytes -> new Found(bytes, answer.etag()));
        });
    }

    /** Writes the record of a new upload. */
    CompletableFuture<Kept> create(String name, UploadProgress progress) {
        return write(name, progress, null);
    }

    /**
     * Replaces a record.
     *
     * @return fails with an {@link HttpException} if it is no longer as it was known
     */
    CompletableFuture<Kept> replace(String name, Kept known, UploadProgress next) {
        return write(name, next, known.etag());
    }

    /** @param etag of the record that is to be replaced; null for a new one */
    private CompletableFuture<Kept> write(String name, UploadProgress next, String etag) {
        byte[] bytes = next.encode();
        Map<String, String> condition = etag == null ? Map.of("If-None-Match", "*")
                : Map.of("If-Match", etag);
        return client.put(new S3Put(key(name), condition, S3Payload.of(bytes), false))
                .handle((answer, failure) -> failure == null && answer.isSuccess()
                        && answer.etag() != null
                        ? CompletableFuture.completedFuture(new Kept(next, answer.etag()))
                        : settle(name, next, bytes, answer, failure))
                .thenCompose(settled -> settled);
    }

    /** What it is now tells whether an engine has done what it has refused, or not answered. */
    private CompletableFuture<Kept> settle(String name, UploadProgress next, byte[] bytes,
            S3Answer answer, Throwable failure) {
        Throwable cause = failure == null ? null : BucketFaults.cause(failure);
        if (cause != null && !(cause instanceof S3Exception engine && engine.mayBeDone())) {
            return CompletableFuture.failedFuture(cause);
        }
        return read(name).thenCompose(found -> {
            if (found != null && Arrays.equals(found.bytes(), bytes)) {
                return CompletableFuture.completedFuture(new Kept(next, found.etag()));
            }
            return CompletableFuture.failedFuture(cause != null ? cause : new HttpException(
                    found == null ? UploadResponses.GONE : UploadResponses.SUPERSEDED));
        });
    }

    /** Removes a record. */
    CompletableFuture<S3Answer> remove(String name) {
        return client.delete(key(name), Map.of());
    }

    // What is less than a part.

    /** What the keys of an upload's tails begin with. */
    private static String tails(String name) {
        return key(name) + TAIL;
    }

    /** Writes bytes that are less than a part. */
    CompletableFuture<Void> writeTail(String name, String tail, S3Payload bytes) {
        return client.put(new S3Put(tails(name) + tail, Map.of(), bytes, false))
                .thenApply(answer -> null);
    }

    /** Reads them; null if they are gone. */
    CompletableFuture<byte[]> readTail(String name, String tail, int bytes) {
        return client.get(tails(name) + tail, Map.of()).thenCompose(answer -> {
            if (!answer.isSuccess()) {
                answer.discard();
                return CompletableFuture.completedFuture(null);
            }
            return GatheredBody.of(answer.body(), bytes)
                    .thenApply(read -> read.length == bytes ? read : null);
        });
    }

    /** Removes a tail that is of no use any more; what fails is left to {@link BucketUploads}. */
    void dropTail(String name, String tail) {
        client.delete(tails(name) + tail, Map.of()).whenComplete((answer, failure) -> {
            if (failure != null) {
                faults.log("failed to remove the last bytes of an upload, will retry", failure);
            }
        });
    }
}
