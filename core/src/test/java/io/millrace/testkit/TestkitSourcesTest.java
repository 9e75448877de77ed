package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What makes the kit usable outside of this project: a jar of its own, beside core's module. */
class TestkitSourcesTest {

    private static final Pattern USED = Pattern.compile(
            "^import (?:static )?([a-z0-9.]+)\\.[A-Z]|(io\\.millrace\\.[a-z0-9.]+)\\.[A-Z]",
            Pattern.MULTILINE);
    private static final Pattern PUBLIC = Pattern.compile(
            "/\\*\\*(?:(?!\\*/).)*@since 0\\.\\d+\\s+\\*/\\npublic ", Pattern.DOTALL);

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(
                Path.of("src", "test", "java", "io", "millrace", "testkit"))) {
            return files.filter(file -> !file.toString().endsWith("Test.java")).toList();
        }
    }

    @Test
    void kitUsesTheJdkAndExportedPackagesOnly() throws IOException {
        Set<String> allowed = new TreeSet<>(Set.of("io.millrace.testkit"));
        Matcher exported = Pattern.compile("exports ([a-z0-9.]+);").matcher(
                Files.readString(Path.of("src", "main", "java", "module-info.java")));
        exported.results().forEach(found -> allowed.add(found.group(1)));
        assertTrue(allowed.contains("io.millrace.http"));
        Set<String> used = new TreeSet<>();
        for (Path source : sources()) {
            USED.matcher(Files.readString(source)).results().forEach(found -> used.add(
                    found.group(1) != null ? found.group(1) : found.group(2)));
        }
        assertTrue(used.contains("io.millrace.http") && used.contains("java.time"),
                used.toString());
        used.removeAll(allowed);
        used.removeIf(room -> room.startsWith("java."));
        assertEquals(Set.of(), used);
    }

    @Test
    void publicTypesSaySinceWhen() throws IOException {
        int types = 0;
        for (Path source : sources()) {
            String text = Files.readString(source);
            if (text.contains("\npublic ")) {
                types++;
                assertTrue(PUBLIC.matcher(text).find(), source.toString());
                assertTrue(text.contains("<p>Threads: "), source.toString());
            }
        }
        assertEquals(6, types);
    }
}
