package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.EngineState;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.Key;
import io.millrace.tree.KeyPath;
import io.millrace.tree.KeyResponses;
import io.millrace.upload.UnfinishedUpload;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One unfinished upload as a request has found it. Its bytes are parts of a multipart upload of the
 * engine's; what is less than a part at the end of a request is an object of its own, with which
 * the next request begins. What counts is what the record says.
 *
 * <p>A use begins with a change of the record. So a use on another node, which knows the record as
 * it was before, can make nothing count from then on.
 *
 * <p>Threads: one at a time, but for the sink, {@link #reserve} and {@link #received}.
 */
final class BucketUpload implements UnfinishedUpload { // decision 341

    /** How long a request waits for memory that others have. */
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(2);
    /** Two nodes that do the same at the same time come to an end with it. */
    private static final int MAX_TRIES = 5;

    private final BucketUploads uploads;
    private final EngineState state;
    private final UploadRecords records;
    private final String name;
    private volatile UploadRecords.Kept kept;
    /** Whether the record says that this very object uses it. */
    private boolean isClaimed;

    /** The use at hand; null if there is none. */
    private volatile UploadSession session;
    /** Whether the use has ended, and its last bytes are in memory only. */
    private boolean isPending;

    /** @param isClaimed whether the record has just been made for this object */
    BucketUpload(BucketUploads uploads, String name, UploadRecords.Kept kept, boolean isClaimed) {
        this.uploads = uploads;
        this.state = uploads.state();
        this.records = uploads.records();
        this.name = name;
        this.kept = kept;
        this.isClaimed = isClaimed;
    }

    private UploadProgress progress() {
        return kept.progress();
    }

    /** The record's entity tag as it was read. */
    String recordTag() {
        return kept.etag();
    }

    /** The engine's id of the multipart upload; null if there is none. */
    String uploadId() {
        return progress().bytes().uploadId();
    }

    /** Whether its last bytes are in the object of this name, or its use may need that. */
    boolean hasTail(String tail) {
        return progress().isInUse() || tail.equals(progress().bytes().tail());
    }

    /** Whether it has been ended, and only its rest is there. */
    boolean isEnded() {
        return progress().stage() == UploadProgress.Stage.ENDED;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String path() {
        return progress().origin().path();
    }

    @Override
    public long lengthBytes() {
        return progress().origin().lengthBytes();
    }

    @Override
    public boolean isComplete() {
        return progress().isComplete();
    }

    @Override
    public String etag() {
        return progress().etag();
    }

    @Override
    public long sizeBytes() {
        return isPending ? session.sizeBytes() : progress().bytes().sizeBytes();
    }

    @Override
    public Instant lastChange() {
        return Instant.ofEpochMilli(progress().changedMs());
    }

    @Override
    public byte[] note() {
        return progress().note().clone();
    }

    @Override
    public void note(byte[] note) throws HttpException {
        byte[] next = UploadProgress.checked(note);
        kept = await(records.replace(name, kept, progress().with(next, uploads.nowMs())));
    }

    private <T> T await(CompletableFuture<T> promise) throws HttpException {
        return Waits.on(promise, state.faults(), "upload of " + path());
    }

    // One use.

    @Override
    public WritableByteChannel open(long position, long mostBytes, boolean isChecked)
            throws HttpException {
        checkFree();
        UploadProgress.Bytes bytes = progress().bytes();
        if (position != bytes.sizeBytes()) {
            throw new IllegalArgumentException("position must be " + bytes.sizeBytes() + ": "
                    + position);
        }
        begin(mostBytes, isChecked);
        return session.sink();
    }

    private void checkFree() {
        if (isComplete()) {
            throw new IllegalStateException("the upload is complete");
        }
        if (session != null) {
            throw new IllegalStateException("the upload is in use");
        }
    }

    /** Takes memory, the upload, and the bytes that are less than a part. */
    private void begin(long mostBytes, boolean isChecked) throws HttpException {
        int partBytes = progress().origin().partBytes();
        int tailBytes = progress().bytes().tailBytes();
        long wanted = mostBytes > partBytes - tailBytes ? partBytes : tailBytes + mostBytes;
        BucketBuffers.Room room = memory(Math.max(1, wanted));
        try {
            claim();
            UploadProgress.Bytes bytes = progress().bytes();
            byte[] tail = bytes.tail() == null ? new byte[0]
                    : await(records.readTail(name, bytes.tail(), tailBytes));
            if (tail == null) {
                throw new HttpException(lost());
            }
            session = new UploadSession(uploads, name, key(), room, kept, tail, isChecked);
        } finally {
            if (session == null) {
                room.close();
            }
        }
    }

    private BucketBuffers.Room memory(long bytes) throws HttpException {
        CompletableFuture<BucketBuffers.Room> wish = state.buffers().take(bytes, MEMORY_WAIT);
        try {
            return wish.get();
        } catch (ExecutionException e) {
            throw new HttpException(UploadResponses.NO_MEMORY);
        } catch (InterruptedException e) {
            wish.cancel(false);
            Thread.currentThread().interrupt();
            throw new HttpException(UploadResponses.NO_MEMORY);
        }
    }

    /** Makes sure that no use that began before this one makes anything count from now on. */
    private void claim() throws HttpException {
        for (int i = 0; !isClaimed; i++) {
            try {
                kept = await(records.replace(name, kept, progress().with(true)));
                isClaimed = true;
            } catch (HttpException e) {
                long sizeBytes = sizeBytes();
                // What the client knows of it may still be so.
                if (i == MAX_TRIES || e.response() != UploadResponses.SUPERSEDED || !reload()
                        || isComplete() || isEnded() || sizeBytes() != sizeBytes) {
                    throw e;
                }
            }
        }
    }

    /** Ends the use of another request, or of a node that was killed, or sees it end by itself. */
    private void endOtherUse() throws HttpException {
        for (int i = 0; progress().isInUse() && !isComplete(); i++) {
            try {
                kept = await(records.replace(name, kept, progress().with(false)));
                isClaimed = false;
            } catch (HttpException e) {
                if (i == MAX_TRIES || e.response() != UploadResponses.SUPERSEDED || !reload()) {
                    throw e;
                }
            }
        }
    }

    private Key key() throws HttpException {
        return KeyPath.of(path(), state.rules().keyLimits()).key();
    }

    /** Some of its bytes are gone: ends it, so that its client begins anew. */
    private Response lost() throws HttpException {
        state.faults().log("lost upload", "the unfinished upload of " + path()
                + " is lost: its bytes are gone");
        remove();
        return UploadResponses.DROPPED;
    }

    @Override
    public void reserve(long bytes) throws HttpException {
        checkOpen();
        if (bytes > state.rules().maxObjectBytes()) {
            throw new HttpException(KeyResponses.TOO_LARGE);
        }
    }

    private void checkOpen() {
        if (session == null) {
            throw new IllegalStateException("the upload is not open");
        }
    }

    @Override
    public void received(long bytes) {
        // Nothing is reserved ahead: the engine has room, or says so.
    }

    @Override
    public void drop() {
        checkOpen();
        session.drop();
    }

    @Override
    public void close(boolean completes) throws HttpException {
        if (session == null) {
            return;
        }
        if (!isPending) {
            session.end();
        }
        isPending = completes && session.isWhole();
        if (!isPending) {
            settle();
        }
    }

    /** Makes count what has come, and ends the use. */
    private void settle() throws HttpException {
        UploadSession ending = session;
        try {
            if (ending.isLost()) {
                kept = ending.recorded();
                throw new HttpException(lost());
            }
            kept = ending.settle();
            if (ending.failure() != null) { // it may have shown behind the last byte only
                throw new HttpException(state.faults().answerUndone(
                        "upload of " + path(), ending.failure()));
            }
        } finally {
            leave();
        }
    }

    private void leave() {
        isPending = false;
        isClaimed = false;
        session.close();
        session = null;
    }

    @Override
    public void force() throws HttpException {
        if (isPending) {
            settle();
        } else if (session == null) {
            endOtherUse();
        }
    }

    /** False if the record is gone. */
    private boolean reload() throws HttpException {
        UploadRecords.Kept now = await(records.load(name));
        if (now != null) {
            kept = now;
            isClaimed = false;
        }
        return now != null;
    }

    @Override
    public void copyFrom(UnfinishedUpload other) throws HttpException {
        throw new HttpException(UploadResponses.NO_COPIES);
    }

    // Its end.

    @Override
    public Response complete(RequestHead put) throws HttpException {
        Key key = KeyPath.of(put.path(), state.rules().keyLimits()).key();
        if (key == null || !key.name().equals(key().name())) {
            throw new IllegalArgumentException("path must be " + path() + ": " + put.path());
        }
        boolean mayBeStored = !isPending;
        if (mayBeStored) {
            checkFree();
            begin(0, false);
            session.end();
            isPending = true;
        }
        UploadFinish finish = null;
        try {
            finish = session.finish(key, put, progress().origin().mark());
            Response response = finish.store(mayBeStored);
            return finish.isLost() ? lostAtEnd() : response;
        } finally {
            end(key, finish);
        }
    }

    private Response lostAtEnd() throws HttpException {
        kept = session.recorded();
        return lost();
    }

    /** Writes down what has come of it. What can't be written down is found out by the next use. */
    private void end(Key key, UploadFinish finish) {
        try {
            if (finish == null || finish.etag() == null && !finish.isLost()) {
                kept = session.settle();
            } else if (finish.etag() != null) {
                kept = session.complete(key, finish.etag());
            }
        } catch (HttpException e) {
            return; // logged
        } finally {
            leave();
        }
    }

    @Override
    public void discard() throws HttpException {
        if (session != null) {
            throw new IllegalStateException("the upload is in use");
        }
        remove();
    }

    /** Says first that it is no more, so that no node goes on with what is being removed. */
    private void remove() throws HttpException {
        boolean isThere = true;
        for (int i = 0; isThere && !isComplete() && !isEnded(); i++) {
            try {
                kept = await(records.replace(name, kept, progress().ended()));
            } catch (HttpException e) {
                if (i == MAX_TRIES || e.status().code() >= 500) {
                    throw e;
                }
                isThere = reload();
            }
        }
        if (isThere) {
            UploadProgress.Bytes bytes = progress().bytes();
            if (bytes.uploadId() != null) {
                uploads.abort(key().name(), bytes.uploadId());
            }
            if (bytes.tail() != null) {
                records.dropTail(name, bytes.tail());
            }
            await(records.remove(name));
        }
    }
}
