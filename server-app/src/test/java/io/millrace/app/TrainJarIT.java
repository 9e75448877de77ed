package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command train on the jar, by the JDK that runs the tests. What the JVM tells of its classes
 * shows whether it uses the cache.
 */
@EnabledOnOs(OS.LINUX)
class TrainJarIT {

    @TempDir
    private static Path temp;
    private static Path jar;
    private static Path script;
    private static String said;

    @BeforeAll
    static void train() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("it's"));
        jar = Files.copy(JarProcess.JAR, folder.resolve("millrace.jar"));
        script = folder.resolve("millrace.sh");
        Process train = JarProcess.plain(List.of(JarProcess.JAVA.toString(), "-jar",
                jar.toString(), "train")).redirectErrorStream(true).start();
        said = text(train);
        assertEquals(0, train.waitFor(), said);
    }

    @Test
    void trainingSaysWhatItMadeAndLeavesNothingElse() throws IOException {
        String cache = Runtime.version().feature() < 25 ? "millrace.jsa" : "millrace.aot";
        assertTrue(said.contains("made   " + jar.resolveSibling(cache)), said);
        assertTrue(said.contains("start  " + script), said);
        assertEquals(Set.of(cache, "millrace.jar", "millrace.sh"),
                Set.copyOf(names(jar.getParent())));
    }

    @Test
    void scriptStartsTheProgramWithItsClassesFromTheCache() throws Exception {
        assertTrue(isCached(run(script)));
    }

    @Test
    void replacedJarIsStartedWithoutTheCacheAndWithoutAWord() throws Exception {
        Path copy = copy("replaced");
        Path other = copy.resolveSibling("millrace.jar");
        try (FileSystem inside = FileSystems.newFileSystem(other)) {
            Files.writeString(inside.getPath("another"), "build");
        }
        assertFalse(isCached(run(copy)));
    }

    @Test
    void cacheThatIsGoneOrCutShortIsLeftOutWithoutAWord() throws Exception {
        Path copy = copy("cut");
        Path cache = copy.resolveSibling(names(copy.getParent()).stream()
                .filter(name -> name.matches(".*\\.(aot|jsa)")).findFirst().orElseThrow());
        Files.write(cache, new byte[1000]);
        assertFalse(isCached(run(copy)));
        Files.delete(cache);
        assertFalse(isCached(run(copy)));
    }

    @Test
    void cacheOfAnotherJdkIsLeftOutWithoutAWord() throws Exception {
        Path copy = copy("jdk");
        String text = Files.readString(copy);
        String modules = "lib/modules'";
        assertTrue(text.contains(modules), text);
        Files.writeString(copy, text.replace(modules, "release'"));
        assertFalse(isCached(run(copy)));
    }

    @Test
    void cacheIsNotWrittenOverTheProgramOrUnderTheNameOfItsScript() throws Exception {
        byte[] before = Files.readAllBytes(jar);
        assertEquals("millrace: --output can't be the program's own jar: " + jar + "\n",
                refusal(jar));
        assertArrayEquals(before, Files.readAllBytes(jar));
        Path same = jar.resolveSibling("cache.sh");
        assertEquals("millrace: --output must not end in .sh, which is the script's name: " + same
                + "\n", refusal(same));
    }

    @ParameterizedTest
    @ValueSource(strings = {"training a store", "the JVM writes"})
    void trainingThatIsStoppedLeavesNothing(String line) throws Exception {
        Path scratch = Files.createDirectories(temp.resolve("scratch-" + line));
        Path output = Files.createDirectories(temp.resolve("stopped-" + line));
        Process train = JarProcess.plain(List.of(JarProcess.JAVA.toString(),
                "-Djava.io.tmpdir=" + scratch, "-jar", jar.toString(), "train", "--output",
                output.resolve("cache").toString())).start();
        try (BufferedReader lines = train.inputReader()) {
            while (!lines.readLine().startsWith(line)) {
                assertTrue(train.isAlive());
            }
            assertEquals(1, names(scratch).size());
            train.destroy();
            assertEquals(143, train.waitFor());
        }
        assertEquals(List.of(), names(scratch));
        assertEquals(List.of(), names(output));
    }

    private static String refusal(Path output) throws Exception {
        Process train = JarProcess.plain(List.of(JarProcess.JAVA.toString(), "-jar",
                jar.toString(), "train", "--output", output.toString()))
                .redirectErrorStream(true).start();
        String text = text(train);
        assertEquals(2, train.waitFor(), text);
        return text;
    }

    /** The script in a folder of its own, for the jar and the cache there. */
    private static Path copy(String name) throws IOException {
        Path from = script.getParent();
        Path to = Files.createDirectories(temp.resolve(name));
        for (String file : names(from)) {
            Files.copy(from.resolve(file), to.resolve(file),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Path copy = to.resolve(script.getFileName());
        Files.writeString(copy, Files.readString(copy)
                .replace(from.toString().replace("'", "'\\''"), to.toString()));
        return copy;
    }

    /** What a JVM that the script starts tells of each class. */
    private static Path run(Path program) throws Exception {
        Path classes = Files.createTempFile(temp, "classes", ".log");
        ProcessBuilder builder = JarProcess.plain(List.of(program.toString(), "--version"));
        builder.environment().put("JAVA_OPTS", "-Xlog:class+load:file=" + classes);
        Process process = builder.redirectErrorStream(true).start();
        String out = text(process);
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.matches("Millrace [^\n]+\n"), out);
        return classes;
    }

    private static boolean isCached(Path classes) throws IOException {
        return Files.readString(classes).lines().anyMatch(line -> line.matches(
                ".*io\\.millrace\\.app\\.Main source: shared objects file.*"));
    }

    private static String text(Process process) throws IOException {
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
