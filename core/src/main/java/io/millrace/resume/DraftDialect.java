package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.resume.UploadNote.Dialect;
import io.millrace.resume.UploadNote.Kind;
import io.millrace.resume.Uploads.Found;
import java.io.IOException;

/**
 * The Internet-Draft "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload), interop
 * versions 3 to 8.
 *
 * <p>Threads: any.
 */
final class DraftDialect { // decision 257

    private static final String TYPE = "application/partial-upload";
    /** That much more has to be there before a client is told. */
    private static final long PROGRESS_BYTES = 8 << 20;

    private final Uploads uploads;

    DraftDialect(Uploads uploads) {
        this.uploads = uploads;
    }

    /** What OPTIONS tells, in addition to what a response says (section on limits). */
    Response discover(Response options) {
        String allow = options.headers().first("Allow");
        Response told = allow == null || allow.contains("PATCH") ? options
                : options.with("Allow", allow + ", POST, PATCH");
        return new DraftReplies(uploads, DraftRequest.NEWEST)
                .limit(told.with("Accept-Patch", TYPE), // drafts 09 to 11
                         uploads.bounds().expiryMs() / 1000);
    }

    /** A request that begins an upload (section on creation). */
    Exchange create(RequestHead request, DraftRequest begun) throws HttpException {
        DraftReplies replies = new DraftReplies(uploads, begun.interop());
        String path = path(request);
        Response refusal = uploads.refuse(request, path);
        if (refusal != null) {
            return refusal;
        }
        if (request.headers().contains("Content-Range")) {
            return replies.refused(Status.BAD_REQUEST,
                    "an upload that can be resumed is the whole object: omit Content-Range");
        }
        long sent = request.bodyLength();
        long length = begun.length();
        if (length >= 0 && (sent > length || begun.complete() && sent >= 0 && sent != length)) {
            return replies.inconsistent();
        }
        if (length < 0 && begun.complete()) {
            length = sent;
        }
        UploadNote note = new UploadNote(Dialect.DRAFT, begun.interop(), Kind.WHOLE, length,
                uploads.nowMs(), UploadNote.ALL, "", "",
                ObjectHeaders.ofDraft(request.headers()));
        return uploads.jobs().work(uploads.threads(), request,
                response -> replies.markLater(response, true),
                () -> begin(request, begun, path, note));
    }

    /** The path of the object; in a folder the client may say its name in other fields. */
    private static String path(RequestHead request) throws HttpException {
        if (request.method().equals("PUT") || !request.path().endsWith("/")) {
            return request.path();
        }
        String name = FileName.of(request.headers().first("Content-Disposition"));
        TusMetadata metadata = TusMetadata.parse(request.headers().first("Upload-Metadata"));
        return UploadPath.object(request.path(), name != null ? name : metadata.text("filename"),
                name != null ? null : metadata.text("relativePath"));
    }

    private Exchange begin(RequestHead request, DraftRequest begun, String path, UploadNote note)
            throws HttpException, IOException {
        PieceDigest digest = PieceDigest.ofContent(request.headers());
        Uploads.Begun created = uploads.create(request, path, note);
        Found found = created.found();
        Turns.Turn turn = created.turn();
        Bytes bytes = new Bytes(turn, found, request, begun, true);
        Exchange result = null;
        try {
            if (request.bodyLength() == 0) {
                result = UploadWork.map(Append.empty(digest, bytes, 0), known -> known, turn::end);
            } else {
                result = new Append(uploads, turn, found, request, digest, bytes);
            }
        } finally {
            if (result == null) { // its client has not got its URL
                uploads.discard(found.upload());
                turn.end();
            }
        }
        return result;
    }

