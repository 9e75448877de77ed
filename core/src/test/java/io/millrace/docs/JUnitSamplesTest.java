package io.millrace.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.HttpServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the docs that are tests compile as they stand there, and pass. */
class JUnitSamplesTest {

    private static final Pattern SAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);
    private static final Pattern OF_JUNIT = Pattern.compile(
            "(junit-(jupiter|platform)-|apiguardian-|opentest4j-).*\\.jar");

    @TempDir
    Path folder;

    private static Map<String, String> samples() throws IOException {
        Map<String, String> samples = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("..", "docs"))) {
            for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher sample = SAMPLE.matcher(Files.readString(page));
                while (sample.find()) {
                    Matcher name = CLASS.matcher(sample.group(1));
                    if (sample.group(1).contains(SamplesTest.IS_TEST)) {
                        assertTrue(name.find(), "no class in " + sample.group(1));
                        String twin = samples.put(name.group(1), sample.group(1));
                        assertEquals(null, twin, "two samples called " + name.group(1));
                    }
                }
            }
        }
        return samples;
    }

    @Test
    void samplesCompileAndPass() throws Exception {
        Map<String, String> samples = samples();
        assertTrue(samples.size() >= 4, samples.keySet().toString());
        List<String> javac = new ArrayList<>(List.of(tool("javac"), "-Xlint:all", "-Werror",
                "--release", "17", "-d", folder.toString(), "-cp", classPath()));
        for (Map.Entry<String, String> sample : samples.entrySet()) {
            javac.add(Files.writeString(folder.resolve(sample.getKey() + ".java"),
                    sample.getValue()).toString());
        }
        run(javac);
        List<String> java = new ArrayList<>(List.of(tool("java"), "-cp",
                classPath() + File.pathSeparator + folder, SampleRun.class.getName()));
        java.addAll(samples.keySet());
        String log = run(java);
        for (String name : samples.keySet()) {
            assertTrue(log.contains("passed: " + name + "."), log);
        }
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), log);
        return log;
    }

    /** The library, the tests of core, which the kit is of, and JUnit. */
    private static String classPath() throws Exception {
        Path library = Path.of(HttpServer.class.getProtectionDomain().getCodeSource()
                .getLocation().toURI());
        String ofTests = System.getProperty("java.class.path") + File.pathSeparator
                + System.getProperty("jdk.module.path", "");
        return library + File.pathSeparator + Path.of("target", "test-classes").toAbsolutePath()
                + File.pathSeparator + Stream.of(ofTests.split(File.pathSeparator))
                        .filter(jar -> OF_JUNIT.matcher(Path.of(jar).getFileName().toString())
                                .matches())
                        .collect(Collectors.joining(File.pathSeparator));
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
