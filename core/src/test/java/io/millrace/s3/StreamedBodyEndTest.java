package io.millrace.s3;

import static io.millrace.s3.StreamEnds.pieces;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.s3.StreamEnds.Reader;
import io.millrace.s3.StreamEnds.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a body from the engine ends: whole, broken off, given up or too late. */
class StreamedBodyEndTest {

    private static final long PROGRESS_NS = Duration.ofSeconds(30).toNanos();

    private final Source source = new Source();
    private int ends;

    private StreamedBody body(long length) {
        return new StreamedBody(length, PROGRESS_NS, count -> { }, () -> ends++);
    }

    /** A body that has begun to arrive. */
    private StreamedBody begun(long length) {
        StreamedBody body = body(length);
        body.onSubscribe(source);
        return body;
    }

    private static Reader reader(StreamedBody body, long demand) {
        Reader reader = new Reader(false);
        body.subscribe(reader);
        if (demand > 0) {
            reader.asked.request(demand);
        }
        return reader;
    }

    private static S3Exception told(Reader reader) {
        return assertInstanceOf(S3Exception.class, reader.failure);
    }

    @ParameterizedTest
    @CsvSource({"10, the body ended after 3 of 10 bytes", "2, the body ended after 3 of 2 bytes",
        "0, the body ended after 3 of 0 bytes"})
    void bodyOfAnotherLengthThanItsOwnIsNotWhole(long length, String told) {
        StreamedBody body = begun(length);
        Reader reader = reader(body, 9);
        body.onNext(pieces("abc"));
        body.onComplete();
        assertEquals(Kind.RESET, told(reader).kind());
        assertEquals(told, told(reader).getMessage());
        assertEquals(1, ends);
    }

    @ParameterizedTest
    @CsvSource({"10, the body ended after 3 of 10 bytes", "0, the body ended after 3 of 0 bytes",
        "-1, the body ended after 3 of unknown bytes"})
    void bodyThatBreaksOffTellsHowFarItCame(long length, String told) {
        StreamedBody body = begun(length);
        Reader reader = reader(body, 1);
        body.onNext(pieces("abc"));
        IOException cause = new IOException("reset");
        body.onError(cause);
        assertEquals(Kind.RESET, told(reader).kind());
        assertEquals(told, told(reader).getMessage());
        assertEquals(cause, told(reader).getCause());
        assertEquals(1, ends);
        reader.asked.cancel();
        assertEquals(0, source.cancelled, "the source has ended");
        assertEquals(1, ends);
    }

    @Test
    void emptyBodyIsWhole() {
        StreamedBody body = begun(0);
        Reader reader = reader(body, 0);
        body.onComplete();
        assertTrue(reader.isComplete);
    }

    @Test
    void failureGoesBeforePiecesThatWait() {
        StreamedBody body = begun(9);
        Reader reader = reader(body, 1);
        body.onNext(pieces("abc", "def"));
        body.fail(new S3Exception(Kind.CLOSED, false, "closed", null));
        assertEquals(Kind.CLOSED, told(reader).kind());
        assertEquals(1, source.cancelled);
        assertEquals(1, ends);
        body.onError(new IOException("cancelled"));
        reader.asked.request(1);
        assertEquals("abc|", reader.text());
        assertEquals(1, ends);
    }

    @Test
    void firstFailureIsTheOneThatIsTold() {
        StreamedBody body = begun(9);
        body.fail(new S3Exception(Kind.CLOSED, false, "closed", null));
        body.fail(new S3Exception(Kind.TIMEOUT, false, "late", null));
        body.onError(new IOException("cancelled"));
        assertEquals(1, source.cancelled);
        assertEquals(Kind.CLOSED, told(reader(body, 0)).kind());
    }

