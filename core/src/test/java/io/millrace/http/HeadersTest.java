package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    @Test
    void namesCompareWithoutCaseAndKeepTheirOrder() {
        Headers headers = Headers.of("A", "1", "b", "2", "a", "3");
        assertEquals(3, headers.size());
        assertEquals("b", headers.name(1));
        assertEquals("2", headers.value(1));
        assertEquals("1", headers.first("a"));
        assertEquals(List.of("1", "3"), headers.all("A"));
        assertEquals(List.of(), headers.all("c"));
        assertTrue(headers.contains("B"));
        assertFalse(headers.contains("c"));
        assertNull(headers.first("c"));
        assertEquals(0, Headers.empty().size());
    }

    @Test
    void nameWithoutAValueIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("A", "1", "B"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\n", "\u00e9", "a\"", "a\u0000", "(a)"})
    void nameThatIsNoTokenIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "a\r\nB: c", "\u0000", "\u007f", "\u0100"})
    void valueThatCouldEndTheLineIsRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("A", value));
    }

    private static String encoded(Headers headers) {
        ByteBuffer out = ByteBuffer.allocate(headers.encodedBytes());
        headers.encode(out);
        assertEquals(0, out.remaining(), "as long as it says");
        return new String(out.array(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesAreEncodedAsTheyAreSentEachTimeTheSame() {
        Headers headers = Headers.of("A", "1", "b", "", "C", "\u00e9, \"x\"");
        String lines = "A: 1\r\nb: \r\nC: \u00e9, \"x\"\r\n";
        assertEquals(lines, encoded(headers));
        assertEquals(lines, encoded(headers));
        assertEquals("", encoded(Headers.empty()));
    }

    @Test
    void longerListIsEncodedAnewAndTheShorterStaysAsItWas() {
        FieldList first = FieldList.EMPTY.plus("A", "1");
        assertEquals("A: 1\r\n", encoded(first));
        assertEquals("A: 1\r\nB: 2\r\n", encoded(first.plus("B", "2")));
        assertEquals("A: 1\r\nC: 3\r\n", encoded(first.plus("C", "3")));
        assertEquals("A: 1\r\n", encoded(first));
    }

    /** Headers of an application's own, which nobody has checked. */
    private record One(String name, String value) implements Headers {

        @Override
        public int size() {
            return 1;
        }

        @Override
        public String name(int index) {
            return name;
        }

        @Override
        public String value(int index) {
            return value;
        }
    }

    @Test
    void headersOfAnApplicationsOwnAreEncodedAndCheckedBeforeAByteIsWritten() {
        assertEquals("A: b\r\n", encoded(new One("A", "b")));
        for (One smuggled : new One[] {new One("A", "b\r\nC: d"), new One("A", "\n"),
            new One("A", "\u0000"), new One("A", "\u010a"), new One("A: b\r\nC", "d"),
            new One("", "x"), new One("A ", "x")}) {
            ByteBuffer out = ByteBuffer.allocate(100);
            assertThrows(IllegalArgumentException.class, () -> smuggled.encode(out));
            assertEquals(0, out.position());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b\tc", "\u00e9\u00ff", "\"a\", b;c=d"})
    void valueOfVisibleCharactersIsAccepted(String value) {
        assertEquals(value, Headers.of("A", value).first("a"));
    }
}
