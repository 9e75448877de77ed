package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a ZIP archive, as far as its format has limits. */
class ZipWriterTest {

    /** Of the record at the end, and the locator before it. */
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;

    @TempDir
    Path temp;

    // APPNOTE s4.4.21: 65,535 stands for "look into the other record".
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_534, 65_535, 65_536, 70_000})
    void archiveOfSoManyEntriesIsWhole(int entries) throws Exception {
        Path file = temp.resolve("x.zip");
        byte[] end;
        try (ZipWriter writer = new ZipWriter(); OutputStream out = Files.newOutputStream(file)) {
            long written = 0;
            Piece piece = new Piece(100, 0);
            for (int i = 0; i < entries; i++) {
                piece = new Piece(100, written);
                writer.folder(piece, i + "/", 0);
                out.write(piece.toBytes());
                written = piece.position();
            }
            boolean whole = false;
            while (!whole) {
                piece = new Piece(100, written);
                whole = writer.end(piece);
                out.write(piece.toBytes());
                written = piece.position();
            }
            end = piece.toBytes();
        }
        String signature = end.length < END_BYTES + LOCATOR_BYTES ? ""
                : new String(end, end.length - END_BYTES - LOCATOR_BYTES, 4,
                        StandardCharsets.ISO_8859_1);
        assertEquals(entries >= 65_535, signature.equals("PK\6\7"));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(entries, zip.size());
            assertTrue(entries == 0 || zip.getEntry(entries - 1 + "/") != null);
        }
    }

    @Test
    void directoryBeyond4GiBIsPointedToBy64Bits() throws Exception {
        try (ZipWriter writer = new ZipWriter()) {
            Piece last = new Piece(100, ZipRecord.MAX_32 - 1);
            assertTrue(writer.end(last));
            assertEquals(END_BYTES, last.count());
        }
        try (ZipWriter writer = new ZipWriter()) {
            Piece beyond = new Piece(100, ZipRecord.MAX_32);
            assertTrue(writer.end(beyond));
            assertEquals(56 + LOCATOR_BYTES + END_BYTES, beyond.count());
            assertEquals("504b0607" + "00000000" + "ffffffff00000000" + "01000000",
                    HexFormat.of().formatHex(beyond.array(), 56, 56 + LOCATOR_BYTES));
        }
    }
}
