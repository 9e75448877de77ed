package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of breaks that the tests notice names tests that exist. */
class TestsPageTest {

    private static final Pattern NAME = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    void everyTestOnThePageExists() throws IOException {
        Map<String, Path> files;
        try (Stream<Path> core = Files.walk(Path.of("src/test/java"));
                Stream<Path> app = Files.walk(Path.of("../server-app/src/test/java"))) {
            files = Stream.concat(core, app)
                    .filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString(),
                            Function.identity(), (one, other) -> one));
        }
        Matcher names = NAME.matcher(Files.readString(Path.of("../docs/tests.md")));
        List<String> missing = new ArrayList<>();
        int count = 0;
        while (names.find()) {
            count++;
            Path file = files.get(names.group(1) + ".java");
            if (file == null || !Files.readString(file).contains("void " + names.group(2) + "(")) {
                missing.add(names.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(count > 30, () -> "the page has no names any more");
    }
}
