package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Request.Traits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and payloads before anything is sent. */
class S3RequestTest {

    private static S3Request request(String method, Map<String, String> fields) {
        return new S3Request("X", method, "a", S3Request.params("b", "c", "d", null), fields,
                S3Payload.none(), Traits.CHANGE);
    }

    @Test
    void quotesOfATagAreLeftOutOfChangesAlone() {
        Map<String, String> tag = Map.of("If-Match", "\"e\"", "A", "\"b\"");
        S3Request put = request("PUT", tag);
        assertEquals(Map.of("If-Match", "e", "A", "\"b\""), put.withPlainTag().fields());
        assertEquals(Map.of("b", "c"), put.withPlainTag().query());
        for (S3Request same : List.of(request("GET", tag), request("HEAD", tag),
                request("PUT", Map.of("A", "\"b\"")))) {
            assertSame(same, same.withPlainTag());
        }
    }

    @ParameterizedTest
    @CsvSource({"DELETE, 404, NoSuchUpload, true", "PUT, 404, NoSuchUpload, false",
        "DELETE, 404, NoSuchBucket, false", "DELETE, 404, NoSuchKey, true",
        "PUT, 412, '', true"})
    void uploadThatIsGoneIsAnAnswerToItsEndAlone(String method, int status, String code,
            boolean isAnswer) {
        assertEquals(isAnswer, request(method, Map.of()).isAnswer(status, code));
    }

    @Test
    void traitsDifferInWhetherTheEngineIsAskedFirst() {
        assertEquals(new Traits(true, true, true, false, false, Traits.ERROR_BYTES),
                Traits.AGAIN.expecting(true));
        assertEquals(Traits.COMPLETE, Traits.COMPLETE.expecting(false));
    }

    @Test
    void payloadInMemoryHasWhatRemainsOfItsBuffers() {
        ByteBuffer half = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(2);
        S3Payload payload = S3Payload.of(List.of(half, ByteBuffer.allocate(0),
                ByteBuffer.wrap(new byte[] {5})));
        assertEquals(3, payload.length());
        assertEquals(List.of(half, ByteBuffer.wrap(new byte[] {5})), payload.pieces());
        assertTrue(payload.isReplayable());
        assertEquals(2, S3Payload.of(new byte[2]).length());
        assertEquals(0, S3Payload.none().length());
        assertTrue(S3Payload.none().isReplayable());
    }

    @Test
    void streamIsNotReplayableAndItsLengthNotNegative() {
        Flow.Publisher<ByteBuffer> publisher = subscriber -> { };
        S3Payload payload = S3Payload.streamed(0, publisher);
        assertFalse(payload.isReplayable());
        assertSame(publisher, payload.publisher());
        assertEquals(7, S3Payload.streamed(7, publisher).length());
        assertThrows(IllegalArgumentException.class, () -> S3Payload.streamed(-1, publisher));
    }

    @Test
    void queryOfAListKeepsWhatWasSetBefore() {
        assertEquals(new S3ListQuery("p", "/", "k", "n", 5),
                S3ListQuery.of("p").by("/").after("k").from("n").atMost(5));
        assertEquals(new S3ListQuery("p", "/", "k", "n", 5),
                S3ListQuery.of("p").atMost(5).from("n").after("k").by("/"));
    }

    @ParameterizedTest
    @CsvSource({"ab, ab", "+a, ' a'", "a+, 'a '", "%41b, Ab", "b%41, bA", "%2B, +"})
    void keysOfListsAreDecoded(String text, String key) {
        assertEquals(key, UriText.decode(text));
    }
}
