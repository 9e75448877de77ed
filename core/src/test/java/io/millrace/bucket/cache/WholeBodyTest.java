package io.millrace.bucket.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A body that is read into memory as it comes. */
class WholeBodyTest {

    /** Has as many bytes as a test has let come: each is its own position. */
    private static final class Coming implements Body {

        private final int length;
        int come;
        IOException failure;
        IOException closing;
        int closed;
        Runnable waiting;

        Coming(int length) {
            this.length = length;
        }

        void come(int count) {
            come += count;
            Runnable told = waiting;
            waiting = null;
            told.run();
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            if (failure != null) {
                throw failure;
            }
            for (int i = (int) position; i < come; i++) {
                target.put((byte) i);
            }
            return come - (int) position;
        }

        @Override
        public void whenReadable(Runnable callback) {
            waiting = callback;
        }

        @Override
        public void close() throws IOException {
            closed++;
            if (closing != null) {
                throw closing;
            }
        }
    }

    @Test
    void bytesAreReadAsTheyComeAndTheBodyIsClosedBehindTheLast() throws Exception {
        Coming body = new Coming(5);
        CompletableFuture<byte[]> whole = WholeBody.read(body);
        body.come(2);
        body.come(2);
        assertFalse(whole.isDone());
        assertEquals(0, body.closed);
        body.come(1);
        assertArrayEquals(new byte[] {0, 1, 2, 3, 4}, whole.get());
        assertEquals(1, body.closed);
    }

    @Test
    void bodyWithoutBytesIsClosedToo() throws Exception {
        Coming body = new Coming(0);
        assertEquals(0, WholeBody.read(body).get().length);
        assertEquals(1, body.closed);
    }

    @Test
    void bodyThatThereIsNoMemoryForIsClosed() {
        Coming body = new Coming(Integer.MAX_VALUE); // no array is as long
        CompletableFuture<byte[]> whole = WholeBody.read(body);
        assertInstanceOf(OutOfMemoryError.class,
                assertThrows(ExecutionException.class, whole::get).getCause());
        assertEquals(1, body.closed);
    }

    @Test
    void bodyThatFailsIsClosedAndTheFailureIsItsOwn() {
        Coming body = new Coming(5);
        CompletableFuture<byte[]> whole = WholeBody.read(body);
        body.failure = new IOException("broken off");
        body.closing = new IOException("can't be closed");
        body.come(1);
        assertSame(body.failure, assertThrows(ExecutionException.class, whole::get).getCause());
        assertSame(body.closing, body.failure.getSuppressed()[0]);
        assertEquals(1, body.closed);
    }
}
