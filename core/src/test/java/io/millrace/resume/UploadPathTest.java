package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The URLs of uploads. */
class UploadPathTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-, -", "upload=abc, abc", "x=y&upload=a-_9, a-_9", "upload=abc&upload=d, abc",
        "uploads=abc, -", "xupload=abc, -", "'', -", "upload=, ''", "upload=a%62, ''",
        "upload=a/b, ''", "upload=a.b, ''", "Upload=abc, -"})
    void nameIsInTheQuery(String query, String name) {
        assertEquals(name, UploadPath.uploadName(query));
    }

    @Test
    void nameHasAtMost128Characters() {
        assertEquals("a".repeat(128), UploadPath.uploadName("upload=" + "a".repeat(128)));
        assertEquals("", UploadPath.uploadName("upload=" + "a".repeat(129)));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a, true", "/a%20b/c, /%61%20b/c, true", "/a, /b, false", "/a, /a/, false",
        "/a/b, /a%2Fb, false", "/%zz, /a, false", "/%C3%A9, /%c3%a9, true"})
    void pathIsTheSameHoweverItIsEncoded(String a, String b, boolean same) {
        assertEquals(same, UploadPath.isSame(a, b));
    }

    @Test
    void randomNamesDiffer() {
        assertNotEquals(UploadPath.randomName(), UploadPath.randomName());
    }
}
