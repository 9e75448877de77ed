package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * What responses of engines mean. Their error codes are those of the S3 API reference ("Error
 * responses"), as far as a store has to tell them apart; what answers without a code, or with a
 * page of HTML, is judged by its status.
 *
 * <p>Threads: any.
 */
final class Replies {

    /** Engines refuse what is 15 minutes off; a clock this far off will be soon. */
    static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private static final int SHOWN_LETTERS = 200;
    /** What engines say of another region that don't name theirs. */
    private static final String NAMELESS_REGION = "AuthorizationHeaderMalformed";

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("SlowDown", Kind.SLOW_DOWN),
            Map.entry("Throttling", Kind.SLOW_DOWN),
            Map.entry("ThrottlingException", Kind.SLOW_DOWN),
            Map.entry("TooManyRequests", Kind.SLOW_DOWN),
            Map.entry("RequestLimitExceeded", Kind.SLOW_DOWN),
            Map.entry("BandwidthLimitExceeded", Kind.SLOW_DOWN),
            Map.entry("ServiceUnavailable", Kind.UNAVAILABLE),
            Map.entry("InternalError", Kind.INTERNAL),
            Map.entry("RequestTimeout", Kind.TIMEOUT),
            Map.entry("RequestTimeTooSkewed", Kind.CLOCK_SKEW),
            Map.entry("RequestExpired", Kind.CLOCK_SKEW),
            Map.entry("SignatureDoesNotMatch", Kind.WRONG_KEYS),
            Map.entry("InvalidAccessKeyId", Kind.WRONG_KEYS),
            Map.entry("ExpiredToken", Kind.WRONG_KEYS),
            Map.entry("InvalidToken", Kind.WRONG_KEYS),
            Map.entry("TokenRefreshRequired", Kind.WRONG_KEYS),
            Map.entry("AccessDenied", Kind.DENIED),
            Map.entry("NoSuchBucket", Kind.NO_BUCKET),
            Map.entry("NoSuchUpload", Kind.NO_UPLOAD),
            Map.entry("PermanentRedirect", Kind.WRONG_REGION),
            Map.entry("TemporaryRedirect", Kind.WRONG_REGION),
            Map.entry("AuthorizationHeaderMalformed", Kind.WRONG_REGION),
            Map.entry("IllegalLocationConstraintException", Kind.WRONG_REGION),
            Map.entry("BadDigest", Kind.BAD_DIGEST),
            Map.entry("InvalidDigest", Kind.BAD_DIGEST),
            Map.entry("XAmzContentSHA256Mismatch", Kind.BAD_DIGEST),
            Map.entry("XAmzContentChecksumMismatch", Kind.BAD_DIGEST),
            Map.entry("EntityTooLarge", Kind.TOO_LARGE),
            Map.entry("QuotaExceeded", Kind.FULL),
            Map.entry("InsufficientStorage", Kind.FULL),
            Map.entry("XMinioStorageFull", Kind.FULL),
            Map.entry("XMinioAdminBucketQuotaExceeded", Kind.FULL),
            Map.entry("NotImplemented", Kind.NOT_SUPPORTED),
            Map.entry("MethodNotAllowed", Kind.NOT_SUPPORTED),
            Map.entry("OperationAborted", Kind.REFUSED),
            Map.entry("ConditionalRequestConflict", Kind.REFUSED));

    private Replies() {
    }

    /** The {@code Content-Length}; -1 if there is none. */
    static long length(HttpHeaders fields) {
        try {
            return fields.firstValueAsLong("Content-Length").orElse(-1);
        } catch (NumberFormatException e) { // no length, then
            return -1;
        }
    }

    /**
     * Whether a change lost to another one that is under way, and may be tried again. Without a
     * code it is one, too: there are JDKs that drop it (see {@link Attempt}).
     */
    static boolean isConflict(int status, String code) {
        return status == 409 && (code.isEmpty() || code.equals("ConditionalRequestConflict")
                || code.equals("OperationAborted"));
    }

    /** Whether it is an answer to the client of a store, and no failure. */
    static boolean isAnswer(int status, String code) {
        return switch (status) {
            case 304, 412, 416 -> true;
            case 404 -> !code.equals("NoSuchBucket") && !code.equals("NoSuchUpload");
            case 409 -> isConflict(status, code);
            default -> status / 100 == 2;
        };
    }

    /**
     * The failure of a response.
     *
     * @param isUnsure whether the request is a change that the engine has got
     */
    static S3Exception failure(String operation, int status, HttpHeaders fields, Xml error,
            boolean isUnsure, S3Keys keys, String region, Instant now) {
        String code = error == null ? "" : shown(error.text("Code"), keys);
        String wantedRegion = region(fields, error);
        Kind kind = kind(status, code, wantedRegion, region);
        Duration skew = skew(fields, now);
        boolean isRefusal = status == 403 || kind == Kind.WRONG_KEYS || kind == Kind.CLOCK_SKEW;
        if (isRefusal && skew.abs().compareTo(MOST_SKEW) > 0) {
            kind = Kind.CLOCK_SKEW;
        }
        String id = fields.firstValue("x-amz-request-id").or(() -> fields.firstValue(
                "x-amz-id-2")).orElse(error == null ? "" : error.text("RequestId"));
        String message = operation + ": the engine answered " + status
                + (code.isEmpty() ? "" : " " + code) + hint(kind, code, skew, wantedRegion, region)
                + told(error, keys) + (id.isEmpty() ? "" : " (request " + shown(id, keys) + ")");
        // 5xx says nothing of what was done before; SlowDown says that nothing was.
        boolean mayBeDone = isUnsure && status >= 500 && kind != Kind.SLOW_DOWN
                && kind != Kind.NOT_SUPPORTED && kind != Kind.FULL;
        return new S3Exception(kind, mayBeDone, message, null, status, code, shown(id, keys));
    }

    private static Kind kind(int status, String code, String wantedRegion, String region) {
        boolean isElsewhere = !wantedRegion.isEmpty() && !wantedRegion.equals(region);
        Kind kind = KINDS.get(code);
        if (kind == Kind.WRONG_REGION && !isElsewhere) {
            return status / 100 == 3 ? Kind.REDIRECTED : Kind.WRONG_KEYS;
        }
        if (kind != null) {
            return kind;
        }
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 405, 501 -> Kind.NOT_SUPPORTED;
            case 408 -> Kind.TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.SLOW_DOWN;
            case 500 -> Kind.INTERNAL;
            case 502, 503, 504 -> Kind.UNAVAILABLE;
            case 507 -> Kind.FULL;
            // A HEAD of another region's bucket is a 301 or a 400 without a code.
            case 301, 302, 307, 308 -> isElsewhere ? Kind.WRONG_REGION : Kind.REDIRECTED;
            case 400 -> isElsewhere ? Kind.WRONG_REGION : Kind.REFUSED;
            default -> status / 100 == 3 ? Kind.REDIRECTED
                    : status >= 500 ? Kind.INTERNAL : Kind.REFUSED;
        };
    }

    /** The region that the engine names; empty if it names none. */
    static String region(HttpHeaders fields, Xml error) {
        String region = fields.firstValue("x-amz-bucket-region")
                .orElse(error == null ? "" : error.text("Region"));
        return region.matches("[A-Za-z0-9-]{1,64}") ? region : "";
    }

    /** How far the engine's clock is ahead; zero if it doesn't say. */
    private static Duration skew(HttpHeaders fields, Instant now) {
        try {
            return fields.firstValue("Date").map(date -> Duration.between(now,
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from)))
                    .orElse(Duration.ZERO);
        } catch (DateTimeException e) { // no date, then
            return Duration.ZERO;
        }
    }

    private static String hint(Kind kind, String code, Duration skew, String wantedRegion,
            String region) {
        return switch (kind) {
            case CLOCK_SKEW -> ": this machine's clock is " + (skew.isZero() ? "wrong"
                    : Math.abs(skew.toSeconds()) + " s " + (skew.isNegative() ? "ahead of"
                            : "behind") + " the engine's") + "; set both by NTP";
            case WRONG_REGION -> ": the bucket is in " + wantedRegion + ", and requests are signed"
                    + " for " + region + "; set the region to " + wantedRegion;
            case WRONG_KEYS -> code.equals(NAMELESS_REGION)
                    ? ": the requests are signed for the region " + region + ", which may be wrong;"
                            + " set the region, if the keys are right"
                    : ": the keys are wrong or no longer valid";
            case REDIRECTED -> ": redirects are not followed; set the endpoint that the bucket has";
            default -> "";
        };
    }

    private static String told(Xml error, S3Keys keys) {
        String message = error == null ? "" : shown(error.text("Message"), keys);
        return message.isEmpty() ? "" : ": \"" + message + "\"";
    }

    /** On one line, not longer than a line, without a secret. */
    private static String shown(String text, S3Keys keys) {
        String line = keys.hideIn(text).replaceAll("[^ -~]+", " ").strip();
        return line.length() <= SHOWN_LETTERS ? line : line.substring(0, SHOWN_LETTERS) + "...";
    }
}
