package io.millrace.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the meter of a sink is asked. */
class MeteredSinkTest {

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
    private final List<Long> asked = new ArrayList<>();

    private MeteredSink sink(long mostBytes) {
        return new MeteredSink(target, bytes -> {
            asked.add(bytes);
            if (bytes > mostBytes) {
                throw new IOException("too long");
            }
        });
    }

    @Test
    void bytesThatTheTargetDidNotTakeAreNotCountedTwice() throws Exception {
        MeteredSink sink = sink(5);
        ByteBuffer body = ByteBuffer.wrap(new byte[5]);
        assertEquals(3, sink.write(body));
        assertEquals(2, sink.write(body));
        assertEquals(List.of(5L, 5L), asked);
        assertEquals(5, target.taken.size());
    }

    @Test
    void nothingOfAWriteThatIsTooLongIsTaken() throws Exception {
        MeteredSink sink = sink(5);
        sink.write(ByteBuffer.wrap(new byte[3]));
        ByteBuffer rest = ByteBuffer.wrap(new byte[3]);
        assertThrows(IOException.class, () -> sink.write(rest));
        assertEquals(3, rest.remaining());
        assertEquals(3, target.taken.size());
    }

    @Test
    void sinkIsClosedWithItsTarget() throws Exception {
        MeteredSink sink = sink(5);
        assertTrue(sink.isOpen());
        sink.close();
        assertFalse(target.open);
        assertFalse(sink.isOpen());
    }
}
