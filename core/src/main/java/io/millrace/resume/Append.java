package io.millrace.resume;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.work.Promise;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * One request that brings bytes of an upload. They go straight to where the store keeps them, from
 * the position where the last ones ended, and stay there whatever becomes of the request.
 *
 * <p>Threads: {@link Uploads#threads} begins and ends it; in between, the worker.
 */
final class Append implements Exchange {

    /** What a dialect says to the client. */
    interface Dialogue {

        /** The first byte is about to be read. Threads: the worker. */
        default void begins() throws HttpException {
        }

        /** So many bytes of the upload are there. Threads: the worker. */
        default void arrived(long offset) {
        }

        /** Whether {@link #whole} makes the object, if so many bytes of the upload are there. */
        boolean completes(long offset);

        /** All bytes of the request are there, and so many of the upload. May block. */
        Response whole(long offset) throws HttpException, IOException;

        /** The bytes don't have the checksum in this field; they were dropped. */
        Response mismatch(String field);

        /** There are more bytes than the upload may have; those of this request were dropped. */
        Response overrun();

        /** A newer request goes on with the upload. */
        Response stopped();

        /** The request ended before its body, or there was no thread for its end. */
        void lost();

        /** A response of the store or of the file system. */
        Response of(Response response);
    }

    /** Ends a body from {@link Exchange#onProgress}, which may throw nothing that is checked. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Response response;

        Refused(Response response) {
            super("the upload takes no more bytes", null, false, false);
            this.response = response;
        }
    }

    /** Room is taken that far ahead, so that bytes have it before they are written. */
    private static final long AHEAD_BYTES = 16 << 20;

    private final Uploads uploads;
    private final Turns.Turn turn;
    private final Uploads.Found found;
    private final UnfinishedUpload upload;
    private final RequestHead request;
    private final long position;
    /** The most bytes that the upload has after this request, as far as that is known. */
    private final long endBytes;
    /** Null if the body has no checksum. */
    private final PieceDigest digest;
    private final Dialogue dialogue;
    private final WritableByteChannel bytes;
    private long received;
    /** So many bytes of the upload have room. */
    private long admitted;
    private boolean isOverrun;

    /**
     * A request with a body.
     *
     * @param found the upload, at the offset of the request
     * @param digest what checks the body; null for nothing
     * @throws HttpException if the body can't be taken; the turn goes on
     */
    Append(Uploads uploads, Turns.Turn turn, Uploads.Found found, RequestHead request,
            PieceDigest digest, Dialogue dialogue) throws HttpException, IOException {
        this.uploads = uploads;
        this.turn = turn;
        this.found = found;
        this.upload = found.upload();
        this.request = request;
        this.position = found.offset();
        long mostBytes = found.note().hasLength() ? found.note().length() : Long.MAX_VALUE;
        this.endBytes = request.bodyLength() < 0 ? mostBytes
                : Math.min(mostBytes, end(position, request.bodyLength()));
        this.digest = digest;
        this.dialogue = dialogue;
        this.bytes = open(found);
    }

    /** The response to a request without bytes, whose checksum may be that of some. */
    static Response empty(PieceDigest digest, Dialogue dialogue, long offset)
            throws HttpException, IOException {
        String field = digest == null ? null : digest.mismatch();
        return field == null ? dialogue.whole(offset) : dialogue.mismatch(field);
    }

    /**
     * Where a body ends.
     *
     * @throws HttpException 413 if no upload can have as many bytes
     */
    static long end(long position, long bodyBytes) throws HttpException {
        if (bodyBytes > Long.MAX_VALUE - position) {
            throw new HttpException(Status.CONTENT_TOO_LARGE,
                    "an upload must have at most " + Long.MAX_VALUE + " bytes");
        }
        return position + bodyBytes;
    }

    /**
     * Opens the upload. While a piece is checked, the note says how many bytes count: a kill leaves
     * no unchecked ones.
     */
    private WritableByteChannel open(Uploads.Found found)
            throws HttpException, IOException { // decision 255
        UploadNote note = found.note();
        if (digest != null && note.verified() != position && !uploads.all().holdsBack()) {
            found.note(note.withVerified(position));
        }
        WritableByteChannel opened = upload.open(position, endBytes - position,
                digest != null);
        boolean done = false;
        try {
            if (digest == null && note.verified() != UploadNote.ALL) {
                found.note(note.withVerified(UploadNote.ALL)); // what did not count is cut off
            }
            if (request.bodyLength() > 0) {
                takeRoom(Math.min(endBytes, position + AHEAD_BYTES));
            }
            done = true;
        } finally {
            if (!done) {
                uploads.abandon(upload);
            }
        }
        return opened;
    }

    private void takeRoom(long bytes) throws HttpException {
        uploads.admit(upload, bytes);
        admitted = bytes;
    }

    /** Takes room some way ahead of the bytes; where there is none, for those that are there. */
    private void admit(long offset) throws HttpException {
        if (admitted >= Math.min(endBytes, offset + AHEAD_BYTES / 2)) {
            return;
        }
        try {
            takeRoom(Math.min(endBytes, offset + AHEAD_BYTES));
        } catch (HttpException e) {
            if (offset > admitted) {
                takeRoom(offset);
            }
        }
    }

    @Override
    public WritableByteChannel sink() throws HttpException {
        boolean begun = false;
        try {
            dialogue.begins();
            begun = true;
        } finally {
            if (!begun) {
                lose(); // an exchange whose sink has failed is not abandoned
            }
        }
        return digest == null ? bytes : digest.over(bytes);
    }

    @Override
    public long sinkPosition() {
        return position;
    }

    @Override
    public void onProgress(long receivedBytes) {
        long offset = position + receivedBytes;
        if (offset > endBytes) {
            isOverrun = true;
            throw new Refused(null);
        }
        try {
            admit(offset);
        } catch (HttpException e) {
            throw new Refused(e.response());
        }
        upload.received(offset);
        received = receivedBytes;
        if (digest == null) { // or they may still be dropped
            dialogue.arrived(offset);
        }
    }

    @Override
    public Response complete() throws HttpException {
        turn.bodyEnded();
        Promise<Response> promise = new Promise<>();
        boolean taken = false;
        try {
            taken = UploadWork.execute(uploads.threads(), promise, this::end, this::lose);
        } finally {
            if (!taken) {
                lose();
            }
        }
        return taken ? Response.later(promise) : dialogue.of(Replies.BUSY);
    }

    private Response end() {
        Response response = null;
        try {
            response = UploadWork.map(result(), known -> known, turn::end);
        } finally {
            if (response == null) {
                turn.end(); // an error, which is the server's to answer
            }
        }
        return response;
    }

    private Response result() {
        long offset = position + received;
        boolean isEnded = false;
        try {
            String field = digest == null ? null : digest.mismatch();
            if (field != null) {
                upload.drop();
                uploads.close(upload, false);
                isEnded = true;
                return dialogue.mismatch(field);
            }
            uploads.close(upload, dialogue.completes(offset));
            if (digest != null && !uploads.all().holdsBack()) {
                found.note(found.note().withVerified(offset));
            }
            Response response = dialogue.whole(offset);
            isEnded = true;
            return response;
        } catch (HttpException e) {
            return dialogue.of(e.response());
        } catch (IOException e) {
            return dialogue.of(uploads.failed(request, e));
        } finally {
            if (!isEnded) {
                uploads.abandon(upload); // it may have got as far as to be closed, or not
            }
        }
    }

    /** Ends the request where it can't be what it should be. What has come stays otherwise. */
    private void lose() {
        uploads.all().end(() -> {
            try {
                drop();
                uploads.abandon(upload);
                dialogue.lost();
            } finally {
                turn.end();
            }
        });
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        turn.bodyEnded();
        Response response = null;
        try {
            if (isOverrun) {
                response = dialogue.overrun();
            } else if (cause instanceof Refused refused) {
                response = dialogue.of(refused.response);
            } else if (why == Abandonment.SINK_FAILED && cause instanceof IOException e) {
                response = dialogue.of(uploads.failed(request, e));
            } else if (why == Abandonment.STOPPED) {
                response = dialogue.stopped();
            }
        } finally {
            lose();
        }
        return response;
    }

    /** No byte of a body counts that is too long, or whose checksum can't be compared any more. */
    private void drop() {
        try {
            if (isOverrun || digest != null) {
                upload.drop();
            }
        } catch (HttpException e) {
            return; // logged by the store; the length, or the note, says that it doesn't count
        }
    }
}
