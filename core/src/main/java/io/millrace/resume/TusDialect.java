package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.resume.UploadNote.Kind;
import io.millrace.resume.Uploads.Found;
import java.io.IOException;
import java.util.Set;

/**
 * The tus protocol, version 1.0.0: core, creation, creation-with-upload, creation-defer-length,
 * expiration, checksum, termination and concatenation.
 *
 * <p>Threads: any.
 */
final class TusDialect {

    static final String VERSION = "1.0.0";
    static final String RESUMABLE = "Tus-Resumable";

    private static final String EXTENSIONS = "creation,creation-with-upload,"
            + "creation-defer-length,expiration,checksum,termination";
    private static final String COPYING = ",concatenation";
    private static final String TYPE = "application/offset+octet-stream";
    private static final String OFFSET = "Upload-Offset";
    private static final String LENGTH = "Upload-Length";
    private static final String DEFER = "Upload-Defer-Length";
    private static final String CONCAT = "Upload-Concat";
    /** RFC 4918 section 11.3. */
    private static final Response NO_COPIES = Replies.text(Status.NOT_IMPLEMENTED, "this store "
            + "can't make an upload of others: omit Upload-Concat, and send the object as one");
    private static final Set<Integer> REPEATED = Set.of(Status.CONFLICT.code(),
            Status.SERVICE_UNAVAILABLE.code());

    private final Uploads uploads;
    private final TusFinal finals;

    TusDialect(Uploads uploads) {
        this.uploads = uploads;
        this.finals = new TusFinal(uploads);
    }

    /** A response to a request of tus. */
    static Response dress(Response response) {
        return UploadWork.map(response, known -> known.with(RESUMABLE, VERSION), () -> { });
    }

    /**
     * The same of a response to a method. A HEAD that has to be repeated gets 423: to anything else
     * but 2xx, tus-js-client begins a new upload.
     */
    static Response dress(Response response, String method) { // decision 263
        return UploadWork.map(response, known -> dress(method.equals("HEAD")
                && REPEATED.contains(known.status().code()) ? known.with(Status.LOCKED) : known),
                () -> { });
    }

    /** What OPTIONS tells of the protocol, in addition to what a response says. */
    Response discover(Response options) {
        Response told = options.with(RESUMABLE, VERSION).with("Tus-Version", VERSION)
                .with("Tus-Extension", uploads.all().canCopy() ? EXTENSIONS + COPYING : EXTENSIONS)
                .with("Tus-Checksum-Algorithm", String.join(",", PieceDigest.TUS_ALGORITHMS));
        long maxBytes = uploads.maxUploadBytes();
        return maxBytes == Long.MAX_VALUE ? told
                : told.with("Tus-Max-Size", Long.toString(maxBytes));
    }

    /** Why the request can't be handled; null if it can. */
    private static Response refuseVersion(RequestHead request) {
        if (VERSION.equals(request.headers().first(RESUMABLE))) {
            return null;
        }
        return dress(Replies.text(Status.PRECONDITION_FAILED, "this version of tus is not "
                + "supported: send Tus-Resumable: " + VERSION).with("Tus-Version", VERSION));
    }

    /** A request that begins an upload. */
    Exchange create(RequestHead request) throws HttpException {
        Response refusal = refuseVersion(request);
        if (refusal != null) {
            return refusal;
        }
        try {
            TusCreation creation = TusCreation.of(request, uploads.nowMs());
            if (creation.note().kind() != Kind.WHOLE && !uploads.all().canCopy()) {
                return dress(NO_COPIES);
            }
            refusal = uploads.refuse(request, creation.path());
            if (refusal != null) {
                return dress(refusal);
            }
            if (creation.note().kind() == Kind.FINAL) {
                return finals.create(request, creation);
            }
            return uploads.jobs().work(uploads.threads(), request, TusDialect::dress,
                    () -> begin(request, creation));
        } catch (HttpException e) {
            return dress(e.response());
        }
    }

