package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedEncoderTest {

    private static final Limits LIMITS = new Limits(1000, 64, 3, 1 << 20, 16);

    private static void chunk(ByteBuffer out, byte[] data) {
        int start = ChunkedEncoder.begin(out);
        out.put(data);
        ChunkedEncoder.end(out, start);
    }

    private static String text(ByteBuffer out) {
        return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void chunkIsFramedByteForByte() {
        ByteBuffer out = ByteBuffer.allocate(100);
        out.put((byte) '!');
        chunk(out, "hello".getBytes());
        chunk(out, "0123456789abcdef".getBytes());
        ChunkedEncoder.last(out, Headers.empty());
        assertEquals("!0005\r\nhello\r\n0010\r\n0123456789abcdef\r\n0\r\n\r\n", text(out));
    }

    @Test
    void chunkWithoutDataIsNoneAsItWouldBeTheLast() {
        ByteBuffer out = ByteBuffer.allocate(100);
        chunk(out, new byte[0]);
        assertEquals("", text(out));
    }

    @Test
    void lastChunkIsAsLongAsItSays() {
        for (Headers trailers : new Headers[] {Headers.empty(), Headers.of("A", "b", "C", "")}) {
            ByteBuffer out = ByteBuffer.allocate(ChunkedEncoder.lastBytes(trailers));
            ChunkedEncoder.last(out, trailers);
            assertEquals(0, out.remaining());
        }
    }

    @Test
    void trailersStandBehindTheLastChunk() {
        ByteBuffer out = ByteBuffer.allocate(100);
        ChunkedEncoder.last(out, Headers.of("A", "b", "C", ""));
        assertEquals("0\r\nA: b\r\nC: \r\n\r\n", text(out));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 255, 256, 4095, 4096, ChunkedEncoder.MAX_DATA_BYTES})
    void decoderReadsWhatTheEncoderWrites(int count) throws Exception {
        byte[] data = new byte[count];
        new Random(count).nextBytes(data);
        ByteBuffer out = ByteBuffer.allocate(2 * (count + ChunkedEncoder.FRAMING_BYTES)
                + ChunkedEncoder.lastBytes(Headers.of("A", "b")));
        chunk(out, data);
        chunk(out, data);
        ChunkedEncoder.last(out, Headers.of("A", "b"));
        assertEquals(0, out.remaining());
        ByteBuffer decoded = ByteBuffer.allocate(2 * count);
        ChunkedDecoder decoder = new ChunkedDecoder(LIMITS);
        decoder.decode(out.flip(), decoded);
        assertTrue(decoder.isDone());
        assertEquals(ByteBuffer.allocate(2 * count).put(data).put(data).flip(), decoded.flip());
    }

    @Test
    void fieldThatHasToStandBeforeTheBodyIsNoTrailer() {
        ChunkedEncoder.checkTrailers(Headers.of("Digest", "x", "X-Content-Length", "y"));
        assertEquals("CONTENT-LENGTH can't be a trailer field",
                assertThrows(IllegalArgumentException.class, () -> ChunkedEncoder.checkTrailers(
                        Headers.of("Digest", "x", "CONTENT-LENGTH", "5"))).getMessage());
    }
}
