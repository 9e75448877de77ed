package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the pieces are in which a body gets into a file. */
class PieceChannelTest {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    @TempDir
    Path folder;

    /** How many bytes each read has asked for, in KiB. */
    private final List<Integer> asked = new ArrayList<>();

    private final ReadableByteChannel source = new ReadableByteChannel() {

        @Override
        public int read(ByteBuffer target) {
            int count = target.remaining();
            asked.add(count / KIB);
            target.position(target.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    };

    private void move(FileChannel file, int pieceBytes, long count) throws Exception {
        try (PieceChannel pieces = new PieceChannel(file, ByteBuffer.allocateDirect(pieceBytes))) {
            long moved = pieces.transferFrom(source, 0, 10 * KIB); // what came with the head
            assertEquals(count, pieces.transferFrom(source, moved, count));
        }
    }

    @Test
    void fileTakesWholePieces() throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve("f"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            move(file, MIB, 2 * MIB + KIB);
            assertEquals(List.of(10, 1024, 1024, 1), asked);
            assertEquals(2 * MIB + 11 * KIB, file.size());
        }
    }

    @Test
    void fileThatIsEmptyBeforeItsFirstPieceIsNoDevice() throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve("f"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                PieceChannel pieces = new PieceChannel(file, ByteBuffer.allocateDirect(MIB))) {
            assertEquals(3 * MIB, pieces.transferFrom(source, 0, 3 * MIB));
            assertEquals(List.of(1024, 1024, 1024), asked);
        }
    }

    @Test
    void deviceTakesPiecesThatStayInTheCache() throws Exception {
        try (FileChannel device = openDevice()) {
            move(device, MIB, MIB + KIB);
            assertEquals(List.of(10, 256, 256, 256, 256, 1), asked);
        }
    }

    @Test
    void deviceTakesNoMoreThanAShorterPiece() throws Exception {
        try (FileChannel device = openDevice()) {
            move(device, 64 * KIB, 257 * KIB);
            assertEquals(List.of(10, 64, 64, 64, 64, 1), asked);
        }
    }

    @Test
    void readThatGivesLessThanAPieceIsTheLast() throws Exception {
        List<Integer> reads = new ArrayList<>();
        ReadableByteChannel slow = Channels.newChannel(new ByteArrayInputStream(new byte[3]) {
            @Override
            public int read(byte[] target, int offset, int count) {
                reads.add(super.read(target, offset, count));
                return reads.get(reads.size() - 1);
            }
        });
        try (FileChannel device = openDevice();
                PieceChannel pieces = new PieceChannel(device, ByteBuffer.allocateDirect(KIB))) {
            assertEquals(3, pieces.transferFrom(slow, 0, KIB));
            assertEquals(List.of(3), reads);
        }
    }

    /** A file of an application's, of which each operation may be another's. */
    private static class OddFile extends PieceChannel {

        OddFile() {
            super(null, null);
        }

        @Override
        public int write(ByteBuffer bytes, long position) {
            int count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public long size() {
            throw new UnsupportedOperationException("meant");
        }
    }

    @Test
    void fileThatHasNoSizeTakesWholePieces() throws Exception {
        try (FileChannel file = new OddFile()) {
            move(file, MIB, MIB + KIB);
            assertEquals(List.of(10, 1024, 1), asked);
        }
    }

    private void assertFails(FileChannel file, Throwable cause) {
        PieceChannel.SinkException failure = assertThrows(PieceChannel.SinkException.class,
                () -> move(file, KIB, KIB));
        assertEquals(cause.toString(), failure.getCause().toString());
    }

    @Test
    void fileThatTakesNothingFailsTheBody() throws Exception {
        assertFails(new OddFile() {
            @Override
            public int write(ByteBuffer bytes, long position) {
                return 0;
            }
        }, new IOException("the sink's write() consumed no bytes"));
    }

    @Test
    void fileThatMovesTheLimitOfItsPieceFailsTheBody() throws Exception {
        FileChannel file = new OddFile() {
            @Override
            public int write(ByteBuffer bytes, long position) {
                return super.write(bytes.limit(5), position);
            }
        };
        assertFails(file, new IllegalStateException(
                file.getClass().getName() + ": write() consumed 5 bytes but returned 5"));
    }

    @Test
    void errorOfAFileIsItsFailure() throws Exception {
        Error error = new StackOverflowError("meant");
        assertFails(new OddFile() {
            @Override
            public int write(ByteBuffer bytes, long position) {
                throw error;
            }
        }, error);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer read) {
        return StandardCharsets.US_ASCII.decode(read.flip()).toString();
    }

    @Test
    void allElseIsTheFilesOwnAndItStaysOpen() throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve("f"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            PieceChannel pieces = new PieceChannel(file, ByteBuffer.allocateDirect(KIB));
            assertEquals(5, pieces.write(ascii("hello")));
            assertEquals(2, pieces.write(ascii("HE"), 0));
            assertEquals(3, pieces.write(new ByteBuffer[] {ascii("a"), ascii("bc")}));
            assertEquals(8, pieces.position());
            assertSame(pieces, pieces.position(1));
            ByteBuffer read = ByteBuffer.allocate(3);
            assertEquals(3, pieces.read(read));
            assertEquals("Ell", text(read));
            assertEquals(3, pieces.read(read.clear(), 5));
            assertEquals("abc", text(read));
            assertEquals(3, pieces.read(new ByteBuffer[] {read.clear()}));
            assertEquals("oab", text(read));
            assertEquals(8, pieces.size());
            assertSame(pieces, pieces.truncate(6));
            assertEquals(6, file.size());
            assertEquals('H', pieces.map(MapMode.READ_ONLY, 0, 6).get(0));
            try (FileChannel copy = FileChannel.open(folder.resolve("g"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                assertEquals(6, pieces.transferTo(0, 6, copy));
            }
            try (FileLock lock = pieces.lock(0, 1, false)) {
                assertSame(file, lock.channel());
            }
            try (FileLock lock = pieces.tryLock(0, 1, false)) {
                assertSame(file, lock.channel());
            }
            pieces.close();
            assertTrue(file.isOpen(), "it belongs to the exchange");
        }
    }

    private static FileChannel openDevice() throws Exception {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        return FileChannel.open(device, StandardOpenOption.WRITE);
    }
}
