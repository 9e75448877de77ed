package io.millrace.bucket.uploads;

import io.millrace.access.Right;
import io.millrace.bucket.cache.EngineValidators;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.write.ObjectWrite;
import io.millrace.bucket.write.WriteCondition;
import io.millrace.bucket.write.WriteMark;
import io.millrace.content.Validators;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import io.millrace.upload.UnfinishedUploads;
import io.millrace.work.DaemonPool;
import io.millrace.work.StoreExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The unfinished uploads of a bucket, which any node goes on with. All that is known of them is in
 * the bucket: {@link UploadRecords}.
 *
 * <p>Threads: any; calls that ask the engine block, on threads of this object.
 */
public final class BucketUploads implements UnfinishedUploads, Closeable {

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");
    private static final int NAME_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Threads for requests; each waits for the engine a few times. */
    private static final int THREADS = 32;
    private static final int MAX_WAITING = 1024;
    /** Threads for the ends of requests, which can't be refused. */
    private static final int END_THREADS = 16;
    private static final long CLOSE_SECONDS = 60;

    /** Parts that a known length is divided into at most, so that numbers are left for kills. */
    private static final int PLANNED_PARTS = UploadProgress.MAX_PARTS / 2;
    private static final long MAX_PART_BYTES = 64L << 20;

    private final EngineState state;
    private final PutChecks checks;
    private final LongSupplier clockMs;
    private final UploadRecords records;
    private final UploadList list;
    private final DaemonPool work = new DaemonPool("millrace-bucket-upload-", THREADS, MAX_WAITING);
    private final StoreExecutor ends;

    /** @param clockMs the time in milliseconds since 1970 */
    public BucketUploads(EngineState state, PutChecks checks, LongSupplier clockMs) {
        this(state, checks, clockMs, new DaemonPool("millrace-bucket-upload-end-", END_THREADS,
                Integer.MAX_VALUE));
    }

    BucketUploads(EngineState state, PutChecks checks, LongSupplier clockMs, DaemonPool ends) {
        this.ends = new StoreExecutor(ends);
        this.state = state;
        this.checks = checks;
        this.clockMs = clockMs;
        this.records = new UploadRecords(state.client(), state.faults());
        this.list = new UploadList(this);
    }

    EngineState state() {
        return state;
    }

