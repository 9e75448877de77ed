package io.millrace.s3;

import io.millrace.http.HttpDate;
import java.time.Instant;
import java.util.Map;

/** Whether the conditions of a request hold, as AWS documents it for each operation. */
final class DoubleConditions {

    private DoubleConditions() {
    }

    /**
     * Of PutObject and CompleteMultipartUpload (AWS: How to prevent object overwrites with
     * conditional writes).
     */
    static void checkWrite(DoubleCall call, S3Stored now) throws DoubleRefusal {
        String absent = call.field("if-none-match");
        String match = call.field("if-match");
        if (!absent.isEmpty() && !absent.equals("*") || !absent.isEmpty() && !match.isEmpty()
                || match.equals("*") || match.contains(",") || match.startsWith("W/")
                || call.has("if-modified-since") || call.has("if-unmodified-since")) {
            throw new DoubleRefusal(501, "NotImplemented", "A header you provided implies "
                    + "functionality that is not implemented");
        }
        if (!absent.isEmpty() && now != null) {
            throw failed("If-None-Match");
        }
        if (!match.isEmpty()) {
            if (now == null) {
                throw noSuchKey(call);
            }
            if (!same(match, now)) {
                throw failed("If-Match");
            }
        }
    }

    /** Of DeleteObject (AWS: How to perform conditional deletes). */
    static void checkDelete(DoubleCall call, S3Stored now) throws DoubleRefusal {
        String match = call.field("if-match");
        if (match.isEmpty()) {
            return;
        }
        if (now == null) {
            throw match.equals("*") ? failed("If-Match") : noSuchKey(call);
        }
        if (!match.equals("*") && !same(match, now)) {
            throw failed("If-Match");
        }
    }

    /**
     * Of GetObject and HeadObject.
     *
     * @return false for 304
     */
    static boolean checkRead(DoubleCall call, S3Stored now) throws DoubleRefusal {
        String match = call.field("if-match");
        if (!match.isEmpty() && !match.equals("*") && !same(match, now)) {
            throw failed("If-Match");
        }
        if (match.isEmpty() && call.has("if-unmodified-since")
                && now.modified().isAfter(date(call, "if-unmodified-since"))) {
            throw failed("If-Unmodified-Since");
        }
        String none = call.field("if-none-match");
        if (!none.isEmpty()) {
            return !none.equals("*") && !same(none, now);
        }
        return !call.has("if-modified-since")
                || now.modified().isAfter(date(call, "if-modified-since"));
    }

    private static Instant date(DoubleCall call, String field) {
        long second = HttpDate.parse(call.field(field));
        // A date that is none sets no condition (RFC 9110, section 13.1.3).
        return second != HttpDate.NONE ? Instant.ofEpochSecond(second)
                : field.equals("if-modified-since") ? Instant.MIN : Instant.MAX;
    }

    /** AWS takes an ETag without its quotation marks too. */
    private static boolean same(String condition, S3Stored now) {
        return condition.replace("\"", "").equals(now.etag().replace("\"", ""));
    }

    private static DoubleRefusal failed(String condition) {
        return new DoubleRefusal(DoubleAnswer.error(412, "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                Map.of("Condition", condition)));
    }

    static DoubleRefusal noSuchKey(DoubleCall call) {
        return new DoubleRefusal(DoubleAnswer.error(404, "NoSuchKey",
                "The specified key does not exist.", Map.of("Key", call.key())));
    }
}
