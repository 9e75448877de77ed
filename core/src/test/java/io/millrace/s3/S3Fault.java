package io.millrace.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * What {@link S3Double} does wrong with a request, and when: at the head, unless one of {@link
 * #afterBytes}, {@link #afterBody} and {@link #afterStoring} says otherwise. Immutable.
 */
public final class S3Fault {

    enum Act {
        NOTHING, ANSWER, RESET, CLOSE, SILENCE, STALL, HOLD
    }

    enum At {
        HEAD, BYTES, BODY, STORED
    }

    /** What an answer that is otherwise right has wrong. */
    enum Twist {
        NONE, HALF_BODY, HALF_THEN_SILENCE, ONE_BYTE_WRONG, WRONG_ETAG, WRONG_CHECKSUM,
        ERROR_INSIDE, NO_CONDITIONS, NO_CONTINUE, NO_ETAG
    }

    static final S3Fault NONE =
            new S3Fault(Act.NOTHING, At.HEAD, 0, Twist.NONE, 0, "", Map.of(), null, null);

    final Act act;
    final At at;
    final long bytes;
    final Twist twist;
    final int status;
    final String code;
    final Map<String, String> fields;
    final String body;
    final Future<?> until;

    private S3Fault(Act act, At at, long bytes, Twist twist, int status, String code,
            Map<String, String> fields, String body, Future<?> until) {
        this.act = act;
        this.at = at;
        this.bytes = bytes;
        this.twist = twist;
        this.status = status;
        this.code = code;
        this.fields = fields;
        this.body = body;
        this.until = until;
    }

    private static S3Fault of(Act act) {
        return new S3Fault(act, At.HEAD, 0, Twist.NONE, 0, "", Map.of(), null, null);
    }

    private static S3Fault of(Twist twist, String code) {
        return new S3Fault(Act.NOTHING, At.HEAD, 0, twist, 0, code, Map.of(), null, null);
    }

    /** An error in XML, such as 503 and {@code SlowDown}. */
    public static S3Fault answer(int status, String code) {
        return new S3Fault(Act.ANSWER, At.HEAD, 0, Twist.NONE, status, code, Map.of(), null, null);
    }

    /** An answer with this text as its body, such as the page of a proxy in front. */
    public static S3Fault text(int status, String body) {
        return new S3Fault(Act.ANSWER, At.HEAD, 0, Twist.NONE, status, "", Map.of(), body, null);
    }

    /** A reset connection. */
    public static S3Fault reset() {
        return of(Act.RESET);
    }

    /** A connection that ends as if all were well, without an answer. */
    public static S3Fault close() {
        return of(Act.CLOSE);
    }

    /** No answer: whatever comes is read and dropped until the client leaves. */
    public static S3Fault silence() {
        return of(Act.SILENCE);
    }

    /** No answer, and not a byte more is read, until the double is closed. */
    public static S3Fault stall() {
        return of(Act.STALL);
    }

    /** Goes on as usual once that is done, or after a minute. */
    public static S3Fault hold(Future<?> until) {
        return new S3Fault(Act.HOLD, At.HEAD, 0, Twist.NONE, 0, "", Map.of(), null, until);
    }

    /** The connection ends after half of the answer's body. */
    public static S3Fault halfBody() {
        return of(Twist.HALF_BODY, "");
    }

    /** Nothing more comes after half of the answer's body, until the client leaves. */
    public static S3Fault halfBodyThenSilence() {
        return of(Twist.HALF_THEN_SILENCE, "");
    }

    /** The middle byte of the answer's body is another one. */
    public static S3Fault oneByteWrong() {
        return of(Twist.ONE_BYTE_WRONG, "");
    }

    /** The answer has the ETag of something else; what is stored has its own. */
    public static S3Fault wrongEtag() {
        return of(Twist.WRONG_ETAG, "");
    }

    /** The answer has no ETag. */
    public static S3Fault noEtag() {
        return of(Twist.NO_ETAG, "");
    }

    /** The answer's checksum fields are those of something else. */
    public static S3Fault wrongChecksum() {
        return of(Twist.WRONG_CHECKSUM, "");
    }

    /** 200 with white space first, and then an error instead of the result; nothing is stored. */
    public static S3Fault errorInside(String code) {
        return of(Twist.ERROR_INSIDE, code);
    }

    /** Carried out as if the request had no conditions. */
    public static S3Fault ignoringConditions() {
        return of(Twist.NO_CONDITIONS, "");
    }

    /** No 100 (Continue): the body is waited for. */
    public static S3Fault ignoringExpect() {
        return of(Twist.NO_CONTINUE, "");
    }

    /** Once so many bytes of the request's body have come. */
    public S3Fault afterBytes(long count) {
        return new S3Fault(act, At.BYTES, count, twist, status, code, fields, body, until);
    }

    /** Once the request's body has come, with nothing stored. */
    public S3Fault afterBody() {
        return new S3Fault(act, At.BODY, 0, twist, status, code, fields, body, until);
    }

    /** Once the request is carried out. */
    public S3Fault afterStoring() {
        return new S3Fault(act, At.STORED, 0, twist, status, code, fields, body, until);
    }

    /** With a field more in the answer. */
    public S3Fault field(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new S3Fault(act, at, bytes, twist, status, code, Map.copyOf(more), body, until);
    }
}
