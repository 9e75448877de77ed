package io.millrace.app.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineTest {

    private static String line(String message) {
        return JsonLine.of(0, Level.INFO, "a.B", "main", message, null);
    }

    @Test
    void fieldsStandInOneOrder() {
        assertEquals("{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"level\":\"INFO\","
                + "\"logger\":\"a.B\",\"thread\":\"main\",\"message\":\"started\"}",
                line("started"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1970-01-01T00:00:00.000Z", "1, 1970-01-01T00:00:00.001Z",
        "1795918800000, 2026-11-29T02:20:00.000Z", "1795918800120, 2026-11-29T02:20:00.120Z"})
    void timeAlwaysHasItsMilliseconds(long timeMs, String time) {
        assertTrue(JsonLine.of(timeMs, Level.INFO, "", "", "", null)
                .startsWith("{\"timestamp\":\"" + time + "\","));
    }

    /** Each character that there is, and halves of pairs: a strict parser reads them all back. */
    @Test
    void everyCharacterComesBackAndNoneIsOutsideOfAscii() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            all.append((char) c);
        }
        String line = line(all.toString());
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7F));
        assertEquals(List.of("1970-01-01T00:00:00.000Z", "INFO", "a.B", "main", all.toString()),
                values(line));
    }

    @Test
    void nullIsTheWordAndATraceIsOneField() {
        assertEquals("null", values(line(null)).get(4));
        Throwable failure = new IllegalStateException("a \"b\"\n\u0000c",
                new RuntimeException("\u2028"));
        List<String> values = values(JsonLine.of(0, Level.ERROR, "a", "b", "c", failure));
        assertTrue(values.get(5).startsWith(
                "java.lang.IllegalStateException: a \"b\"\n\u0000c"), values.get(5));
        assertTrue(values.get(5).contains("Caused by: java.lang.RuntimeException: \u2028"),
                values.get(5));
    }

    /** The values of an object of strings, by the grammar of RFC 8259; anything else fails. */
    private static List<String> values(String line) {
        assertTrue(line.startsWith("{\"") && line.endsWith("\"}"), line);
        List<String> values = new ArrayList<>();
        int at = 1;
        while (line.charAt(at - 1) != '}') {
            at = string(line, at, new StringBuilder());
            assertEquals(':', line.charAt(at));
            StringBuilder value = new StringBuilder();
            at = string(line, at + 1, value);
            values.add(value.toString());
            assertTrue(line.charAt(at) == ',' || at == line.length() - 1, line);
            at++;
        }
        assertEquals(line.length(), at);
        return values;
    }

    /** Where the string that begins here has ended. */
    private static int string(String line, int from, StringBuilder value) {
        assertEquals('"', line.charAt(from));
        int at = from + 1;
        while (line.charAt(at) != '"') {
            char c = line.charAt(at++);
            assertTrue(c >= ' ', "unescaped control character");
            if (c != '\\') {
                value.append(c);
                continue;
            }
            char escape = line.charAt(at++);
            if (escape == 'u') {
                value.append((char) Integer.parseInt(line.substring(at, at + 4), 16));
                at += 4;
            } else {
                int index = "\"\\/bfnrt".indexOf(escape);
                assertTrue(index >= 0, "escape " + escape);
                value.append("\"\\/\b\f\n\r\t".charAt(index));
            }
        }
        return at + 1;
    }
}
