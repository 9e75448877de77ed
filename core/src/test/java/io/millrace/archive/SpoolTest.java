package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes come back as they were written, wherever they were kept. */
class SpoolTest {

    @ParameterizedTest
    @CsvSource({"0, 100", "1, 100", "100, 100", "101, 100", "1000, 100", "5000, 100"})
    void bytesComeBackInPiecesOfAnySize(int count, int memoryBytes) throws Exception {
        for (int most : new int[] {1, 7, 99, 100, 101, 6000}) {
            byte[] bytes = new byte[count];
            new Random(count).nextBytes(bytes);
            ByteArrayOutputStream found = new ByteArrayOutputStream();
            try (Spool spool = new Spool(memoryBytes)) {
                for (int at = 0; at < count; at += 13) {
                    spool.write(Arrays.copyOfRange(bytes, at, Math.min(count, at + 13)));
                }
                assertEquals(count, spool.sizeBytes());
                boolean more = true;
                while (more) {
                    Piece piece = new Piece(3, 0);
                    piece.little(0, 1);
                    more = spool.read(piece, most);
                    found.write(piece.array(), 1, piece.count() - 1);
                }
            }
            assertArrayEquals(bytes, found.toByteArray());
        }
    }

    @Test
    void nothingIsReadOfNothing() throws Exception {
        try (Spool spool = new Spool(10)) {
            assertFalse(spool.read(new Piece(1, 0), 100));
        }
    }
}
