package io.millrace.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies through gzip and back. */
class GzipBodyTest {

    private static final int HEADER_BYTES = 10;

    private final Deflaters deflaters = new Deflaters(4, 10);

    private static byte[] text(int length) {
        return "a line of text, and then another one\n".repeat(length / 36 + 1).substring(0, length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    /** Reads to the end in pieces of a size, over all pauses. */
    private static byte[] readAll(Body body, int roomBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer room = ByteBuffer.allocateDirect(roomBytes);
        int pauses = 0;
        while (true) {
            int read = body.read(all.size(), room.clear());
            assertEquals(Math.max(read, 0), room.position());
            if (read < 0) {
                return all.toByteArray();
            }
            pauses = read == 0 ? pauses + 1 : 0;
            assertTrue(pauses < 10, "it doesn't go on");
            byte[] piece = new byte[read];
            room.flip().get(piece);
            all.writeBytes(piece);
        }
    }

    /** Fails if it is not one whole member with the right check. */
    private static byte[] unzip(byte[] gzip) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(gzip);
        byte[] plain = new GZIPInputStream(in).readAllBytes();
        assertEquals(0, in.available());
        return plain;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000, 8191, 8192, 8193, 65_536, 65_537, 300_000})
    void bodyOfAnyLengthAndKindComesOutAsItWentIn(int length) throws Exception {
        for (byte[] plain : new byte[][] {text(length), noise(length)}) {
            for (long told : new long[] {length, Body.UNKNOWN_LENGTH}) {
                ScriptedBody body = length == 0 ? new ScriptedBody(told)
                        : new ScriptedBody(told, plain);
                assertArrayEquals(plain, unzip(readAll(new GzipBody(body, deflaters), 32_768)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 10, 11, 55, 56, 57, 63, 64, 65, 100, 1000})
    void roomOfAnySizeIsFilled(int roomBytes) throws Exception {
        for (byte[] plain : new byte[][] {text(5000), noise(5000)}) {
            Body body = new GzipBody(new ScriptedBody(5000, plain), deflaters);
            assertArrayEquals(plain, unzip(readAll(body, roomBytes)));
            Body paused = new GzipBody(new ScriptedBody(Body.UNKNOWN_LENGTH, plain,
                    ScriptedBody.NONE, plain, ScriptedBody.NONE), deflaters);
            assertEquals(10_000, unzip(readAll(paused, roomBytes)).length);
        }
    }

    // The compressor keeps what there is no room for, and takes no more until it is rid of it.
    @ParameterizedTest
    @ValueSource(ints = {60, 64, 1000, 8192})
    void noiseOfManyPiecesComesOutThroughLittleRoomWithoutAPause(int roomBytes) throws Exception {
        byte[] plain = noise(60_000);
        Body body = new GzipBody(new ScriptedBody(plain.length, plain), deflaters);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer room = ByteBuffer.allocate(roomBytes);
        int read = body.read(0, room);
        while (read >= 0) {
            assertNotEquals(0, read);
            all.write(room.array(), 0, read);
            read = body.read(all.size(), room.clear());
        }
        assertArrayEquals(plain, unzip(all.toByteArray()));
    }

    @Test
    void bodyOfAKnownLengthMayHaveNoBytesForNow() throws Exception {
        Body body = new GzipBody(new ScriptedBody(107, text(100), ScriptedBody.NONE, text(7)),
                deflaters);
        assertEquals(107, unzip(readAll(body, 1000)).length);
    }

    @Test
    void bodyThatStallsIsAskedWhetherItGoesOn() {
        for (boolean goesOn : new boolean[] {true, false}) {
            ScriptedBody inner = new ScriptedBody(Body.UNKNOWN_LENGTH);
            inner.goesOn = goesOn;
            assertEquals(goesOn, new GzipBody(inner, deflaters).onStall());
        }
    }

    @Test
    void textShrinksAndNoiseHardlyGrows() throws Exception {
        assertTrue(readAll(new GzipBody(new ScriptedBody(100_000, text(100_000)), deflaters),
                32_768).length < 2000);
        assertTrue(readAll(new GzipBody(new ScriptedBody(100_000, noise(100_000)), deflaters),
                32_768).length < 100_200);
    }

    @Test
    void eachPieceCanBeDecodedBeforeTheNextOneIsThere() throws Exception {
        ScriptedBody events = new ScriptedBody(Body.UNKNOWN_LENGTH, text(100), ScriptedBody.NONE,
                ScriptedBody.NONE, text(50), text(7), ScriptedBody.NONE, ScriptedBody.NONE);
        Body body = new GzipBody(events, deflaters);
        Inflater inflater = new Inflater(true);
        int[] expected = {100, 57};
        for (int i = 0; i < expected.length; i++) {
            ByteBuffer room = ByteBuffer.allocate(1000);
            int read = body.read(0, room);
            int skipped = i == 0 ? HEADER_BYTES : 0;
            inflater.setInput(room.array(), skipped, read - skipped);
            assertEquals(expected[i], inflater.inflate(new byte[1000]));
        }
        assertTrue(body.read(0, ByteBuffer.allocate(1000)) > 0); // the end
        assertEquals(-1, body.read(0, ByteBuffer.allocate(1000)));
        inflater.end();
    }

    @Test
    void nothingIsFlushedTwice() throws Exception {
        Body body = new GzipBody(new ScriptedBody(Body.UNKNOWN_LENGTH, text(9), ScriptedBody.NONE,
                ScriptedBody.NONE, ScriptedBody.NONE, ScriptedBody.NONE), deflaters);
        assertTrue(body.read(0, ByteBuffer.allocate(1000)) > 0);
        for (int i = 0; i < 2; i++) {
            assertEquals(0, body.read(0, ByteBuffer.allocate(1000)));
        }
    }

    @Test
    void bodyWithoutBytesIsAskedToTellWhenItHasSome() throws Exception {
        ScriptedBody inner = new ScriptedBody(Body.UNKNOWN_LENGTH, ScriptedBody.NONE,
                ScriptedBody.NONE);
        Body body = new GzipBody(inner, deflaters);
        assertEquals(HEADER_BYTES, body.read(0, ByteBuffer.allocate(1000)));
        assertEquals(0, body.read(HEADER_BYTES, ByteBuffer.allocate(1000)));
        Runnable callback = () -> { };
        body.whenReadable(callback);
        assertEquals(callback, inner.waiting);
    }

    // Zeros shrink to almost nothing, so no bound on what is sent would bound the time.
    @Test
    void longBodyLetsOthersHaveTheirTurn() throws Exception {
        int turns = 5;
        ScriptedBody inner = new ScriptedBody(turns * GzipBody.TURN_BYTES + 1L,
                new byte[turns * GzipBody.TURN_BYTES + 1]);
        Body body = new GzipBody(inner, deflaters);
        int pauses = 0;
        int read = 0;
        while (read >= 0) {
            read = body.read(0, ByteBuffer.allocate(1 << 20));
            if (read == 0) {
                pauses++;
                boolean[] called = {false};
                body.whenReadable(() -> called[0] = true);
                assertTrue(called[0]);
                assertNull(inner.waiting);
            }
        }
        assertEquals(turns, pauses);
    }

    @Test
    void compressorIsTakenAtTheFirstReadAndGivenBackAtTheEnd() throws Exception {
        ScriptedBody inner = new ScriptedBody(5, text(5));
        Body body = new GzipBody(inner, deflaters);
        assertEquals(0, deflaters.inUse());
        readAll(body, 1000);
        assertEquals(1, deflaters.inUse());
        body.close();
        assertEquals(0, deflaters.inUse());
        assertEquals(1, inner.closes);
        body.close(); // or two bodies would have one compressor
        assertEquals(0, deflaters.inUse());
    }

    @Test
    void bodyThatIsNeverReadIsClosed() throws Exception {
        ScriptedBody inner = new ScriptedBody(5, text(5));
        new GzipBody(inner, deflaters).close();
        assertEquals(1, inner.closes);
        assertEquals(0, deflaters.inUse());
    }

    @Test
    void usedCompressorStartsAnew() throws Exception {
        for (int i = 0; i < 3; i++) {
            byte[] plain = noise(1000 + i);
            try (Body body = new GzipBody(new ScriptedBody(plain.length, plain), deflaters)) {
                if (i == 1) {
                    body.read(0, ByteBuffer.allocate(20)); // and no further
                } else {
                    assertArrayEquals(plain, unzip(readAll(body, 32_768)));
                }
            }
        }
    }

    @Test
    void bodyThatEndsEarlyFails() throws Exception {
        Body body = new GzipBody(new ScriptedBody(6, text(5)), deflaters);
        assertThrows(EOFException.class, () -> readAll(body, 1000));
    }

    @Test
    void bodyIsNotReadBeyondItsLength() throws Exception {
        Body body = new GzipBody(new ScriptedBody(5, text(9)), deflaters);
        assertArrayEquals(text(5), unzip(readAll(body, 1000)));
    }

    @Test
    void bodyThatBreaksItsContractFails() {
        Body lying = new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                target.put((byte) 1);
                return 2;
            }
        };
        assertNotNull(assertThrows(IllegalStateException.class,
                () -> new GzipBody(lying, deflaters).read(0, ByteBuffer.allocate(100)))
                .getMessage());
    }
}