    private Exchange begin(RequestHead request, TusCreation creation)
            throws HttpException, IOException {
        PieceDigest digest = PieceDigest.ofTus(request.headers());
        Uploads.Begun begun = uploads.create(request, creation.path(), creation.note());
        Found found = begun.found();
        Turns.Turn turn = begun.turn();
        Bytes bytes = new Bytes(found, request, true);
        Exchange result = null;
        try {
            if (request.bodyLength() == 0) {
                result = UploadWork.map(Append.empty(digest, bytes, 0), known -> known, turn::end);
            } else {
                result = new Append(uploads, turn, found, request, digest, bytes);
            }
        } finally {
            if (result == null) { // nobody has got its name
                uploads.discard(found.upload());
                turn.end();
            }
        }
        return result;
    }

    /** The response to a POST when its bytes are there. */
    private Response created(Found found, RequestHead request, long offset, boolean hasBody)
            throws HttpException, IOException {
        Response created = Response.of(Status.CREATED).with("Location", found.url());
        if (hasBody) {
            created = created.with(OFFSET, Long.toString(offset));
        }
        Response answer = created;
        if (isWhole(found.note(), offset)) {
            return uploads.complete(found, request,
                    stored -> dress(stored.status().code() < 300
                            ? withValidators(answer, stored) : stored));
        }
        found.upload().force();
        return dress(withExpiry(answer, found));
    }

    private static boolean isWhole(UploadNote note, long offset) {
        return note.kind() == Kind.WHOLE && note.length() == offset;
    }

    /**
     * A request to the URL of an upload.
     *
     * @param seen the upload as it was a moment ago
     */
    Exchange handle(RequestHead request, String method, String name, Seen seen) {
        Response refusal = refuseVersion(request);
        if (refusal != null) {
            return refusal;
        }
        return switch (method) {
            case "HEAD" -> uploads.jobs().onTurn(request, name, response -> dress(response, "HEAD"),
                    turn -> head(request, uploads.find(name, request.path(), seen)));
            case "PATCH" -> uploads.jobs().onTurn(request, name, TusDialect::dress,
                    turn -> patch(turn, request, uploads.find(name, request.path(), seen)));
            case "DELETE" -> uploads.jobs().onTurn(request, name, TusDialect::dress,
                    turn -> delete(uploads.find(name, request.path(), seen)));
            default -> dress(Replies.NOT_HERE);
        };
    }

    private Response head(RequestHead request, Found found)
            throws HttpException, IOException {
        if (found == null) {
            return dress(Replies.UNKNOWN);
        }
        found.settle();
        UploadNote note = found.note();
        long offset = found.offset();
        Response complete = headOf(note.withLength(offset), offset);
        if (found.upload().isComplete()) {
            return dress(complete);
        }
        if (isWhole(note, offset)) {
            // All bytes came, and then the process was killed: to a client of tus that is the end.
            return uploads.complete(found, request, stored -> dress(
                    stored.status().code() < 300 ? complete : stored));
        }
        return dress(withExpiry(headOf(note, offset), found));
    }

    private static Response headOf(UploadNote note, long offset) {
        Response head = Response.of(Status.OK).with("Cache-Control", "no-store")
                .with(OFFSET, Long.toString(offset));
        head = note.hasLength() ? head.with(LENGTH, Long.toString(note.length()))
                : head.with(DEFER, "1");
        head = note.concat().isEmpty() ? head : head.with(CONCAT, note.concat());
        return note.metadata().isEmpty() ? head : head.with("Upload-Metadata", note.metadata());
    }

    private static Response withExpiry(Response response, Found found) throws HttpException {
        return response.with("Upload-Expires", HttpDate.format(found.expiresMs() / 1000));
    }

    /** A response with what the store says of the new object. */
    static Response withValidators(Response response, Response stored) {
        Response result = response;
        for (String name : new String[] {"ETag", "Last-Modified", "Repr-Digest"}) {
            String value = stored.headers().first(name);
            if (value != null) {
                result = result.with(name, value);
            }
        }
        return result;
    }

