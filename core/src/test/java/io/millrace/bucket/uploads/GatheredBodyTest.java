package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** A small body from the engine, at its bound and one byte past it. */
class GatheredBodyTest {

    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long asked;
    private boolean isCancelled;
    private final CompletableFuture<byte[]> whole = gathered(6);

    private CompletableFuture<byte[]> gathered(int maxBytes) {
        return GatheredBody.of(given -> {
            subscriber = given;
            given.onSubscribe(new Flow.Subscription() {

                @Override
                public void request(long count) {
                    asked += count;
                }

                @Override
                public void cancel() {
                    isCancelled = true;
                }
            });
        }, maxBytes);
    }

    private void bring(String piece) {
        subscriber.onNext(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void bodyOfTheMostBytesIsWholeOnceItHasEnded() throws Exception {
        assertEquals(Long.MAX_VALUE, asked);
        bring("abc");
        bring("def");
        assertFalse(whole.isDone());
        subscriber.onComplete();
        assertEquals("abcdef", new String(whole.get(), StandardCharsets.US_ASCII));
        assertFalse(isCancelled);
    }

    @Test
    void longerBodyIsCutOffAndNone() {
        bring("abc");
        bring("defg");
        assertTrue(isCancelled);
        assertEquals("an object of an upload has more than 6 bytes",
                assertThrows(ExecutionException.class, whole::get).getCause().getMessage());
    }

    @Test
    void bodyThatThereIsNoMemoryForFailsAndIsNotWaitedFor() {
        CompletableFuture<byte[]> large = gathered(Integer.MAX_VALUE);
        ByteBuffer piece = ByteBuffer.allocate(1 << 20);
        for (int i = 1; i < 1 << 11; i++) {
            subscriber.onNext(piece.duplicate());
        }
        subscriber.onNext(piece.duplicate().limit(piece.capacity() - 1)); // no array is as long
        subscriber.onComplete();
        assertInstanceOf(OutOfMemoryError.class,
                assertThrows(ExecutionException.class, large::get).getCause());
    }

    @Test
    void bodyThatBreaksOffIsNone() {
        bring("abc");
        IOException failure = new IOException("reset");
        subscriber.onError(failure);
        assertSame(failure, assertThrows(ExecutionException.class, whole::get).getCause());
    }
}
