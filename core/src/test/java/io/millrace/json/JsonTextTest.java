package io.millrace.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private static String json(Object value) {
        StringBuilder out = new StringBuilder();
        JsonText.value(out, value, 1000);
        return out.toString();
    }

    private static void assertRefused(String message, Object value) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> json(value))
                .getMessage());
    }

    /** Lists within each other: the innermost is empty. */
    private static List<Object> nested(int levels) {
        return levels == 1 ? List.of() : List.of(nested(levels - 1));
    }

    @Test
    void stringEscapesWhatRfc8259Names() {
        assertEquals("\"a\\\"b\\\\c/\\u0000\\u001f \u007f\u00fc\ud83d\ude00\"",
                json("a\"b\\c/\u0000\u001f \u007f\u00fc\ud83d\ude00"));
        assertEquals("\"\"", json(""));
    }

    @Test
    void valuesOfEachType() {
        assertEquals("null", json(null));
        assertEquals("true", json(true));
        assertEquals("[-1,2,3,4,0.5,1.0E10,12345678901234567890,1E+3]",
                json(List.of((byte) -1, (short) 2, 3, 4L, 0.5f, 1e10,
                        new BigInteger("12345678901234567890"), new BigDecimal("1E+3"))));
        assertEquals("[]", json(List.of()));
        assertEquals("{}", json(Map.of()));
        assertEquals("[null,\"a\"]", json(Arrays.asList(null, "a")));
        Map<String, Object> map = new TreeMap<>(Map.of("a\"", List.of(Map.of("c", 1)), "b", "d"));
        map.put("e", null);
        assertEquals("{\"a\\\"\":[{\"c\":1}],\"b\":\"d\",\"e\":null}", json(map));
    }

    @Test
    void valueThatJsonHasNotIsRefused() {
        assertRefused("no number of JSON: NaN", Double.NaN);
        assertRefused("no number of JSON: -Infinity", Float.NEGATIVE_INFINITY);
        assertRefused("no number of JSON: 1", new AtomicInteger(1));
        assertRefused("neither string, number, boolean, list nor map: java.util.Optional",
                List.of(Optional.empty()));
        assertRefused("a name is no string: 1", Map.of(1, 2));
    }

    @Test
    void eightLevelsAreWrittenAndNineRefused() {
        assertEquals("[[[[[[[[]]]]]]]]", json(nested(8)));
        assertRefused("more than 8 levels", nested(9));
        assertRefused("more than 8 levels", Map.of("a", nested(8)));
        Object map = Map.of();
        for (int i = 0; i < 8; i++) {
            map = Map.of("a", map);
        }
        assertRefused("more than 8 levels", map);
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertRefused("more than 8 levels", itself);
    }

    @Test
    void charactersAtTheLimitAreWrittenAndOneMoreRefused() {
        assertEquals(1000, json("x".repeat(998)).length());
        assertRefused("more than 1000 characters of JSON", "x".repeat(999));
        assertEquals(1000, json(List.of(1, "x".repeat(994))).length());
        assertRefused("more than 1000 characters of JSON", List.of(1, "x".repeat(995)));
        assertRefused("more than 1000 characters of JSON", "\u0000".repeat(200));
    }

    @Test
    void stringBeyondTheLimitIsNotCopied() {
        StringBuilder out = new StringBuilder("[");
        assertThrows(IllegalArgumentException.class,
                () -> JsonText.value(out, "x".repeat(1000), 1000));
        assertEquals("[", out.toString());
    }

    @Test
    void whatContainsItselfManyTimesIsRefusedSoon() {
        List<Object> wide = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            wide.add(i < 99 ? "x" : wide);
        }
        wide.add(0, wide);
        assertThrows(IllegalArgumentException.class, () -> json(wide));
    }
}
