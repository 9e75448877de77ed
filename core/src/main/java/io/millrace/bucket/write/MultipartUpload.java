package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Part;
import io.millrace.s3.S3Payload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The multipart upload that one write of an object is sent by: begun, given its parts, and either
 * completed or aborted. The object is there from its end on, or never.
 *
 * <p>Threads: any.
 */
final class MultipartUpload {

    /** After an abort that has failed in spite of the client's own retries. */
    private static final long[] ABORT_AGAIN_S = {5, 60};

    private final ObjectWrite write;
    private final S3Client client;
    private final String key;

    // Guarded by this.
    /** Null until it is begun. */
    private CompletableFuture<String> id;
    private final TreeMap<Integer, S3Part> parts = new TreeMap<>();
    private final Set<CompletableFuture<S3Part>> running = new HashSet<>();
    /** Once true this is always true: no more parts. */
    private boolean isOver;

    MultipartUpload(ObjectWrite write) {
        this.write = write;
        client = write.state().client();
        key = write.key().name();
    }

    /** Begins it, if it hasn't been. */
    synchronized CompletableFuture<String> begin() {
        if (id == null) {
            id = client.beginMultipart(key, write.described());
        }
        return id;
    }

    /** Sends a part, which {@link #abort} cancels. */
    CompletableFuture<S3Part> send(int number, S3Payload payload) {
        return begin().thenCompose(known -> {
            CompletableFuture<S3Part> part;
            synchronized (this) {
                if (isOver) {
                    return CompletableFuture.failedFuture(
                            new IllegalStateException("the upload is over"));
                }
                part = client.part(key, known, number, payload);
                running.add(part);
            }
            // What depends on a future runs in no order: the part has to be kept first.
            return part.whenComplete((done, failure) -> ended(part, done));
        });
    }

    private synchronized void ended(CompletableFuture<S3Part> part, S3Part done) {
        running.remove(part);
        if (done != null) {
            parts.put(done.number(), done);
        }
    }

    /** Drops all that was sent, now or as soon as that is possible. Does nothing after the end. */
    void abort() {
        CompletableFuture<String> begun;
        List<CompletableFuture<S3Part>> cut;
        synchronized (this) {
            if (isOver) {
                return;
            }
            isOver = true;
            begun = id;
            cut = List.copyOf(running);
        }
        cut.forEach(part -> part.cancel(true));
        if (begun != null) {
            begun.thenAccept(known -> drop(known, 0));
        }
    }

    private void drop(String known, int attempt) {
        client.abortMultipart(key, known).whenComplete((none, failure) -> {
            if (failure != null) {
                dropLater(known, attempt, failure);
            }
        });
    }

    private void dropLater(String known, int attempt, Throwable failure) {
        boolean isLast = attempt == ABORT_AGAIN_S.length;
        try {
            if (!isLast) {
                write.state().timer().after(TimeUnit.SECONDS.toNanos(ABORT_AGAIN_S[attempt]),
                        () -> drop(known, attempt + 1));
            }
        } catch (RejectedExecutionException e) {
            isLast = true; // the store is closed
        }
        if (isLast) {
            write.state().faults().log(write.request() + " was given up, and its parts stay in the"
                    + " engine until they are as old as --abort-after says", failure);
        }
    }

    /**
     * Makes an object of the parts. To be called once, when all are there.
     *
     * @param count how many parts there are
     * @return the response; never fails
     */
    CompletableFuture<Response> complete(int count) {
        String known;
        List<S3Part> all;
        synchronized (this) {
            isOver = true;
            known = id.join(); // there are parts
            all = List.copyOf(parts.values());
        }
        if (all.size() != count) { // the object would be another one
            drop(known, 0);
            return write.response(null, new IllegalStateException(
                    count + " parts were sent, and " + all.size() + " are known"), false);
        }
        write.changes();
        return client.completeMultipart(key, known, all, write.condition())
                .handle((answer, failure) -> completed(known, answer, failure))
                .thenCompose(response -> response);
    }

    private CompletableFuture<Response> completed(String known, S3Answer answer,
            Throwable failure) {
        boolean mayBeDone = failure != null && BucketFaults.cause(failure)
                instanceof S3Exception engine && engine.mayBeDone();
        if (mayBeDone) {
            return findOut(known, failure);
        }
        if (failure != null || !answer.isSuccess()) {
            drop(known, 0);
        }
        return write.response(answer, failure, failure == null);
    }

    /**
     * Finds out what the engine has not answered: the object is there, or it is prevented from
     * getting there (decision 324).
     */
    private CompletableFuture<Response> findOut(String known, Throwable failure) {
        return write.found().thenCompose(own -> own != null ? write.response(own, null, true)
                : client.abortMultipart(key, known)
                        .handle((wasThere, refused) -> aborted(known, failure, wasThere, refused))
                        .thenCompose(response -> response));
    }

    private CompletableFuture<Response> aborted(String known, Throwable failure, Boolean wasThere,
            Throwable refused) {
        if (refused != null) {
            dropLater(known, 0, refused);
        }
        if (refused != null || !wasThere) {
            // If the parts are gone, an object has been made of them meanwhile.
            return write.response(null, failure, true);
        }
        // The engine has dropped the parts, so that it can't make an object of them any more; but
        // some say so of uploads that they don't know.
        return write.found().thenCompose(own -> own != null ? write.response(own, null, true)
                : write.undone(failure));
    }
}
