package io.millrace.bucket.write;

import io.millrace.content.DigestAlgorithm;
import io.millrace.s3.S3Answer;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What tells one write of an object from all others: a random text among its metadata. If an engine
 * breaks off without a response, a look at the object tells whether it was stored.
 *
 * <p>Threads: any, immutable.
 *
 * @param text as it is kept
 */
public record WriteMark(String text) { // decision 324

    private static final String PREFIX = "x-amz-meta-millrace-";
    /** The field of a write's mark. */
    static final String FIELD = PREFIX + "put";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 15;

    /** A mark that no other write has. */
    public static WriteMark random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new WriteMark(Base64.getUrlEncoder().encodeToString(bytes));
    }

    /** The field of a digest of the object, in Base64, that its client has announced. */
    static String digestField(DigestAlgorithm algorithm) {
        return PREFIX + algorithm.key();
    }

    /** Whether the object that was looked at is from this write. */
    boolean isOf(S3Answer head) {
        return head.isSuccess() && text.equals(head.field(FIELD));
    }
}
