package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compressed already, by its name or its bytes. */
class CompressionTest {

    @ParameterizedTest
    @ValueSource(strings = {"a.jpg", "a.JPEG", "a.png", "a.mp4", "a.mkv", "a.mp3", "a.zip",
        "a.tar.gz", "a.7z", "a.docx", "a.odt", "a.epub", "a.jar", "a.woff2", "a.parquet"})
    void nameOfWhatIsCompressedTells(String name) {
        assertTrue(Compression.isCompressed(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.txt", "a.html", "a.svg", "a.bmp", "a.wav", "a.json", "a.bin",
        "a.pdf", "a.tar", "a.exe", "zip", ".zip"})
    void otherNamesDoNot(String name) {
        assertEquals(name.equals(".zip"), Compression.isCompressed(name));
    }

    @Test
    void textAndWhatIsSmallIsNotTried() {
        assertFalse(Compression.isUnclear("a.txt", 1 << 20));
        assertFalse(Compression.isUnclear("a.bin", 4095));
        assertTrue(Compression.isUnclear("a.bin", 4096));
    }

    @Test
    void bytesThatLoseLessThanA16thAreTakenForCompressed() {
        Deflater deflater = new Deflater(3, true);
        try {
            byte[] bytes = new byte[Compression.TRIAL_BYTES];
            new Random(1).nextBytes(bytes);
            assertTrue(Compression.isInVain(bytes, bytes.length, deflater));
            Arrays.fill(bytes, 0, bytes.length / 32, (byte) 0);
            assertTrue(Compression.isInVain(bytes, bytes.length, deflater));
            Arrays.fill(bytes, 0, bytes.length / 8, (byte) 0);
            assertFalse(Compression.isInVain(bytes, bytes.length, deflater));
            assertEquals(0, deflater.getBytesRead(), "it begins anew");
        } finally {
            deflater.end();
        }
    }
}
