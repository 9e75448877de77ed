package io.millrace.app.train;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A store in a process of its own, which is there to be trained: in a temporary folder, on a port
 * of loopback that the system picks, with the settings of nobody.
 *
 * <p>Threads: one.
 */
final class TrainingStore implements Closeable {

    private static final String LISTENING = "listening on ";
    private static final long TICK_MS = 20;
    private static final long START_NS = TimeUnit.SECONDS.toNanos(60);
    /** The JVM makes the cache then, which takes seconds. */
    private static final long END_SECONDS = 300;
    private static final long KILL_SECONDS = 4;
    private static final int SHOWN_LINES = 5;

    private final Path folder;
    private final Path log;
    private final Process process;

    private TrainingStore(Path folder, Path log, Process process) {
        this.folder = folder;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param java the command with the options of the JVM, up to those of the program
     */
    static TrainingStore start(List<String> java) throws IOException {
        Path folder = Files.createTempDirectory("millrace-train");
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("serve", "--address", "127.0.0.1", "--port", "0", "--dir",
                folder.resolve("data").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true).redirectOutput(log.toFile());
        clean(builder.environment());
        try {
            return new TrainingStore(folder, log, builder.start());
        } catch (IOException e) {
            delete(folder);
            throw e;
        }
    }

    /** Leaves out what would set the store or its JVM up otherwise. */
    static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        environment.keySet().removeAll(
                List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    }

    /** Where it listens. */
    URI await() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        do {
            for (String line : lines()) {
                if (line.startsWith(LISTENING)) {
                    return URI.create(line.substring(LISTENING.length()).strip());
                }
            }
        } while (!process.waitFor(TICK_MS, TimeUnit.MILLISECONDS)
                && System.nanoTime() - startNs < START_NS);
        throw new IOException("the store to train has not started: " + said());
    }

    /**
     * Ends it as a signal does, and waits until its JVM has made the cache.
     *
     * @throws IOException if it has made none
     */
    void stop(Path cache) throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the JVM has made no cache within " + END_SECONDS + " s");
        }
        if (!Files.exists(cache) || Files.size(cache) == 0) {
            throw new IOException("the JVM has made no cache, exit code " + process.exitValue()
                    + ": " + said());
        }
    }

    private List<String> lines() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    }

    private String said() throws IOException {
        List<String> all = lines();
        return String.join("; ", all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size()));
    }

    /** Ends it at once, for a command that is stopped itself; any thread. */
    void kill() {
        // The JVM that makes the cache is a child of JDK 25's, and would go on.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        kill();
        try {
            process.waitFor(KILL_SECONDS, TimeUnit.SECONDS); // it writes until then
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