    /** Memory may be short. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readerThatThrowsIsToldSoAndTheEngineIsCut(boolean isComplete) {
        InternalError thrown = new InternalError("test");
        Reader reader = new Reader(false) {
            @Override
            public void onNext(ByteBuffer piece) {
                super.onNext(piece);
                throw thrown;
            }
        };
        StreamedBody body = begun(6);
        body.subscribe(reader);
        body.onNext(pieces("abc", "def"));
        if (isComplete) {
            body.onComplete();
        }
        reader.asked.request(2);
        assertEquals("abc|", reader.text());
        assertEquals(thrown, reader.failure);
        assertEquals(isComplete ? 0 : 1, source.cancelled);
        assertEquals(1, ends);
    }

    @Test
    void bodyThatFailsBeforeItBeginsIsCutWhenItDoes() {
        StreamedBody body = body(9);
        Reader reader = reader(body, 1);
        body.fail(new S3Exception(Kind.CLOSED, false, "closed", null));
        assertEquals(Kind.CLOSED, told(reader).kind());
        body.onSubscribe(source);
        assertEquals(1, source.cancelled);
        assertEquals(0, source.requested);
    }

    @Test
    void bodyThatFailsBeforeItHasAReaderIsCutWhenItBegins() {
        StreamedBody body = body(9);
        body.fail(new S3Exception(Kind.TIMEOUT, false, "too late", null));
        body.onSubscribe(source);
        assertEquals(1, source.cancelled);
        assertEquals(Kind.TIMEOUT, told(reader(body, 1)).kind());
        assertEquals(1, ends);
    }

    @Test
    void failureBehindTheEndIsNone() {
        StreamedBody body = begun(3);
        Reader reader = reader(body, 0);
        body.onNext(pieces("abc"));
        body.onComplete();
        body.fail(new S3Exception(Kind.CLOSED, false, "closed", null));
        assertEquals(0, source.cancelled);
        reader.asked.request(1);
        assertEquals("abc|", reader.text());
        assertTrue(reader.isComplete);
    }

    @Test
    void failureOfABodyThatWasGivenUpIsNone() {
        StreamedBody body = begun(3);
        Reader reader = reader(body, 1);
        reader.asked.cancel();
        body.fail(new S3Exception(Kind.CLOSED, false, "closed", null));
        assertEquals(1, source.cancelled);
        assertNull(reader.failure);
    }

    // time: since is between the two looks at the clock

    private static boolean isExpired(StreamedBody body, long nowNs, Source source) {
        int before = source.cancelled;
        body.expire(nowNs);
        return source.cancelled > before;
    }

    @Test
    void bodyWithoutAReaderExpiresBehindItsTimeAndNotBefore() {
        long beforeNs = System.nanoTime();
        StreamedBody body = begun(9);
        long afterNs = System.nanoTime();
        assertFalse(isExpired(body, beforeNs + PROGRESS_NS, source));
        assertTrue(isExpired(body, afterNs + PROGRESS_NS + 1, source));
        assertEquals(1, ends);
        S3Exception failure = told(reader(body, 0));
        assertEquals(Kind.TIMEOUT, failure.kind());
        assertEquals("the engine sent nothing more of a body for 30000 ms", failure.getMessage());
    }

    @Test
    void engineHasItsTimeAnewForEachSignal() {
        StreamedBody body = begun(9);
        Reader reader = reader(body, 0);
        long beforeNs = System.nanoTime();
        reader.asked.request(1);
        assertFalse(isExpired(body, beforeNs + PROGRESS_NS, source));
        body.onNext(pieces("abc"));
        assertFalse(isExpired(body, System.nanoTime() + 2 * PROGRESS_NS, source),
                "it is the reader who takes its time");
        beforeNs = System.nanoTime();
        reader.asked.request(1);
        long afterNs = System.nanoTime();
        assertFalse(isExpired(body, beforeNs + PROGRESS_NS, source));
        assertTrue(isExpired(body, afterNs + PROGRESS_NS + 1, source));
        assertEquals(Kind.TIMEOUT, told(reader).kind());
    }

    @Test
    void bodyThatIsWholeOrGivenUpDoesNotExpire() {
        StreamedBody whole = begun(-1);
        whole.onComplete();
        long lateNs = System.nanoTime() + 2 * PROGRESS_NS;
        assertFalse(isExpired(whole, lateNs, source));
        assertTrue(reader(whole, 0).isComplete);

        StreamedBody broken = begun(-1);
        broken.onError(new IOException("reset"));
        assertFalse(isExpired(broken, lateNs, source));
        assertEquals(Kind.RESET, told(reader(broken, 0)).kind());

        StreamedBody left = begun(-1);
        Reader reader = reader(left, 1);
        reader.asked.cancel();
        assertFalse(isExpired(left, lateNs, source));
        assertNull(reader.failure);
    }
}
