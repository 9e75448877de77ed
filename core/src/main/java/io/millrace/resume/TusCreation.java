package io.millrace.resume;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.resume.UploadNote.Dialect;
import io.millrace.resume.UploadNote.Kind;

/**
 * What a POST of tus asks for.
 *
 * <p>Threads: any, immutable.
 *
 * @param path the path of the object, percent-encoded
 * @param note the upload that it begins
 */
record TusCreation(String path, UploadNote note) {

    private static final String FINAL = "final;";

    /**
     * Reads a POST.
     *
     * @throws HttpException 400 if a field is malformed, or 413, 415 for a body that can't be
     */
    static TusCreation of(RequestHead request, long nowMs) throws HttpException {
        Headers headers = request.headers();
        String concat = headers.first("Upload-Concat");
        Kind kind = concat == null ? Kind.WHOLE
                : concat.equals("partial") ? Kind.PARTIAL
                : concat.startsWith(FINAL) ? Kind.FINAL : null;
        if (kind == null) {
            throw new HttpException(Status.BAD_REQUEST,
                    "Upload-Concat must be partial, or final; and the URLs of the parts");
        }
        long length = length(headers, kind);
        if (request.bodyLength() != 0) {
            if (kind == Kind.FINAL) {
                throw new HttpException(Status.BAD_REQUEST,
                        "a final upload consists of its parts: send no body");
            }
            TusDialect.requireType(headers);
            if (length >= 0 && request.bodyLength() > length) {
                throw new HttpException(Status.CONTENT_TOO_LARGE,
                        "the body is longer than Upload-Length");
            }
        }
        TusMetadata metadata = TusMetadata.parse(headers.first("Upload-Metadata"));
        String path = UploadPath.object(UploadPath.folder(request), metadata.text("filename"),
                metadata.text("relativePath"));
        return new TusCreation(path, new UploadNote(Dialect.TUS, 0, kind, length, nowMs,
                UploadNote.ALL, metadata.text(), concat == null ? "" : concat,
                ObjectHeaders.ofTus(headers, metadata.text("filetype"))));
    }

    private static long length(Headers headers, Kind kind) throws HttpException {
        long length = number(headers, "Upload-Length");
        String deferred = headers.first("Upload-Defer-Length");
        if (deferred != null && !deferred.equals("1")) {
            throw new HttpException(Status.BAD_REQUEST, "Upload-Defer-Length must be 1");
        }
        boolean isMade = kind == Kind.FINAL;
        if (isMade && (length >= 0 || deferred != null)) {
            throw new HttpException(Status.BAD_REQUEST,
                    "a final upload has the length of its parts: omit Upload-Length");
        }
        if (!isMade && length >= 0 == (deferred != null)) {
            throw new HttpException(Status.BAD_REQUEST,
                    "send either Upload-Length or Upload-Defer-Length: 1");
        }
        return length;
    }

    /**
     * The number in a field.
     *
     * @return -1 if there is none
     * @throws HttpException 400 if it isn't a number of bytes
     */
    static long number(Headers headers, String name) throws HttpException {
        String text = headers.first(name);
        if (text == null) {
            return -1;
        }
        // 18 digits: no sum of two overflows.
        if (headers.all(name).size() > 1 || text.isEmpty() || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new HttpException(Status.BAD_REQUEST, name + " must be a number of bytes");
        }
        return Long.parseLong(text);
    }

    /** The URLs of the parts of an upload that is made of others. */
    String[] parts() {
        return note.concat().substring(FINAL.length()).strip().split(" +");
    }
}
