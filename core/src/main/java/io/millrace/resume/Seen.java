package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;

/**
 * An upload as it was when a request looked for it, before its turn to work on it.
 *
 * <p>Threads: any.
 *
 * @param upload null if there was none
 * @param ends see {@link Turns#ends}
 */
record Seen(UnfinishedUpload upload, int ends) {

    /** Looks for an upload. */
    static Seen of(Uploads uploads, String name) throws HttpException, IOException {
        int ends = uploads.turns().ends(name); // before the look, which may take its time
        return new Seen(name.isEmpty() ? null : uploads.all().find(name), ends);
    }

    /** Whether another request has worked on the upload since, so that it may be another now. */
    boolean isOld(Turns turns, String name) {
        return turns.ends(name) != ends;
    }
}
