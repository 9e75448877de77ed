package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which name a client's file can have in a folder. */
class FileNamesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "photo.jpg | photo.jpg",
        "Zürich 你😀.txt | Zürich 你😀.txt",
        "a/b\\c | a_b_c",
        "a:b<c>d\"e|a_b_c_d_e",
        "f?g*h | f_g_h",
        ".htaccess | htaccess",
        "... | file",
        ".. .x | x",
        "'' | file",
        "' a. . ' | a",
        "con | _con",
        "NUL.tar.gz | _NUL.tar.gz",
        "Aux .txt | _Aux .txt",
        "com1 | _com1",
        "LPT9.x | _LPT9.x",
        "com² | _com²",
        "com | com",
        "com10 | com10",
        "console | console",
        "CONIN$ | _CONIN$"})
    void nameIsMadeSafe(String name, String safe) {
        assertEquals(safe, FileNames.safe(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\n", "\r", "\u001b", "\u007f", "\u0085", "\u202e", "\u200b",
        "\u2028", "\ud800", "\ue000", "|", "/", "\\"})
    void characterThatCannotBeSeenOrStoredIsReplaced(String character) {
        assertEquals("a_b", FileNames.safe("a" + character + "b"));
    }

    @Test
    void nameOf200BytesStaysAndALongerOneIsCutBeforeItsEnding() {
        assertEquals("x".repeat(196) + ".txt", FileNames.safe("x".repeat(196) + ".txt"));
        assertEquals("x".repeat(196) + ".txt", FileNames.safe("x".repeat(197) + ".txt"));
        assertEquals("x".repeat(200), FileNames.safe("x".repeat(300)));
        assertEquals("a." + "x".repeat(198), FileNames.safe("a." + "x".repeat(300)));
        String wide = FileNames.safe("😀".repeat(100) + ".png");
        assertEquals("😀".repeat(49) + ".png", wide);
        assertEquals(200, wide.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void nameOfADeviceIsCutToo() {
        assertEquals("_con." + "x".repeat(195), FileNames.safe("con." + "x".repeat(300)));
        assertEquals("_con." + "x".repeat(194), FileNames.safe("con." + "x".repeat(194)));
        assertEquals("_con" + " ".repeat(192) + ".txt", FileNames.safe("con" + " ".repeat(999)
                + ".txt"));
        assertEquals("_con", FileNames.safe("con" + ".".repeat(999)));
    }

    @Test
    void longestNameIsCutInTimeThatGrowsWithIt() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertEquals("é".repeat(98) + ".txt", FileNames.safe("é".repeat(1 << 20) + ".txt"));
            assertEquals("file", FileNames.safe(".".repeat(1 << 20)));
        });
    }

    @Test
    void fileWithoutANameGetsOneAndAFieldNone() {
        assertEquals("file", new FormPart("f", "", null, 0).safeFileName());
        assertEquals(null, new FormPart("f", null, null, 0).safeFileName());
        assertEquals("a_b", new FormPart("f", "a\nb", null, 0).safeFileName());
    }
}
