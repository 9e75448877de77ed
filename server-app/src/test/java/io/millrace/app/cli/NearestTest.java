package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({"'', '', 0", "a, '', 1", "port, port, 0", "prot, port, 1", "pot, port, 1",
        "ports, port, 1", "part, port, 1", "kitten, sitting, 3", "ca, abc, 3"})
    void distanceCountsLettersAddedLeftOutChangedAndSwapped(String a, String b, int distance) {
        assertEquals(distance, Nearest.distance(a, b));
        assertEquals(distance, Nearest.distance(b, a));
    }

    @Test
    void aThirdOfTheLettersMayBeWrong() {
        List<String> known = List.of("--dir", "--max-connections", "--max-body");
        assertEquals("--dir", Nearest.to("--dri", known));
        assertEquals("--max-body", Nearest.to("--maxbody", known));
        assertEquals("--max-connections", Nearest.to("--max-conections", known));
        assertNull(Nearest.to("-p", known));
        assertNull(Nearest.to("--colour", known));
    }

    @Test
    void textOf65LettersIsNoMisspeltName() {
        String name = "a".repeat(64);
        assertEquals(name, Nearest.to(name, List.of(name)));
        assertNull(Nearest.to(name + "a", List.of(name)));
    }
}
