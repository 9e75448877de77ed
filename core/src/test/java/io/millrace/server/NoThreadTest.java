package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Response;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A start for which the system has too few threads. In a process of its own, as it needs one. */
@EnabledOnOs(OS.LINUX)
class NoThreadTest {

    private static final String NAME = "starved";
    /** The stacks of so many threads don't fit into the address space that the process has. */
    private static final int WORKERS = 100;
    private static final String LIMIT = "ulimit -v 12000000 2>/dev/null || exit 9; exec \"$@\"";

    @Test
    void startThatGetsNoThreadFailsAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder("/bin/sh", "-c", LIMIT, "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xss500m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m",
                "-XX:CompressedClassSpaceSize=32m", "-XX:-UsePerfData",
                "-cp", classPath(), NoThreadTest.class.getName())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
        assumeTrue(process.exitValue() != 9, "the shell can't limit the address space");
        List<String> lines = Files.readAllLines(said);
        assertEquals("refused=true threads=0 descriptors=0", lines.get(lines.size() - 1),
                lines::toString);
    }

    /** The folders of classes, and not that of the module which has the tests patched in. */
    private static String classPath() {
        return root(HttpServer.class) + File.pathSeparator + root(NoThreadTest.class);
    }

    private static Path root(Class<?> type) {
        Path root = Path.of(URI.create(type.getResource(type.getSimpleName() + ".class")
                .toString()));
        for (int i = 0; i <= type.getPackageName().split("\\.").length; i++) {
            root = root.getParent();
        }
        return root;
    }

    /** The process: starts a server that can't be started and says what is left. */
    public static void main(String[] arguments) throws Exception {
        start(1).close(); // what a process opens once for all its servers
        long before = descriptors();
        boolean isRefused = false;
        try {
            start(WORKERS).close();
        } catch (OutOfMemoryError e) {
            isRefused = true;
        }
        System.out.println("refused=" + isRefused + " threads=" + threads()
                + " descriptors=" + (descriptors() - before));
        System.out.flush();
        Runtime.getRuntime().halt(0); // whatever is left, without a thread for it
    }

    private static HttpServer start(int workers) throws IOException {
        return HttpServer.start(ServerOptions.builder().port(0).name(NAME).workers(workers).build(),
                request -> Response.text(""));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(NAME)).count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
