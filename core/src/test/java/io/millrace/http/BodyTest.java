package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyTest {

    @TempDir
    private Path folder;

    private FileChannel file() throws IOException {
        Path path = Files.writeString(folder.resolve("x"), "0123456789");
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void check(Body body) throws IOException {
        assertEquals(5, body.length());
        for (int at = 0; at < 5; at++) {
            ByteBuffer target = ByteBuffer.allocate(100);
            assertEquals(5 - at, body.read(at, target));
            assertEquals("23456".substring(at), new String(target.array(), 0, 5 - at));
            assertEquals(100, target.limit());
            assertEquals(1, body.read(at, target.clear().limit(1)));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertEquals(5 - at, body.transferTo(at, 100, Channels.newChannel(out)));
            assertEquals("23456".substring(at), out.toString());
            assertEquals(1, body.transferTo(at, 1, Channels.newChannel(out)));
        }
    }

    @Test
    void arrayIsReadFromAnyPosition() throws Exception {
        check(Body.of("23456".getBytes()));
    }

    @Test
    void arrayIsOfferedToASocketInPieces() throws Exception {
        Body body = Body.of(new byte[BytesBody.PIECE_BYTES + 1]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long moved = body.transferTo(0, body.length(), Channels.newChannel(out));
        assertEquals(BytesBody.PIECE_BYTES, moved);
        assertEquals(1, body.transferTo(moved, body.length(), Channels.newChannel(out)));
        assertEquals(body.length(), out.size());
    }

    @Test
    void regionOfAFileIsReadFromAnyPositionAndNoFurther() throws Exception {
        try (FileChannel file = file()) {
            check(Body.of(file, 2, 5));
        }
    }

    @Test
    void fileIsNotTakenForCutIfItsTargetTakesNothing() throws Exception {
        try (Body body = Body.of(file(), 2, 5)) {
            assertEquals(0, body.transferTo(0, 5, (SinkStub) source -> 0));
        }
    }

    @Test
    void fileThatShrankIsAnErrorAndNotAnEnd() throws Exception {
        try (Body body = Body.of(file().truncate(4), 2, 5)) {
            assertEquals(2, body.read(0, ByteBuffer.allocate(100)));
            assertThrows(EOFException.class, () -> body.read(2, ByteBuffer.allocate(100)));
            assertThrows(EOFException.class, () -> body.transferTo(2, 3,
                    Channels.newChannel(new ByteArrayOutputStream())));
        }
    }

    @Test
    void fileIsClosedWithItsBody() throws Exception {
        FileChannel file = file();
        Body.of(file, 0, 1).close();
        assertFalse(file.isOpen());
    }

    @Test
    void negativeRegionIsRefused() throws Exception {
        try (FileChannel file = file()) {
            assertThrows(IllegalArgumentException.class, () -> Body.of(file, -1, 1));
            assertThrows(IllegalArgumentException.class, () -> Body.of(file, 1, -1));
        }
    }

    @Test
    void bodyWithoutATransferOfItsOwnIsRead() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Body body = Body.written(BodyTest::onAnotherThread, stream -> stream.write(1))) {
            assertEquals(-1, body.transferTo(0, 1, Channels.newChannel(out)));
        }
        assertEquals(0, out.size());
    }

    @Test
    void emptyBodyHasNoBytes() throws Exception {
        assertEquals(0, Body.empty().length());
    }

    private static void onAnotherThread(Runnable task) {
        CompletableFuture.runAsync(task, work -> new Thread(work).start()).join();
    }
}
