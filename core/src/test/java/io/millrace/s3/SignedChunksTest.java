package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.StreamEnds.Reader;
import io.millrace.s3.StreamEnds.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks of a payload, and who is asked for how much. */
class SignedChunksTest {

    private static final int CHUNK = 10;

    private static SignedChunks newChunks() {
        return new SignedChunks(Signature.of(new SigningKey(new S3Keys("i", "s", null),
                "20260101", "r", "s3"), "20260101T000000Z", "PUT", "/", "", new TreeMap<>(),
                RequestSigner.CHUNKED), CHUNK);
    }

    /** Both ends of the chunks. */
    private static final class Ends implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

        final SignedChunks chunks = newChunks();
        final List<ByteBuffer> came = new ArrayList<>();
        Flow.Subscription asked;
        long requested;
        boolean isCancelled;
        boolean isComplete;
        Throwable failure;

        Ends() {
            chunks.subscribe(this);
            chunks.onSubscribe(this);
        }

        String text() {
            StringBuilder text = new StringBuilder();
            came.forEach(piece -> text.append(StandardCharsets.US_ASCII.decode(
                    piece.duplicate())));
            return text.toString().replaceAll("[0-9a-f]{64}", "S");
        }

        void bring(String text) {
            chunks.onNext(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            asked = subscription;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            came.add(piece);
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
        }

        @Override
        public void onComplete() {
            isComplete = true;
        }

        @Override
        public void request(long count) {
            requested += count;
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }
    }

    @Test
    void chunkIsHeldUntilItIsWhole() {
        Ends ends = new Ends();
        assertEquals(0, ends.requested, "nothing is asked for yet");
        ends.asked.request(100);
        assertEquals(1, ends.requested);
        ends.bring("01234");
        assertEquals(2, ends.requested);
        assertEquals("", ends.text());
        ends.bring("56789ab");
        assertEquals("a;chunk-signature=S\r\n0123456789", ends.text());
        ends.chunks.onComplete();
        assertEquals("a;chunk-signature=S\r\n0123456789\r\n2;chunk-signature=S\r\nab\r\n"
                + "0;chunk-signature=S\r\n\r\n", ends.text());
        assertTrue(ends.isComplete);
    }

    @Test
    void piecesArePassedOnAsTheyAre() {
        Ends ends = new Ends();
        ends.asked.request(100);
        byte[] bytes = new byte[CHUNK];
        ends.chunks.onNext(ByteBuffer.wrap(bytes));
        assertSame(bytes, ends.came.get(1).array());
    }

    @Test
    void nothingIsPassedOnOrAskedForBeyondTheDemand() {
        Ends ends = new Ends();
        ends.asked.request(1);
        ends.bring("0123456789".repeat(3));
        assertEquals(1, ends.came.size());
        assertEquals(1, ends.requested);
        ends.asked.request(4);
        assertEquals(5, ends.came.size());
        assertEquals(1, ends.requested, "there is one more chunk in hand");
        ends.asked.request(2);
        assertEquals(6, ends.came.size());
        assertEquals(2, ends.requested);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "9", "10", "11", "159", "160", "161", "1000"})
    void lengthIsKnownBefore(int length) {
        Ends ends = new Ends();
        ends.asked.request(Long.MAX_VALUE);
        if (length > 0) {
            ends.bring("x".repeat(length));
        }
        ends.chunks.onComplete();
        long came = ends.came.stream().mapToLong(ByteBuffer::remaining).sum();
        assertEquals(SignedChunks.encodedLength(length, CHUNK), came);
        assertTrue(ends.isComplete);
    }

    @Test
    void failureOfThePublisherIsPassedOnAndNothingBehindIt() {
        Ends ends = new Ends();
        ends.asked.request(100);
        ends.bring("0123");
        IOException failure = new IOException();
        ends.chunks.onError(failure);
        assertSame(failure, ends.failure);
        ends.chunks.onComplete();
        assertEquals("", ends.text());
    }

    @Test
    void cancelledChunksCancelThePublisher() {
        Ends ends = new Ends();
        ends.asked.request(100);
        ends.asked.cancel();
        assertTrue(ends.isCancelled);
        ends.bring("0123456789");
        ends.chunks.onComplete();
        assertEquals("", ends.text());
    }

    @Test
    void publisherThatBeginsBehindTheDemandIsAskedAtOnce() {
        SignedChunks chunks = newChunks();
        Reader reader = new Reader(false);
        chunks.subscribe(reader);
        reader.asked.request(1);
        Source source = new Source();
        chunks.onSubscribe(source);
        assertEquals(1, source.requested);
    }

    @Test
    void publisherThatBeginsTwiceOrBehindTheEndIsCancelled() {
        Ends ends = new Ends();
        Source second = new Source();
        ends.chunks.onSubscribe(second);
        assertEquals(1, second.cancelled);
        ends.asked.request(1);
        assertEquals(0, second.requested);
        assertEquals(1, ends.requested);

        SignedChunks chunks = newChunks();
        chunks.subscribe(new Reader(false));
        chunks.cancel();
        chunks.onSubscribe(second);
        assertEquals(2, second.cancelled);
    }
}
