package io.millrace.bucket.cache;

import io.millrace.content.Validators;
import io.millrace.http.HttpDate;
import io.millrace.s3.S3Answer;

/** The validators of an object as its engine tells them. Threads: any. */
public final class EngineValidators {

    private EngineValidators() {
    }

    /** Those of a response with an object's head; what is malformed is missing. */
    public static Validators of(S3Answer head) {
        String date = head.field("Last-Modified");
        return of(head.etag(), date == null ? HttpDate.NONE : HttpDate.parse(date));
    }

    /** Those of a tag and a time in seconds since 1970. */
    public static Validators of(String etag, long modifiedSecond) {
        try {
            return new Validators(etag, modifiedSecond);
        } catch (IllegalArgumentException e) { // a tag that no client could send back
            return new Validators(null, modifiedSecond);
        }
    }
}
