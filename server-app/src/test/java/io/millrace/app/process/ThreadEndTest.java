package io.millrace.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadEndTest {

    private static final String PROGRAM = """
            public class Ends {
                public static void main(String[] args) throws InterruptedException {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                        System.out.println("a hook runs");
                    }));
                    Thread.setDefaultUncaughtExceptionHandler(
                            new io.millrace.app.process.ThreadEnd("a"));
                    Thread worker = new Thread(() -> {
                        throw new IllegalStateException("meant");
                    }, "a-worker-0");
                    worker.start();
                    worker.join();
                    System.out.println("it goes on");
                }
            }
            """;

    @Test
    void threadsOfTheServerEndTheProcessAndOthersDoNot() {
        List<String> ended = new ArrayList<>();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream systemErr = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            for (String name : List.of("a-worker-0", "a-worker-11", "a-acceptor", "b-acceptor",
                    "millrace-log", "a-other")) {
                new ThreadEnd("a", () -> ended.add(name))
                        .uncaughtException(new Thread(name), new IllegalStateException("meant"));
            }
        } finally {
            System.setErr(systemErr);
        }
        assertEquals(List.of("a-worker-0", "a-worker-11", "a-acceptor"), ended);
        String said = err.toString(StandardCharsets.UTF_8);
        for (String other : List.of("b-acceptor", "millrace-log", "a-other")) {
            assertTrue(said.contains(other + " has ended"), said);
        }
        assertTrue(said.contains("java.lang.IllegalStateException: meant"), said);
        assertFalse(said.contains("a-worker"), said);
    }

    // A hook would wait for the thread that has ended, and 0 would be a process that is done.
    @Test
    void processEndsWithoutItsHooksAndSaysThatItFailed(@TempDir Path folder) throws Exception {
        Path program = Files.writeString(folder.resolve("Ends.java"), PROGRAM);
        Path classes = Path.of(
                ThreadEnd.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                classes.toString(), program.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertEquals("", new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8));
        assertEquals(70, process.waitFor());
    }
}
