package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.PacedSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests of bytes on their way to a channel. */
class DigestSinkTest {

    private static final byte[] TEXT = "0123456789".getBytes(StandardCharsets.US_ASCII);

    /** Takes at most three bytes at a time. */
    private static final class Slow implements WritableByteChannel {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private boolean open = true;

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(3, source.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private final Slow target = new Slow();
    private final DigestSink sink = new DigestSink(target);

    @Test
    void bytesThatTheTargetDoesNotTakeAreHashedOnceItDoes() throws Exception {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            sink.add(algorithm);
        }
        ByteBuffer source = ByteBuffer.wrap(TEXT);
        assertEquals(3, sink.write(source));
        assertEquals(3, source.position());
        while (source.hasRemaining()) {
            sink.write(source);
        }
        assertArrayEquals(TEXT, target.taken.toByteArray());
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            byte[] expected = algorithm.start().digest(TEXT);
            assertArrayEquals(expected, sink.digest(algorithm));
            assertArrayEquals(expected, sink.digest(algorithm), "the same when asked again");
        }
    }

    @Test
    void algorithmThatIsAddedTwiceCountsEachByteOnce() throws Exception {
        sink.add(DigestAlgorithm.SHA_256);
        sink.write(ByteBuffer.wrap(TEXT, 0, 3));
        sink.add(DigestAlgorithm.SHA_256);
        sink.write(ByteBuffer.wrap(TEXT, 3, 3));
        byte[] written = target.taken.toByteArray();
        assertArrayEquals(DigestAlgorithm.SHA_256.start().digest(written),
                sink.digest(DigestAlgorithm.SHA_256));
    }

    @Test
    void algorithmThatWasNotAddedIsRefused() {
        sink.add(DigestAlgorithm.SHA_256);
        assertThrows(IllegalArgumentException.class, () -> sink.digest(DigestAlgorithm.SHA_512));
    }

    @Test
    void sinkIsClosedWithItsTarget() throws Exception {
        assertTrue(sink.isOpen());
        sink.close();
        assertFalse(target.open);
        assertFalse(sink.isOpen());
    }

    @Test
    void paceIsThatOfTheTarget() {
        assertTrue(sink.room() > 0, "it has room at any time");
        Runnable callback = () -> { };
        List<String> calls = new ArrayList<>();
        DigestSink paced = new DigestSink(new PacedSink() {
            @Override
            public int room() {
                return 7;
            }

            @Override
            public void whenRoom(Runnable told) {
                calls.add("room " + (told == callback));
            }

            @Override
            public void whenClosed(Runnable told) {
                calls.add("closed " + (told == callback));
            }

            @Override
            public int write(ByteBuffer source) {
                return 0;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
            }
        });
        assertEquals(7, paced.room());
        paced.whenRoom(callback);
        paced.whenClosed(callback);
        assertEquals(List.of("room true", "closed true"), calls);
    }
}
