package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
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

    private static FileChannel openDevice() throws Exception {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        return FileChannel.open(device, StandardOpenOption.WRITE);
    }
}
