package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which pieces of a body are asked for. */
class PieceChannelTest {

    private static final int KIB = 1024;

    @TempDir
    Path folder;

    /** Has all that it is asked for, and writes down how much that was. */
    private static final class Endless implements ReadableByteChannel {

        private final List<Integer> asked = new ArrayList<>();

        @Override
        public int read(ByteBuffer target) {
            asked.add(target.remaining());
            int count = target.remaining();
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
    }

    private List<Integer> pieces(int pieceBytes, long position, long count) throws IOException {
        Endless source = new Endless();
        try (FileChannel file = FileChannel.open(folder.resolve("file"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                PieceChannel channel = new PieceChannel(file, ByteBuffer.allocate(pieceBytes))) {
            assertEquals(count, channel.transferFrom(source, position, count));
            assertEquals(position + count, file.size());
        }
        return source.asked;
    }

    @Test
    void piecesAreWholeFromTheStartOfAFile() throws IOException {
        assertEquals(List.of(256 * KIB, 256 * KIB, 1), pieces(256 * KIB, 0, 512 * KIB + 1));
    }

    @Test
    void firstPieceAfterAnOddPositionEndsAtAMultipleOf64KiB() throws IOException {
        assertEquals(List.of(256 * KIB - 150, 256 * KIB, 150),
                pieces(256 * KIB, 150, 512 * KIB));
        assertEquals(List.of(192 * KIB + 1, 256 * KIB), pieces(256 * KIB, 64 * KIB - 1 + 3L * 64
                * KIB, 448 * KIB + 1));
    }

    @Test
    void smallPiecesAreWholeWhereTheyCannotMakeUpForAnOddPosition() throws IOException {
        assertEquals(List.of(4 * KIB - 1, 4 * KIB, 2), pieces(4 * KIB, 1, 8 * KIB + 1));
        assertEquals(List.of(4 * KIB, 4 * KIB), pieces(4 * KIB, 4 * KIB, 8 * KIB));
    }
}
