package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.server.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each Java sample of the README and the docs compiles as it stands there. */
class SamplesTest {

    private static final Pattern SAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/embedding.md"})
    void everySampleCompiles(String page) throws Exception {
        List<Path> sources = extract(Path.of("..").resolve(page));
        assertFalse(sources.isEmpty(), "no sample in " + page);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-Xlint:all", "-Werror", "--release", "17", "-d", folder.toString(),
                "-cp", classes().toString()));
        sources.forEach(source -> command.add(source.toString()));
        Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(javac.getInputStream().readAllBytes());
        assertEquals(0, javac.waitFor(), output);
    }

    private List<Path> extract(Path page) throws IOException {
        List<Path> sources = new ArrayList<>();
        Matcher sample = SAMPLE.matcher(Files.readString(page));
        while (sample.find()) {
            Matcher name = CLASS.matcher(sample.group(1));
            if (!name.find()) {
                throw new IllegalStateException("no public class in " + sample.group(1));
            }
            Path source = folder.resolve(name.group(1) + ".java");
            Files.writeString(source, sample.group(1));
            sources.add(source);
        }
        return sources;
    }

    private static Path classes() throws Exception {
        return Path.of(HttpServer.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI());
    }
}
