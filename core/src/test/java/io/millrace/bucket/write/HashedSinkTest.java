package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.digest.BodyDigests;
import io.millrace.http.Headers;
import io.millrace.http.PacedSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A body that is hashed on its way to the engine is held up and ended as any other. */
class HashedSinkTest {

    private static final byte[] BODY = "abc".getBytes(StandardCharsets.US_ASCII);

    private static final class Sink implements PacedSink {

        private int room;
        private boolean isOpen = true;
        private Runnable roomCallback;
        private Runnable closeCallback;

        @Override
        public int room() {
            return room;
        }

        @Override
        public void whenRoom(Runnable callback) {
            roomCallback = callback;
        }

        @Override
        public void whenClosed(Runnable callback) {
            closeCallback = callback;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            source.position(source.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void close() {
            isOpen = false;
        }
    }

    private final Sink sink = new Sink();

    private static BodyDigests digests(byte[] announced) throws Exception {
        return new BodyDigests(Headers.of("Repr-Digest", DigestAlgorithm.SHA_256.field(
                DigestAlgorithm.SHA_256.start().digest(announced))), true, false);
    }

    @Test
    void sinkAloneIsEnoughWithoutADigest() throws Exception {
        assertSame(sink, HashedSink.over(sink, new BodyDigests(Headers.empty(), true, false)));
    }

    @Test
    void sinkSaysWhenItHasRoomAndWhenItIsClosed() throws Exception {
        PacedSink hashed = HashedSink.over(sink, digests(BODY));
        assertEquals(0, hashed.room());
        Runnable room = () -> { };
        hashed.whenRoom(room);
        assertSame(room, sink.roomCallback);
        sink.room = 7;
        assertEquals(7, hashed.room());
        Runnable closed = () -> { };
        hashed.whenClosed(closed);
        assertSame(closed, sink.closeCallback);
        assertTrue(hashed.isOpen());
        sink.isOpen = false;
        assertFalse(hashed.isOpen());
    }

    @Test
    void sinkIsClosedByWhoOwnsIt() throws Exception {
        HashedSink.over(sink, digests(BODY)).close();
        assertTrue(sink.isOpen);
    }

    @Test
    void bytesThatTheSinkTakesHaveTheDigestOrNot() throws Exception {
        BodyDigests right = digests(BODY);
        assertEquals(3, HashedSink.over(sink, right).write(ByteBuffer.wrap(BODY)));
        assertNull(right.refuse());
        BodyDigests wrong = digests(new byte[3]);
        HashedSink.over(sink, wrong).write(ByteBuffer.wrap(BODY));
        assertNotNull(wrong.refuse());
    }
}
