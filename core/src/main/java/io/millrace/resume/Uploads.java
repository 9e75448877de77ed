package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What both dialects do with uploads: begin them, find them, take their bytes and make objects of
 * them, one request at a time for each.
 *
 * <p>Threads: any.
 */
final class Uploads {

    /** What a store keeps with an upload, less what numbers in it may grow by. */
    private static final int MAX_NOTE_BYTES = (64 << 10) - 256;

    /** Enough for clients that have lost their last response; each takes a small file. */
    private static final int MAX_COMPLETE = 10_000;

    /**
     * What bounds the uploads of a store.
     *
     * @param expiryMs how long one is kept that nobody touches, in milliseconds
     * @param maxCount how many may be unfinished
     * @param maxBytes how many bytes the unfinished ones may take together
     * @param memoryBytes how much memory may be taken for what is known of uploads
     */
    record Bounds(long expiryMs, int maxCount, long maxBytes, long memoryBytes) {
    }

    /** An upload that a request has begun, and the turn of that request. */
    record Begun(Found found, Turns.Turn turn) {
    }

    /** An upload that a request has found. */
    final class Found {

        private final UnfinishedUpload upload;
        private UploadNote note;

        Found(UnfinishedUpload upload, UploadNote note) {
            this.upload = upload;
            this.note = note;
        }

        UnfinishedUpload upload() {
            return upload;
        }

        UploadNote note() {
            return note;
        }

        /** Replaces the note. */
        void note(UploadNote changed) throws HttpException {
            upload.note(changed.bytes());
            note = changed;
        }

        /**
         * Has the bytes that a client is to be told survive, and reads again what the note says of
         * them: a use that was just ending may have changed both.
         */
        void settle() throws HttpException, IOException {
            if (!upload.isComplete()) {
                upload.force();
                note = UploadNote.parse(upload.note());
            }
        }

        /** How many bytes count. */
        long offset() throws HttpException {
            long sizeBytes = upload.sizeBytes();
            return upload.isComplete() ? sizeBytes : note.offset(sizeBytes);
        }

        /** Where clients find it: an absolute path. */
        String url() {
            return UploadPath.url(upload.path(), upload.name());
        }

        /** When it expires unless more bytes come, in milliseconds since 1970. */
        long expiresMs() throws HttpException {
            return upload.lastChange().toEpochMilli() + bounds.expiryMs();
        }

        /** The same in seconds from now. */
        long remainingSeconds() throws HttpException {
            return Math.max(0, expiresMs() - nowMs()) / 1000;
        }

        boolean hasExpired() throws HttpException {
            return expiresMs() <= nowMs();
        }
    }

    private final UnfinishedUploads all;
    private final Bounds bounds;
    private final LongSupplier clockMs;
    private final Turns turns = new Turns();
    private final UploadSizes sizes = new UploadSizes();
    private final UploadMemory memory;
    private final EarlierUploads earlier;
    private final UploadWork work = new UploadWork();
    private final UploadJobs jobs = new UploadJobs(this);

    Uploads(UnfinishedUploads all, Bounds bounds, LongSupplier clockMs) {
        this.all = all;
        this.bounds = bounds;
        this.clockMs = clockMs;
        this.memory = new UploadMemory(bounds.memoryBytes(), MAX_COMPLETE);
        this.earlier = new EarlierUploads(sizes, memory);
    }

    UnfinishedUploads all() {
        return all;
    }

    Bounds bounds() {
        return bounds;
    }

    Turns turns() {
        return turns;
    }

    UploadSizes sizes() {
        return sizes;
    }

    EarlierUploads earlier() {
        return earlier;
    }

    UploadMemory memory() {
        return memory;
    }

    /** What has jobs done for requests. */
    UploadJobs jobs() {
        return jobs;
    }

    UploadWork work() {
        return work;
    }

    /** The most bytes that an upload may have; {@link Long#MAX_VALUE} for any. */
    long maxUploadBytes() {
        return Math.min(bounds.maxBytes(), all.maxObjectBytes());
    }