    /**
     * A request to the URL of an upload.
     *
     * @param seen the upload as it was a moment ago
     */
    Exchange handle(RequestHead request, String method, String name, Seen seen) {
        DraftRequest sent = DraftRequest.of(request);
        DraftReplies replies = new DraftReplies(uploads, sent.interop());
        return uploads.jobs().onTurn(request, name, response -> replies.markLater(response, false),
                turn -> {
                    Found found = uploads.find(name, request.path(), seen);
                    if (found == null) {
                        return Replies.UNKNOWN;
                    }
                    return switch (method) {
                        case "HEAD", "GET" -> tell(found, sent, replies);
                        case "PATCH" -> patch(turn, found, request, sent, replies);
                        default -> delete(found);
                    };
                });
    }

    /** Section on retrieving the offset. */
    private Response tell(Found found, DraftRequest sent, DraftReplies replies)
            throws HttpException, IOException {
        if (sent.interop() != 0 && sent.interop() < DraftRequest.HAS_TYPE
                && (sent.offset() >= 0 || sent.complete() != null)) { // drafts 01 to 03
            return Replies.text(Status.BAD_REQUEST,
                    "HEAD takes neither Upload-Offset nor Upload-Complete: omit them");
        }
        found.settle();
        boolean isComplete = found.upload().isComplete();
        long offset = found.offset();
        Response told = replies.mark(replies.offset(Response.of(Status.NO_CONTENT)
                .with("Cache-Control", "no-store"), offset), isComplete);
        if (isComplete || found.note().hasLength()) {
            told = told.with(DraftRequest.LENGTH,
                    Long.toString(isComplete ? offset : found.note().length()));
        }
        return replies.limit(told, found);
    }

    private Response delete(Found found) throws HttpException {
        found.upload().discard();
        uploads.ended(found.upload().name());
        return Response.of(Status.NO_CONTENT);
    }

