package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.net.PieceChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A body from a socket into a file, by either way the bytes may go, with the same promises. */
class BodyIntoFileTest extends BodyIntoFile {

    @ParameterizedTest
    @EnumSource
    void bodyArrivesWholeAndNotAByteOfTheNextRequest(Way way) throws Exception {
        Lent worker = worker(way);
        int least = MIN_SPLICED_BYTES;
        for (int length : new int[] {1, least - 1, least, least + 1, MIB - 1, MIB, MIB + 1,
            LARGE}) {
            byte[] body = random(length);
            Upload upload = upload(worker, create("f" + length), length);
            assertTrue(upload.exchange(concat(body, NEXT)));
            assertEquals(length, upload.receiver.received());
            assertEquals(NEXT, upload.rest());
            assertArrayEquals(body, content("f" + length));
            assertEquals(0, worker.resources.counters.read(Counters.Figure.BYTES_IN_FLIGHT));
            worker.assertSpliced(length >= least);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatCameWithTheHeadGoFirst(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(LARGE);
        Upload upload = closing(new Upload(worker, create("f"), "Content-Length: " + LARGE,
                Arrays.copyOf(body, 5000)));
        assertTrue(upload.exchange(concat(Arrays.copyOfRange(body, 5000, LARGE), NEXT)));
        assertEquals(NEXT, upload.rest());
        assertArrayEquals(body, content("f"));
        worker.assertSpliced(true);
    }

    @ParameterizedTest
    @EnumSource
    void bodyGoesBehindWhatIsThereBeyondFourGibibytesToo(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(LARGE);
        for (long start : new long[] {1, 5000, (2L << 30) - 1, (4L << 30) - 1, 5L << 30}) {
            FileChannel file = create("f" + start);
            file.write(ByteBuffer.wrap(body, 0, 1), start - 1);
            Upload upload = closing(new Upload(worker, file, "Content-Length: " + LARGE,
                    Arrays.copyOf(body, 5000), start));
            assertTrue(upload.exchange(concat(Arrays.copyOfRange(body, 5000, LARGE), NEXT)));
            assertEquals(LARGE, upload.receiver.received());
            assertEquals(NEXT, upload.rest());
            assertEquals(start + LARGE, file.size());
            try (FileChannel read = FileChannel.open(folder.resolve("f" + start))) {
                ByteBuffer tail = ByteBuffer.allocate(LARGE + 1);
                while (tail.hasRemaining()) {
                    read.read(tail, start - 1 + tail.position());
                }
                assertEquals(body[0], tail.get(0), "what was there before");
                assertArrayEquals(body, Arrays.copyOfRange(tail.array(), 1, LARGE + 1));
            }
            worker.assertSpliced(true);
            Files.delete(folder.resolve("f" + start));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingThereIsNotTheEnd(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.receive(MIB));
        assertEquals(0, upload.receiver.received());
        assertTrue(upload.source.isSocketDrained());
        assertTrue(upload.exchange(random(LARGE)));
        assertArrayEquals(random(LARGE), content("f"));
    }

    @ParameterizedTest
    @EnumSource
    void trickledBodyArrivesWhole(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(200_000);
        Upload upload = upload(worker, create("f"), body.length);
        boolean whole = false;
        for (int at = 0; at < body.length; at += 777) {
            int to = Math.min(body.length, at + 777);
            upload.client.write(ByteBuffer.wrap(body, at, to - at));
            upload.awaitReadable();
            whole = upload.receive(MIB);
        }
        assertTrue(whole);
        assertArrayEquals(body, content("f"));
        worker.assertSpliced(true);
    }

    @ParameterizedTest
    @EnumSource
    void visitMovesNoMoreThanItsBudget(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        ByteBuffer body = ByteBuffer.wrap(random(LARGE));
        long received = 0;
        boolean whole = false;
        while (!whole) {
            upload.client.write(body);
            whole = upload.receive(100_000);
            assertTrue(upload.receiver.received() - received <= 100_000);
            received = upload.receiver.received();
        }
        assertArrayEquals(random(LARGE), content("f"));
        worker.assertSpliced(true);
    }

    @ParameterizedTest
    @EnumSource
    void uploadCutShortSaysSoAndKeepsWhatCame(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        byte[] half = random(LARGE / 2);
        assertFalse(upload.exchange(half));
        upload.client.shutdownOutput();
        upload.awaitReadable();
        assertThrows(EOFException.class, () -> upload.receive(MIB));
        assertArrayEquals(half, content("f"));
        worker.assertSpliced(true);
    }

    @ParameterizedTest
    @EnumSource
    void resetOfThePeerIsAnErrorOfTheConnection(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.exchange(random(LARGE / 2)));
        upload.client.setOption(StandardSocketOptions.SO_LINGER, 0);
        upload.client.close();
        upload.awaitReadable();
        IOException e = assertThrows(IOException.class, () -> upload.receive(MIB));
        assertEquals("Connection reset", e.getMessage());
        assertFalse(e instanceof PieceChannel.SinkException);
        worker.assertSpliced(true);
    }

    @ParameterizedTest
    @EnumSource
    void nullDeviceTakesEveryByte(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, device("/dev/null"), LARGE);
        assertTrue(upload.exchange(concat(random(LARGE), NEXT)));
        assertEquals(NEXT, upload.rest());
        worker.assertSpliced(true);
    }
}