    UploadRecords records() {
        return records;
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    @Override
    public boolean areKept() {
        return !state.rules().readOnly();
    }

    @Override
    public Response unkept() {
        return areKept() && state.holds().isKnown() && !isHeld() ? UploadResponses.UNKEPT : null;
    }

    private boolean isHeld() {
        return state.holds().create() && state.holds().replace();
    }

    private void checkKept() throws HttpException {
        Response refusal = !areKept() ? checks.readOnly()
                : BucketResponses.refuse(state.holds(), isHeld(), UploadResponses.UNKEPT);
        if (refusal != null) {
            throw new HttpException(refusal);
        }
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public boolean mayBlockToFind() {
        return true;
    }

    @Override
    public boolean holdsBack() {
        return true;
    }

    @Override
    public boolean canCopy() {
        return false;
    }

    @Override
    public Exchange whenKept(RequestHead request, Handler handler) throws Exception {
        return handler.handle(request);
    }

    @Override
    public long maxObjectBytes() {
        return Math.min(state.rules().maxObjectBytes(), mostPartBytes() * PLANNED_PARTS);
    }

    /** As large as parts may get: each needs as much memory. */
    private long mostPartBytes() {
        return Math.max(state.rules().partBytes(),
                Math.min(MAX_PART_BYTES, state.rules().bufferBytes() / 2));
    }

    @Override
    public Executor executor() throws HttpException {
        if (!areKept()) {
            throw new HttpException(checks.readOnly());
        }
        return work;
    }

    @Override
    public void end(Runnable task) {
        try {
            ends.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // closed: the engine isn't asked any more, so nothing blocks
        }
    }

    @Override
    public Response refuse(RequestHead put, String path) throws HttpException {
        return checks.refuse(put, Right.WRITE, path);
    }

    @Override
    public Response failed(String what, IOException failure) {
        return state.faults().answerUndone(what, failure instanceof PartSink.FailedException
                ? failure.getCause() : failure);
    }

    @Override
    public BucketUpload create(RequestHead put, long length, byte[] note) throws HttpException {
        checkKept();
        byte[] kept = UploadProgress.checked(note);
        Key key = checks.objectKey(put);
        if (put.headers().contains("Content-Range")) {
            throw new HttpException(KeyResponses.PART_OF_PUT);
        }
        if (put.headers().contains("Repr-Digest")) {
            throw new HttpException(UploadResponses.UNCHECKED);
        }
        WriteMark mark = WriteMark.random();
        ObjectWrite write = new ObjectWrite(state, key, put, mark);
        long partBytes = partBytes(length);
        Response refused = length > maxObjectBytes() ? KeyResponses.TOO_LARGE
                : write.refuse(Math.max(0, length), length < 0 || length > partBytes);
        if (refused != null) {
            throw new HttpException(refused);
        }
        checkCondition(key, put);
        String name = randomName();
        UploadProgress progress = new UploadProgress(new UploadProgress.Origin('/' + key.sent(),
                length, (int) partBytes, mark, write.described()),
                UploadProgress.Stage.UNFINISHED, false, nowMs(), kept, UploadProgress.Bytes.NONE,
                null);
        return new BucketUpload(this, name, await(records.create(name, progress),
                "POST /" + key.sent()), true);
    }

    /** How the bytes are divided. */
    private long partBytes(long length) {
        long planned = (length + PLANNED_PARTS - 1) / PLANNED_PARTS;
        return Math.min(mostPartBytes(), Math.max(state.rules().partBytes(), planned));
    }

    /** What is false already need not come. */
    private void checkCondition(Key key, RequestHead put) throws HttpException {
        WriteCondition condition = WriteCondition.of(put);
        if (!condition.isNone()) {
            S3Answer seen = await(state.client().head(key.name(), Map.of()), "PUT /" + key.sent());
            Validators current = seen.isSuccess() ? EngineValidators.of(seen) : null;
            condition.refuse(current);
        }
    }

    private <T> T await(CompletableFuture<T> promise, String what) throws HttpException {
        return Waits.on(promise, state.faults(), what);
    }

    /** A name that nobody guesses. */
    static String randomName() {
        byte[] name = new byte[NAME_BYTES];
        RANDOM.nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    /** Whether this can be the name of an upload. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    @Override
    public BucketUpload find(String name) throws HttpException {
        checkKept();
        UploadRecords.Kept kept = !isName(name) ? null
                : await(records.load(name), "upload " + name.substring(0, 4));
        BucketUpload upload = kept == null ? null : new BucketUpload(this, name, kept, false);
        return upload == null || upload.isEnded() ? null : upload;
    }

    @Override
    public List<BucketUpload> all() throws HttpException {
        return areKept() ? list.all() : List.of();
    }

    /** How many unfinished uploads the last look has found; 0 before the first. Doesn't block. */
    public int lastCount() {
        return list.lastCount();
    }

    /** The engine's ids of the multipart uploads that are still needed. */
    public CompletableFuture<Set<String>> multipartIds() {
        CompletableFuture<Set<String>> promise = new CompletableFuture<>();
        try {
            work.execute(() -> {
                try {
                    promise.complete(list.multipartIds());
                } catch (HttpException | RuntimeException | Error e) {
                    promise.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            promise.completeExceptionally(e);
        }
        return promise;
    }

    /** Ends a multipart upload of the engine's without an object. */
    void abort(String key, String uploadId) throws HttpException {
        await(state.client().abortMultipart(key, uploadId).handle((nothing, failure) -> {
            if (failure != null && !(BucketFaults.cause(failure) instanceof S3Exception engine
                    && engine.kind() == S3Exception.Kind.NO_UPLOAD)) {
                state.faults().log("a multipart upload can't be ended, will retry", failure);
            }
            return null;
        }), "DELETE /" + key);
    }

    /** Waits for the ends of requests. Close before the client of the engine. */
    @Override
    public void close() {
        work.end(CLOSE_SECONDS);
        ends.end(CLOSE_SECONDS);
    }
}
