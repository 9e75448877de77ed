package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.resume.Uploads.Found;

/**
 * What the draft has responses say, in the words of each of its versions.
 *
 * <p>Threads: any, immutable.
 *
 * @param uploads what the limits are
 * @param interop the version that the client has announced; 0 if none
 */
record DraftReplies(Uploads uploads, int interop) {

    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    /** A response that says whether it is about the whole object, or about the upload only. */
    Response mark(Response response, boolean isComplete) {
        return interop == DraftRequest.OLDEST
                ? response.with(DraftRequest.INCOMPLETE, isComplete ? "?0" : "?1")
                : response.with(DraftRequest.COMPLETE, isComplete ? "?1" : "?0");
    }

    /** The same of one that may still be to come; with the limits if something is too large. */
    Response markLater(Response response, boolean isComplete) {
        return UploadWork.map(response, known -> {
            Response marked = mark(known, isComplete);
            return known.status().code() == Status.CONTENT_TOO_LARGE.code()
                    ? limit(marked, uploads.bounds().expiryMs() / 1000) : marked;
        }, () -> { });
    }

    Response offset(Response response, long offset) {
        return response.with(DraftRequest.OFFSET, Long.toString(offset));
    }

    Response limit(Response response, Found found) throws HttpException {
        return limit(response, found.remainingSeconds());
    }

    /** With the limits of an upload that is kept so long. */
    Response limit(Response response, long seconds) {
        String age = interop == DraftRequest.HAS_TYPE ? "expires=" : "max-age=";
        long maxBytes = uploads.maxUploadBytes();
        return response.with("Upload-Limit", maxBytes == Long.MAX_VALUE ? age + seconds
                : "max-size=" + Math.min(maxBytes, MAX_INTEGER) + ", " + age + seconds);
    }

    /** The largest integer of a structured field (RFC 9651 section 3.3.1). */
    private static final long MAX_INTEGER = 999_999_999_999_999L;

    /** Section on mismatching offsets. */
    Response mismatch(long expected, long provided) {
        return mark(offset(Replies.problem(Status.CONFLICT, "{\"type\":\"" + TYPES
                + "mismatching-upload-offset\",\"title\":\"the offset of the request is not that "
                + "of the upload\",\"expected-offset\":" + expected + ",\"provided-offset\":"
                + provided + "}"), expected), false);
    }

    /** Section on inconsistent lengths. */
    Response inconsistent() {
        return mark(Replies.problem(Status.BAD_REQUEST, "{\"type\":\"" + TYPES
                + "inconsistent-upload-length\",\"title\":\"the lengths of the upload that were "
                + "sent differ\"}"), false);
    }

    /** Of drafts 04 to 11: nothing can be added to what is complete. */
    Response completed() {
        return mark(Replies.problem(Status.BAD_REQUEST, "{\"type\":\"" + TYPES
                + "completed-upload\",\"title\":\"the upload is complete\"}"), false);
    }

    Response refused(Status status, String line) {
        return mark(Replies.text(status, line), false);
    }
}
