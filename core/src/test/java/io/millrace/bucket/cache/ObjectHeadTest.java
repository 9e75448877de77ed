package io.millrace.bucket.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.HttpException;
import io.millrace.s3.EngineAnswers;
import io.millrace.s3.S3Answer;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of an engine's response, and which response has the bytes that were asked for. */
class ObjectHeadTest {

    private static final byte[] BYTES = {1, 2, 3};

    @Test
    void lengthOfAPartIsThatOfItsObject() throws Exception {
        ObjectHead head = ObjectHead.of(EngineAnswers.of(206, "Content-Length: 3",
                "Content-Range: bytes 7-9/123456789012345678"));
        assertEquals(123_456_789_012_345_678L, head.sizeBytes());
        assertEquals(7, head.first());
    }

    @Test
    void contentRangeOfAWholeObjectIsIgnored() throws Exception {
        ObjectHead head = ObjectHead.of(EngineAnswers.of(200, "Content-Length: 3",
                "Content-Range: bytes 7-9/100"));
        assertEquals(3, head.sizeBytes());
        assertEquals(0, head.first());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes 7-9/*", "bytes */100", "7-9/100", "bytes 7-9/100x",
        "bytes 7-9/1234567890123456789"})
    void partThatDoesNotSayWhereItBelongsIsRefused(String range) {
        S3Answer answer = EngineAnswers.of(206, "Content-Length: 3", range.isEmpty() ? "X: y"
                : "Content-Range: " + range);
        assertEquals(502, assertThrows(HttpException.class, () -> ObjectHead.of(answer))
                .response().status().code());
    }

    @Test
    void objectWithoutALengthIsRefusedAndAnEmptyOneIsNot() throws Exception {
        assertThrows(HttpException.class, () -> ObjectHead.of(EngineAnswers.of(200)));
        assertEquals(0, ObjectHead.of(EngineAnswers.of(200, "Content-Length: 0")).sizeBytes());
    }

    private static byte[] digest(DigestAlgorithm algorithm) {
        return algorithm.start().digest(BYTES);
    }

    private static ObjectHead withDigest(String type) throws HttpException {
        return ObjectHead.of(EngineAnswers.of(200, "Content-Length: 3", "x-amz-checksum-sha256: "
                + Base64.getEncoder().encodeToString(digest(DigestAlgorithm.SHA_256)),
                "x-amz-checksum-type: " + type));
    }

    @Test
    void checksumIsADigestOnlyIfItIsOfTheWholeObject() throws Exception {
        assertArrayEquals(digest(DigestAlgorithm.SHA_256),
                withDigest("FULL_OBJECT").digests().get(DigestAlgorithm.SHA_256));
        assertEquals(Set.of(), withDigest("COMPOSITE").digests().keySet());
    }

    @Test
    void digestsThatAreMissingAreMadeOfTheBytesAndOthersKept() throws Exception {
        ObjectHead head = withDigest("FULL_OBJECT");
        assertSame(head, head.with(new byte[] {9}, DigestAlgorithm.SHA_256, null));
        ObjectHead more = head.with(BYTES, DigestAlgorithm.SHA_256, null, DigestAlgorithm.SHA_512);
        assertArrayEquals(digest(DigestAlgorithm.SHA_512),
                more.digests().get(DigestAlgorithm.SHA_512));
        assertSame(head.digests().get(DigestAlgorithm.SHA_256),
                more.digests().get(DigestAlgorithm.SHA_256));
        assertNull(head.digests().get(DigestAlgorithm.SHA_512));
    }

    // The rest of a version, which an engine may take from another one.

    private static boolean isRest(String etag, S3Answer answer) {
        return new ObjectVersion(null, "a", etag, 100).isIn(answer, 7);
    }

    @ParameterizedTest
    @CsvSource({"206, 7-99/100, e, true", "206, 6-99/100, e, false", "206, 8-99/100, e, false",
        "206, 7-99/101, e, false", "206, 7-99/100, f, false", "206, 7-99/x, e, false",
        "404, 7-99/100, e, false", "412, 7-99/100, e, false"})
    void responseWithOtherBytesIsNotTheRest(int status, String range, String etag,
            boolean isRest) {
        assertEquals(isRest, isRest("\"e\"", EngineAnswers.withBody(status,
                "Content-Range: bytes " + range, "ETag: \"" + etag + "\"")));
    }

    @Test
    void tagIsComparedWhereBothHaveOneAndABodyIsNeeded() {
        String range = "Content-Range: bytes 7-99/100";
        assertTrue(isRest(null, EngineAnswers.withBody(206, range, "ETag: \"f\"")));
        assertTrue(isRest("\"e\"", EngineAnswers.withBody(206, range)));
        assertFalse(isRest("\"e\"", EngineAnswers.of(206, range, "ETag: \"e\"")));
        assertFalse(isRest("\"e\"", EngineAnswers.withBody(200, "Content-Length: 100",
                "ETag: \"e\"")), "it begins at 0");
    }
}
