package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.PacedSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes on their way to an upload, which are compared with a checksum. */
class PieceDigestTest {

    /** Takes two bytes at a time, and room is a matter of the test. */
    private static class Slow implements WritableByteChannel {

        final StringBuilder bytes = new StringBuilder();
        boolean closed;

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(2, source.remaining());
            for (int i = 0; i < count; i++) {
                bytes.append((char) source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Paced extends Slow implements PacedSink {

        final List<Runnable> callbacks = new ArrayList<>();

        @Override
        public int room() {
            return 17;
        }

        @Override
        public void whenRoom(Runnable callback) {
            callbacks.add(callback);
        }

        @Override
        public void whenClosed(Runnable callback) {
            callbacks.add(callback);
        }
    }

    private static PieceDigest sha256Of(String text) throws Exception {
        return PieceDigest.ofTus(Headers.of("Upload-Checksum", "sha256 "
                + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(StandardCharsets.US_ASCII)))));
    }

    private static void write(WritableByteChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Test
    void bytesThatTheChannelDoesNotTakeAtOnceCountOnce() throws Exception {
        PieceDigest digest = sha256Of("hello world");
        Slow channel = new Slow();
        WritableByteChannel hashing = digest.over(channel);
        write(hashing, "hello ");
        write(hashing, "world");
        assertEquals("hello world", channel.bytes.toString());
        assertNull(digest.mismatch());
        PieceDigest other = sha256Of("hello world");
        write(other.over(new Slow()), "hello worlds");
        assertEquals("Upload-Checksum", other.mismatch());
    }

    @Test
    void channelIsOpenAndClosedWithTheOneBehindIt() throws Exception {
        Slow channel = new Slow();
        WritableByteChannel hashing = sha256Of("").over(channel);
        assertFalse(hashing instanceof PacedSink);
        assertTrue(hashing.isOpen());
        hashing.close();
        assertFalse(hashing.isOpen());
        assertTrue(channel.closed);
    }

    @Test
    void sinkThatHasToBeWaitedForStaysOne() throws Exception {
        Paced sink = new Paced();
        PacedSink hashing = assertInstanceOf(PacedSink.class, sha256Of("").over(sink));
        assertEquals(17, hashing.room());
        Runnable room = () -> { };
        Runnable closed = () -> { };
        hashing.whenRoom(room);
        assertSame(room, sink.callbacks.get(0));
        hashing.whenClosed(closed);
        assertSame(closed, sink.callbacks.get(1));
    }

    @Test
    void eachOfSeveralChecksumsHasToMatch() throws Exception {
        String right = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; // SHA-256 of hello
        String wrong = right.replace('L', 'M');
        for (String[] sums : new String[][] {{right, right, null}, {wrong, right,
            "Upload-Checksum"}, {right, wrong, "Content-Digest"}}) {
            PieceDigest digest = PieceDigest.ofTus(Headers.of("Upload-Checksum",
                    "sha256 " + sums[0], "Content-Digest", "sha-256=:" + sums[1] + ":"));
            write(digest.over(new Slow()), "hello");
            assertEquals(sums[2], digest.mismatch());
        }
        assertNull(PieceDigest.ofTus(Headers.of("Repr-Digest", "sha-256=:" + wrong + ":")));
        assertNull(PieceDigest.ofContent(Headers.of("Upload-Checksum", "sha256 " + wrong)));
    }
}
