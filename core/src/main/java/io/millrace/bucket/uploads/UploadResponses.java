package io.millrace.bucket.uploads;

import io.millrace.bucket.engine.BucketResponses;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.KeyResponses;

/** What clients of unfinished uploads are told. Threads: any, immutable. */
final class UploadResponses {

    static final Response UNKEPT = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "the engine of this store doesn't hold conditional writes, without which two servers"
                    + " would mix an upload of several requests: send the object in one PUT");
    static final Response SUPERSEDED = KeyResponses.text(Status.CONFLICT,
            "another request continues this upload: get its offset, then send the rest");
    static final Response GONE = KeyResponses.text(Status.NOT_FOUND,
            "no such upload: it has expired or was ended; begin a new one");
    static final Response UNCHECKED = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "an upload of several requests can't be read back to compare its Repr-Digest here: "
                    + "send Content-Digest with each request, or the object in one PUT");
    static final Response NO_COPIES = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "an upload can't be made of others in a bucket: send the object as one upload");
    static final Response NO_MEMORY = BucketResponses.retry(1,
            "too many uploads are in progress for this server's memory; retry later");
    static final Response NO_PARTS = KeyResponses.text(Status.CONTENT_TOO_LARGE,
            "the upload has as many parts as it may: begin a new one, with its length, and send"
                    + " it in fewer requests");
    static final Response DROPPED = KeyResponses.text(Status.CONFLICT,
            "the engine has dropped the bytes of this upload, or they became the object, which"
                    + " was replaced: use HEAD to see the object, or begin a new upload");

    private UploadResponses() {
    }
}