    private Exchange patch(Turns.Turn turn, RequestHead request, Found found)
            throws HttpException, IOException {
        if (found == null) {
            return dress(Replies.UNKNOWN);
        }
        if (found.note().kind() == Kind.FINAL) {
            return dress(Replies.text(Status.FORBIDDEN,
                    "a final upload consists of its parts: PATCH those"));
        }
        requireType(request.headers());
        PieceDigest digest = PieceDigest.ofTus(request.headers());
        long offset = TusCreation.number(request.headers(), OFFSET);
        if (offset < 0) {
            throw new HttpException(Status.BAD_REQUEST, "missing " + OFFSET + ": HEAD returns it");
        }
        if (offset != found.offset()) {
            return dress(conflict(found.offset()));
        }
        if (found.upload().isComplete()) {
            return dress(patchComplete(request, found));
        }
        withLength(found, request);
        long length = found.note().length();
        if (found.note().hasLength() && request.bodyLength() > length - offset) {
            throw new HttpException(Status.CONTENT_TOO_LARGE, LENGTH + " is " + length
                    + ": send at most " + (length - offset) + " more bytes");
        }
        Bytes bytes = new Bytes(found, request, false);
        return request.bodyLength() == 0 ? Append.empty(digest, bytes, offset)
                : new Append(uploads, turn, found, request, digest, bytes);
    }

    private static Response conflict(long offset) {
        return Replies.text(Status.CONFLICT, "the upload has " + offset
                + " bytes: send " + OFFSET + ": " + offset).with(OFFSET, Long.toString(offset));
    }

    static void requireType(Headers headers) throws HttpException {
        String type = headers.first("Content-Type");
        if (type == null || !type.strip().equalsIgnoreCase(TYPE)) {
            throw new HttpException(Status.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be " + TYPE);
        }
    }

    /** A client that has not got the last response may send nothing once more. */
    private static Response patchComplete(RequestHead request, Found found) throws HttpException {
        if (request.bodyLength() != 0) {
            return conflict(found.offset());
        }
        Response done = Response.of(Status.NO_CONTENT)
                .with(OFFSET, Long.toString(found.offset()));
        String etag = found.upload().etag();
        return etag == null ? done : done.with("ETag", etag);
    }

    /** Notes the length that a request tells once it is known. */
    private void withLength(Found found, RequestHead request) throws HttpException {
        long length = TusCreation.number(request.headers(), LENGTH);
        if (length < 0 || length == found.note().length()) {
            return;
        }
        if (found.note().hasLength()) {
            throw new HttpException(Status.BAD_REQUEST, LENGTH + " must not change: it is "
                    + found.note().length());
        }
        if (length < found.offset()) {
            throw new HttpException(Status.BAD_REQUEST, LENGTH + " must be at least "
                    + found.offset() + ", the bytes that have been received");
        }
        uploads.checkLength(length);
        found.note(found.note().withLength(length));
    }

    private Response delete(Found found) throws HttpException {
        if (found == null) {
            return dress(Replies.UNKNOWN);
        }
        found.upload().discard();
        uploads.ended(found.upload().name());
        return dress(Response.of(Status.NO_CONTENT));
    }

    /** What the client is told of the bytes that a POST or PATCH brings. */
    private final class Bytes implements Append.Dialogue {

        private final Found found;
        private final RequestHead request;
        private final boolean creates;

        Bytes(Found found, RequestHead request, boolean creates) {
            this.found = found;
            this.request = request;
            this.creates = creates;
        }

        @Override
        public Response whole(long offset) throws HttpException, IOException {
            if (creates) {
                return created(found, request, offset, request.bodyLength() != 0);
            }
            Response response = Response.of(Status.NO_CONTENT)
                    .with(OFFSET, Long.toString(offset));
            if (isWhole(found.note(), offset)) {
                return uploads.complete(found, request,
                        stored -> dress(stored.status().code() < 300
                                ? withValidators(response, stored) : stored));
            }
            found.upload().force();
            return dress(withExpiry(response, found));
        }

        @Override
        public boolean completes(long offset) {
            return isWhole(found.note(), offset);
        }

        @Override
        public Response mismatch(String field) {
            drop();
            return dress(Replies.text(Replies.CHECKSUM_MISMATCH,
                    "the body does not match its " + field + ": send it again"));
        }

        @Override
        public Response overrun() {
            return dress(Replies.text(Status.CONTENT_TOO_LARGE, "the body goes beyond "
                    + LENGTH + ", " + found.note().length() + ": its bytes were dropped"));
        }

        @Override
        public Response stopped() {
            return dress(Replies.SUPERSEDED);
        }

        @Override
        public void lost() {
            drop();
        }

        /** An upload whose URL its client has not got is of no use. */
        private void drop() {
            if (creates) {
                uploads.discard(found.upload());
            }
        }

        @Override
        public Response of(Response response) {
            return dress(response);
        }
    }
}
