package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What core's tests ask of the wire, asked of the jar over a socket: their commands, run on it. */
class WireIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Path CORE = Path.of("..", "core", "target");

    @TempDir
    private Path folder;

    /** Starts a store that waits for a slow probe. */
    private JarProcess start(String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of("--port", "0", "--head-timeout", "1h",
                "--progress-timeout", "1h", "--linger-timeout", "1h"));
        args.addAll(List.of(flags));
        return JarProcess.start(folder, args.toArray(String[]::new));
    }

    @Test
    void everyWireVectorHoldsForTheJar() throws Exception {
        try (JarProcess server = start()) {
            assertTrue(probed(server.awaitUrl()) > 1000);
            assertEquals(List.of(), server.err().lines()
                    .filter(line -> !line.contains(" refused with 421: ")
                            && !line.contains(" began with TLS ")).toList());
        }
    }

    @Test
    void everyLimitHoldsForTheJar() throws Exception {
        try (JarProcess server = start("--max-head", "512", "--max-target", "64",
                "--max-fields", "4", "--max-body", "16", "--max-skip", "15", "--max-chunk-line",
                "16")) {
            assertTrue(probed(server.awaitUrl(), "small") > 20);
            assertEquals("", server.err());
        }
    }

    /** Runs the probe, which may not find a fault, and returns how many vectors it sent. */
    private static int probed(String url, String... more) throws Exception {
        URI uri = URI.create(url);
        List<String> args = new ArrayList<>(List.of(uri.getHost(), "" + uri.getPort()));
        args.addAll(List.of(more));
        String out = run("io.millrace.wire.WireProbe", args);
        Matcher counts = Pattern.compile("[0-9]+ conversations of ([0-9]+) vectors, 0 failures\n")
                .matcher(out.replace("\r\n", "\n"));
        assertTrue(counts.matches(), out);
        return Integer.parseInt(counts.group(1));
    }

    /** Runs a command from core's tests, and returns what it prints. */
    private static String run(String type, List<String> args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-cp",
                CORE.resolve("classes") + File.pathSeparator + CORE.resolve("test-classes"),
                type));
        command.addAll(args);
        Process process = JarProcess.plain(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}
