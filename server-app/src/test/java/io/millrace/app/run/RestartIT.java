package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One process of the jar follows another; {@link RestartRun} does it more often. */
@EnabledOnOs(OS.LINUX)
class RestartIT {

    @TempDir
    private Path folder;

    @Test
    void restartLosesNothingAndRefusesNoClient() throws Exception {
        RestartRun run = new RestartRun(folder, 1);
        run.restart(2);
        assertEquals(List.of(), run.faults(), run.report());
        assertTrue(run.requests() > 0, run.report());
    }

    /** The one that was started without the flags, or waits in vain, is told so. */
    @Test
    void processWithoutReusePortFollowsAfterASmallGap() throws Exception {
        try (JarProcess old = JarProcess.startSmall(folder, "--port", "0")) {
            String url = old.awaitUrl();
            String port = url.substring(url.lastIndexOf(':') + 1);
            try (JarProcess next = JarProcess.startSmall(folder, "--port", port,
                    "--wait-for-folder", "24h")) {
                awaitLine(next, "waiting for the process");
                old.terminate();
                assertEquals(0, old.exitCode());
                next.awaitUrl();
                assertTrue(next.err().contains("Address already in use; waiting"), next.err());
                try (StoreClient client = new StoreClient(url)) {
                    assertEquals(200, client.put(new StampedBody("a", 1, 100), false, null));
                }
            }
        }
    }

    @Test
    void folderThatStaysInUseIsAnErrorWhenTheTimeIsUp() throws Exception {
        try (JarProcess old = JarProcess.startSmall(folder, "--port", "0")) {
            old.awaitUrl();
            try (JarProcess next = JarProcess.startSmall(folder, "--port", "0",
                    "--wait-for-folder", "100ms")) {
                assertEquals(1, next.exitCode());
                assertTrue(next.err().contains("another store uses the folder"), next.err());
            }
        }
    }

    @Test
    void unixSocketIsTakenOverWithItsClients() throws Exception {
        String socket = "unix:" + folder.resolve("s");
        String[] args = {"--address", socket, "--reuse-port", "--wait-for-folder", "60s"};
        try (JarProcess old = JarProcess.startSmall(folder, args)) {
            old.awaitUrl();
            try (JarProcess next = JarProcess.startSmall(folder, args)) {
                awaitLine(next, "waiting for the process");
                old.terminate();
                next.awaitUrl();
                assertEquals(0, old.exitCode());
                assertEquals(List.of("s"), List.of(folder.toFile().list((dir, name) ->
                        name.equals("s"))));
                next.terminate();
                assertEquals(0, next.exitCode());
                assertEquals(0, folder.toFile().list((dir, name) -> name.equals("s")).length);
            }
        }
    }

    private static void awaitLine(JarProcess process, String text) throws Exception {
        while (!process.err().contains(text)) {
            assertTrue(!process.endsWithin(1), process.err());
        }
    }
}