    /** Refuses a length that no upload may have, however much room there is. */
    void checkLength(long bytes) throws HttpException {
        if (bytes > maxUploadBytes()) {
            throw new HttpException(Status.CONTENT_TOO_LARGE,
                    "uploads must have at most " + maxUploadBytes() + " bytes");
        }
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    /** Why the client may not write to a path; null if it may. */
    Response refuse(RequestHead request, String path) throws HttpException {
        return all.refuse(PutHead.of(request, path), path);
    }

    /** The response to a failure of the storage, which is logged. */
    Response failed(RequestHead request, IOException failure) {
        return all.failed(request.method() + " " + request.path(), failure);
    }

    /** Who does what waits for the storage; without that, nothing waits. */
    Executor threads() throws HttpException {
        return all.mayBlock() ? all.executor() : Runnable::run;
    }

    /** Begins an upload. It is the turn of this request before any other finds it. */
    Begun create(RequestHead request, String path, UploadNote note) throws HttpException {
        earlier.countOnce(all);
        byte[] bytes = note.bytes();
        if (bytes.length > MAX_NOTE_BYTES) {
            throw new HttpException(Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "the fields that are kept with an upload have too many bytes: send at most "
                            + MAX_NOTE_BYTES);
        }
        checkLength(note.length());
        if (note.length() > bounds.maxBytes() - sizes.total()) {
            throw new HttpException(Replies.NO_ROOM);
        }
        long memoryBytes = UploadMemory.bytes(path, bytes);
        takeMemory(memoryBytes);
        if (!sizes.begin(bounds.maxCount())) {
            memory.begun(null, memoryBytes);
            throw new HttpException(Replies.TOO_MANY);
        }
        UnfinishedUpload upload = null;
        try {
            upload = all.create(new PutHead(request, path, note.fields(), note.length()),
                    note.length(), bytes);
            return new Begun(new Found(upload, note), turns.first(upload.name(), request));
        } finally {
            String name = upload == null ? null : upload.name();
            sizes.begun(name);
            memory.begun(name, memoryBytes);
        }
    }

    /** Takes memory for a new upload, if need be that of complete ones. */
    private void takeMemory(long bytes) throws HttpException {
        while (!memory.take(bytes)) {
            if (!forget(memory.oldest())) {
                throw new HttpException(Replies.TOO_MANY);
            }
        }
    }

    /** Forgets complete uploads as long as there are too many. */
    void forgetSurplus() {
        boolean goesOn = true;
        while (goesOn) {
            goesOn = forget(memory.surplus());
        }
    }

    /** Forgets a complete upload, unless a request is about it; false if it can't. */
    private boolean forget(String name) {
        Turns.Turn turn = name == null ? null : turns.tryTake(name);
        if (turn == null) {
            return false;
        }
        try {
            UnfinishedUpload upload = all.find(name);
            if (upload != null) {
                upload.discard();
            }
            ended(name);
            return true;
        } catch (HttpException e) {
            return false; // the folder is another process's
        } finally {
            turn.end();
        }
    }

    /** An upload is there as it is, whichever node has begun it or gone on with it. */
    void note(UnfinishedUpload upload) throws HttpException {
        memory.found(upload.name(), upload.isComplete(),
                UploadMemory.bytes(upload.path(), upload.note()));
        if (upload.isComplete()) {
            sizes.remove(upload.name());
            memory.completed(upload.name());
        } else {
            sizes.set(upload.name(), upload.sizeBytes(), Long.MAX_VALUE);
        }
    }

    /** An upload is gone, with all that it took. */
    void ended(String name) {
        sizes.remove(name);
        memory.gone(name);
    }

    /** Takes room for an upload of so many bytes, before they are there. */
    void admit(UnfinishedUpload upload, long bytes) throws HttpException {
        takeSpace(upload, bytes);
        upload.reserve(bytes);
    }

    /** The same of an upload that is copied, for which the store takes room by itself. */
    void takeSpace(UnfinishedUpload upload, long bytes) throws HttpException {
        checkLength(bytes);
        if (!sizes.set(upload.name(), bytes, bounds.maxBytes())) {
            throw new HttpException(Replies.NO_ROOM);
        }
    }

    /**
     * Closes what a request has written to.
     *
     * @param completes whether {@link #complete} follows
     * @throws HttpException if its bytes can't be kept
     */
    void close(UnfinishedUpload upload, boolean completes) throws HttpException {
        try {
            upload.close(completes);
        } finally {
            count(upload);
        }
    }

    /** The same of what has failed for another reason, which the client learns. */
    void abandon(UnfinishedUpload upload) {
        try {
            close(upload, false);
        } catch (HttpException e) {
            return; // logged by the store: fewer bytes count
        }
    }

    private void count(UnfinishedUpload upload) {
        try {
            sizes.set(upload.name(), upload.sizeBytes(), Long.MAX_VALUE);
        } catch (HttpException e) {
            sizes.remove(upload.name()); // it is gone, or can't be looked at, which is logged
        }
    }

    /** The upload of a name, if that belongs to the path and has not expired; else null. */
    Found find(String name, String path) throws HttpException, IOException {
        return found(name.isEmpty() ? null : all.find(name), name, path);
    }

    /**
     * The same for a request that has looked before its turn.
     *
     * @param seen what it has found then
     */
    Found find(String name, String path, Seen seen) throws HttpException, IOException {
        return seen.isOld(turns, name) ? find(name, path) : found(seen.upload(), name, path);
    }

    private Found found(UnfinishedUpload upload, String name, String path)
            throws HttpException, IOException {
        if (upload == null) {
            ended(name); // another program may have removed it
            return null;
        }
        if (!UploadPath.isSame(upload.path(), path)) {
            return null;
        }
        Found found = new Found(upload, UploadNote.parse(upload.note()));
        return found.hasExpired() ? null : found;
    }

    /**
     * Makes the object of an upload that is whole, as the end of a PUT does. What the store refuses
     * for good ends the upload; after a failure the client may try again.
     *
     * @param change what becomes of the store's response
     */
    Response complete(Found found, RequestHead request, UnaryOperator<Response> change)
            throws HttpException {
        dropUncounted(found);
        UnfinishedUpload upload = found.upload();
        PutHead put = new PutHead(request, upload.path(), found.note().fields(), found.offset());
        return UploadWork.map(upload.complete(put), response -> {
            int code = response.status().code();
            if (code < 300) {
                sizes.remove(upload.name());
                memory.completed(upload.name());
                forgetSurplus();
            } else if (code < 500) {
                discard(upload);
            }
            return change.apply(response);
        }, () -> { });
    }

    /**
     * Cuts off the bytes of a piece that did not match its checksum, was not whole, or went beyond
     * the length.
     */
    void dropUncounted(Found found) throws HttpException { // decision 255
        UnfinishedUpload upload = found.upload();
        long sizeBytes = upload.sizeBytes();
        long offset = found.note().offset(sizeBytes);
        if (!upload.isComplete() && offset < sizeBytes) {
            upload.open(offset, 0, false);
            close(upload, false);
        }
    }

    /** Ends an upload. */
    void discard(UnfinishedUpload upload) {
        try {
            upload.discard();
            ended(upload.name());
        } catch (HttpException e) {
            // Logged by the store, or the folder is another process's; it expires.
            sizes.remove(upload.name());
        }
    }

    void close() {
        work.close();
    }
}
