package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.write.WriteMark;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Payload;
import io.millrace.tree.Key;
import java.util.concurrent.CompletableFuture;

/**
 * One request's use of an unfinished upload: it begins with the bytes that are less than a part,
 * and leaves such bytes to the next one.
 *
 * <p>Threads: one at a time, which may wait for the engine; the sink is the worker's.
 */
final class UploadSession {

    private final BucketUploads uploads;
    private final String name;
    private final BucketBuffers.Room room;
    private final PartSink sink;
    private final UploadParts parts;
    /** Where the bytes were before. */
    private final UploadProgress.Bytes base;
    private volatile boolean isDropped;

    /**
     * A use.
     *
     * @param room memory for a part, or for all that comes; closed by {@link #close}
     * @param claimed the record, which says that the upload is in use
     * @param tail the bytes that are less than a part
     * @param isHeldBack whether bytes count only when all have come
     */
    UploadSession(BucketUploads uploads, String name, Key key, BucketBuffers.Room room,
            UploadRecords.Kept claimed, byte[] tail, boolean isHeldBack) {
        this.uploads = uploads;
        this.name = name;
        this.room = room;
        this.base = claimed.progress().bytes();
        this.parts = new UploadParts(uploads, name, key.name(), claimed, isHeldBack, this::fail);
        this.sink = new PartSink(claimed.progress().origin().partBytes(), room, parts::send);
        sink.begin(tail);
    }

    private void fail(Throwable why) {
        sink.fail(why);
    }

    PartSink sink() {
        return sink;
    }

    /** Bytes of the upload, those in memory included. Once the sink has ended. */
    long sizeBytes() {
        return parts.bytes().sizeBytes() + sink.restBytes();
    }

    /** Nothing of what has come counts. */
    void drop() {
        isDropped = true;
    }

    /** Takes no more bytes, and waits for a part that is on its way. */
    void end() throws HttpException {
        await(sink.end());
    }

    /** Whether all that has come is there, in the engine or in memory. */
    boolean isWhole() {
        return sink.failure() == null && !isDropped;
    }

    /** Why bytes that should count can't be kept; null if they can. */
    Throwable failure() {
        return isDropped ? null : sink.failure();
    }

    /** Whether the engine has dropped the parts, so that the upload can't go on. */
    boolean isLost() {
        return sink.failure() instanceof S3Exception engine
                && engine.kind() == S3Exception.Kind.NO_UPLOAD;
    }

    /** The record as it is now. */
    UploadRecords.Kept recorded() throws HttpException {
        return await(parts.recorded());
    }

    /** Makes count what has come, and returns the record that says so. After {@link #end}. */
    UploadRecords.Kept settle() throws HttpException {
        UploadProgress.Bytes bytes = left();
        try {
            UploadRecords.Kept kept = await(parts.change(known ->
                    known.with(bytes, false, uploads.nowMs())));
            dropTail(bytes.tail());
            return kept;
        } catch (HttpException e) {
            // Where it isn't certain that the record doesn't name it, it stays.
            boolean isUseless = e.response() == UploadResponses.SUPERSEDED
                    || e.response() == UploadResponses.GONE;
            if (isUseless && bytes.tail() != null && !bytes.tail().equals(base.tail())) {
                uploads.records().dropTail(name, bytes.tail());
            }
            throw e;
        }
    }

    private UploadProgress.Bytes left() throws HttpException {
        if (sink.failure() != null && !isDropped && parts.hasNew()) {
            return parts.bytes();
        }
        int restBytes = sink.restBytes();
        UploadProgress.Bytes now = parts.bytes();
        if (!isWhole() || !parts.hasNew() && restBytes == base.tailBytes()) {
            // As before; the numbers that are used by now stay so.
            return new UploadProgress.Bytes(now.uploadId(), now.nextPart(), base.parts(),
                    base.tail(), base.tailBytes(), base.sizeBytes());
        }
        String tail = restBytes == 0 ? null : BucketUploads.randomName();
        if (tail != null) {
            await(uploads.records().writeTail(name, tail, S3Payload.of(sink.rest())));
        }
        return new UploadProgress.Bytes(now.uploadId(), now.nextPart(), now.parts(), tail,
                restBytes, now.sizeBytes() + restBytes);
    }

    private void dropTail(String left) {
        if (base.tail() != null && !base.tail().equals(left)) {
            uploads.records().dropTail(name, base.tail());
        }
    }

    /** The end of the upload, whose bytes are all there. */
    UploadFinish finish(Key key, RequestHead put, WriteMark mark) throws HttpException {
        return new UploadFinish(uploads.state(), key, put, mark, parts, sink.rest(),
                sink.restBytes());
    }

    /** Writes down that the object is there. What was kept of the upload is of no use any more. */
    UploadRecords.Kept complete(Key key, String etag) throws HttpException {
        long sizeBytes = sizeBytes();
        if (parts.uploadId() != null && parts.bytes().parts().isEmpty()) {
            uploads.abort(key.name(), parts.uploadId()); // begun, and its first part never came
        }
        UploadRecords.Kept kept = await(parts.change(known ->
                known.complete(etag.isEmpty() ? null : etag, sizeBytes, uploads.nowMs())));
        dropTail(null);
        return kept;
    }

    /** Gives the memory back. In any case, and last. */
    void close() {
        room.close();
    }

    private <T> T await(CompletableFuture<T> promise) throws HttpException {
        return Waits.on(promise, uploads.state().faults(), "upload " + name.substring(0, 4));
    }
}