    /** Section on appending. */
    private Exchange patch(Turns.Turn turn, Found found, RequestHead request, DraftRequest said,
            DraftReplies replies) throws HttpException, IOException {
        DraftRequest sent = said.interop() == DraftRequest.OLDEST && said.complete() == null
                ? new DraftRequest(said.interop(), true, said.offset(), said.length()) : said;
        String type = request.headers().first("Content-Type");
        boolean needsType = sent.interop() == 0 || sent.interop() >= DraftRequest.HAS_TYPE;
        if (needsType && (type == null || !type.strip().equalsIgnoreCase(TYPE))) {
            return replies.refused(Status.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be " + TYPE);
        }
        if (sent.offset() < 0 || sent.complete() == null) {
            return replies.refused(Status.BAD_REQUEST,
                    "send Upload-Offset: a number of bytes, and Upload-Complete: ?0 or ?1");
        }
        long offset = found.offset();
        if (sent.offset() != offset) {
            return replies.mismatch(offset, sent.offset());
        }
        if (found.upload().isComplete()) {
            return request.bodyLength() == 0 && sent.complete()
                    ? replay(found, replies) : replies.completed();
        }
        Response refusal = settleLength(found, request, sent, replies);
        if (refusal != null) {
            return refusal;
        }
        PieceDigest digest = PieceDigest.ofContent(request.headers());
        Bytes bytes = new Bytes(turn, found, request, sent, false);
        return request.bodyLength() == 0 ? Append.empty(digest, bytes, offset)
                : new Append(uploads, turn, found, request, digest, bytes);
    }

    /** The last response once more, for a client that has not got it. */
    private static Response replay(Found found, DraftReplies replies) throws HttpException {
        Response done = replies.mark(replies.offset(Response.of(Status.NO_CONTENT),
                found.offset()), true);
        String etag = found.upload().etag();
        return etag == null ? done : done.with("ETag", etag);
    }

    /** Notes the length that a request tells; the refusal if it contradicts what is known. */
    private Response settleLength(Found found, RequestHead request, DraftRequest sent,
            DraftReplies replies) throws HttpException {
        long offset = found.offset();
        long bytes = request.bodyLength();
        long end = bytes < 0 ? -1 : Append.end(offset, bytes);
        long implied = sent.complete() ? end : -1;
        long known = found.note().hasLength() ? found.note().length() : sent.length();
        boolean agree = (sent.length() < 0 || sent.length() == known)
                && (implied < 0 || known < 0 || implied == known);
        if (!agree || known >= 0 && known < offset) {
            return replies.inconsistent();
        }
        if (known >= 0 && end > known) {
            uploads.discard(found.upload()); // as the draft demands
            return tooLong(replies, known);
        }
        long length = known >= 0 ? known : implied;
        if (length >= 0 && !found.note().hasLength()) {
            uploads.checkLength(length);
            found.note(found.note().withLength(length));
        }
        return null;
    }

    private static Response tooLong(DraftReplies replies, long length) {
        return replies.refused(Status.BAD_REQUEST, "the body goes beyond the upload's "
                + length + " bytes, and the upload was removed: begin a new one");
    }

    /** What the client is told of the bytes that a request brings. */
    private final class Bytes implements Append.Dialogue {

        private final Turns.Turn turn;
        private final Found found;
        private final RequestHead request;
        private final DraftRequest sent;
        private final boolean creates;
        private final DraftReplies replies;
        /** What the client has been told; {@link Long#MAX_VALUE} if it is not told of progress. */
        private long told;
        private boolean isInvalid;

        Bytes(Turns.Turn turn, Found found, RequestHead request, DraftRequest sent,
                boolean creates) throws HttpException {
            this.turn = turn;
            this.found = found;
            this.request = request;
            this.sent = sent;
            this.creates = creates;
            this.replies = new DraftReplies(uploads, sent.interop());
            // What is not forced yet may not be told, and forcing all the time costs too much.
            boolean tells = sent.interop() >= DraftRequest.HAS_PROGRESS
                    && sent.canInform(request)
                    && !uploads.all().mayBlock();
            this.told = tells ? found.offset() : Long.MAX_VALUE;
        }

        @Override
        public void begins() throws HttpException {
            if (creates && sent.canInform(request)) {
                turn.inform(replies.limit(informational().with("Location", found.url()), found));
            }
        }

        private Response informational() {
            return Response.of(Status.UPLOAD_RESUMPTION_SUPPORTED)
                    .with(DraftRequest.VERSION, Integer.toString(sent.interop()));
        }

        @Override
        public void arrived(long offset) {
            if (offset - told >= PROGRESS_BYTES) {
                told = offset;
                turn.inform(replies.offset(informational(), offset));
            }
        }

        @Override
        public Response whole(long offset) throws HttpException, IOException {
            if (!sent.complete()) {
                found.upload().force();
                return replies.limit(replies.mark(replies.offset(begun(), offset), false), found);
            }
            if (!completes(offset)) {
                return replies.inconsistent(); // the bytes stay, and may go on
            }
            // After a failure of the server the client may try again, so that is not the end.
            return uploads.complete(found, request, stored -> replies.mark(
                    replies.offset(stored, offset), stored.status().code() < 500));
        }

        private Response begun() {
            if (creates) {
                return Response.of(Status.CREATED).with("Location", found.url());
            }
            boolean isOld = sent.interop() != 0 && sent.interop() < DraftRequest.HAS_TYPE;
            return Response.of(isOld ? Status.CREATED : Status.NO_CONTENT);
        }

        @Override
        public boolean completes(long offset) {
            return sent.complete()
                    && (!found.note().hasLength() || found.note().length() == offset);
        }

        @Override
        public Response mismatch(String field) {
            drop();
            return replies.refused(Status.BAD_REQUEST,
                    "the body does not match its " + field + ": its bytes were dropped");
        }

        @Override
        public Response overrun() {
            isInvalid = true;
            return tooLong(replies, found.note().length());
        }

        @Override
        public Response stopped() {
            return replies.mark(Replies.SUPERSEDED, false);
        }

        @Override
        public void lost() {
            drop();
        }

        /** An upload whose URL its client has not got is of no use. */
        private void drop() {
            if (isInvalid || creates && !sent.canInform(request)) {
                uploads.discard(found.upload());
            }
        }

        @Override
        public Response of(Response response) {
            return replies.markLater(response, false);
        }
    }
}
