package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that lists the rules names vectors and tests that exist. */
final class DocumentedRulesTest {

    private static final Path PAGE = Path.of("..", "docs", "http.md");
    private static final List<Path> TESTS = List.of(Path.of("src", "test", "java"),
            Path.of("..", "server-app", "src", "test", "java"));
    private static final Pattern ROW = Pattern.compile("\\|.*\\| *([^|]*[^| ]) *\\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST_METHOD = Pattern.compile("void (\\w+)\\(");

    @Test
    void everyNamedVectorAndTestExists() throws IOException {
        Set<String> known = known();
        Set<String> unknown = new TreeSet<>();
        int rows = 0;
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (!row.matches() || row.group(1).equals("shown by") || line.startsWith("|---")) {
                continue;
            }
            rows++;
            Matcher name = NAME.matcher(row.group(1));
            assertTrue(name.find(), line);
            do {
                if (!known.contains(name.group(1))) {
                    unknown.add(name.group(1));
                }
            } while (name.find());
        }
        assertTrue(rows > 0, "no row in " + PAGE);
        assertEquals(Set.of(), unknown);
    }

    private static Set<String> known() throws IOException {
        Set<String> known = new HashSet<>();
        Stream.of(WireVectors.all(), LimitVectors.all()).flatMap(List::stream)
                .forEach(vector -> known.add(vector.name()));
        List<Path> sources = new ArrayList<>();
        for (Path folder : TESTS) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        for (Path source : sources) {
            String type = source.getFileName().toString().replace(".java", "");
            known.add(type);
            Matcher method = TEST_METHOD.matcher(Files.readString(source));
            while (method.find()) {
                known.add(method.group(1));
                known.add(type + "." + method.group(1));
            }
        }
        return known;
    }
}
