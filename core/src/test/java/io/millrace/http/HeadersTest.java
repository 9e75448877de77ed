package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void headersOfAnApplicationsOwnAreCopiedAndChecked() {
        Headers copy = Headers.copyOf(new One("A", "b"));
        assertEquals("b", copy.first("a"));
        assertSame(copy, Headers.copyOf(copy));
        for (One smuggled : new One[] {new One("A", "b\r\nC: d"), new One("A", "\n"),
            new One("A", "\u0000"), new One("A", "\u010a"), new One("A: b\r\nC", "d"),
            new One("", "x"), new One("A ", "x")}) {
            assertThrows(IllegalArgumentException.class, () -> Headers.copyOf(smuggled));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b\tc", "\u00e9\u00ff", "\"a\", b;c=d"})
    void valueOfVisibleCharactersIsAccepted(String value) {
        assertEquals(value, Headers.of("A", value).first("a"));
    }
}
