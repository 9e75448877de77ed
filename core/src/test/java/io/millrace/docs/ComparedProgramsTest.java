package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.HttpServer;
import io.millrace.testkit.TestClient;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs of docs/comparison that are written with Millrace compile without a warning, and do
 * what they say. The one that needs Jackson is tried by {@code docs/comparison/run}, with those
 * of the other library.
 */
class ComparedProgramsTest {

    private static final Path PROGRAMS = Path.of("../docs/comparison/millrace");
    private static final String NEEDS_JACKSON = "JsonRest";

    @TempDir
    Path folder;

    static Stream<String> names() {
        return ComparedProgram.NAMES.stream().filter(name -> !name.equals(NEEDS_JACKSON));
    }

    @Test
    void eachProgramHasItsTwin() throws Exception {
        for (String side : List.of("millrace", "javalin")) {
            try (Stream<Path> files = Files.list(PROGRAMS.resolveSibling(side))) {
                assertEquals(ComparedProgram.NAMES, files.map(file ->
                        file.getFileName().toString().replace(".java", "")).sorted().toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void programCompilesAndDoesWhatItSays(String name) throws Exception {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        String classes = classesOf(HttpServer.class) + File.pathSeparator
                + classesOf(TestClient.class);
        List<String> javac = List.of(bin.resolve("javac").toString(), "-Xlint:all,-serial",
                "-Werror", "--release", "17", "-d", folder.toString(), "-cp", classes,
                PROGRAMS.resolve(name + ".java").toString());
        Process compiler = new ProcessBuilder(javac).redirectErrorStream(true).start();
        String output = new String(compiler.getInputStream().readAllBytes());
        assertEquals(0, compiler.waitFor(), output);
        try (ComparedProgram program = new ComparedProgram(List.of(bin.resolve("java").toString(),
                "-cp", classes + File.pathSeparator + folder), name,
                Files.createDirectory(folder.resolve("work")))) {
            program.tryOut();
        }
    }

    private static Path classesOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
