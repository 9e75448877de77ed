package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.load.ScriptedServer;
import io.millrace.app.run.JarProcess;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The jar's {@code load} against its own store. */
class LoadJarIT extends JarRequests {

    @Test
    void loadPutsAndGetsWithoutAFailure() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0")) {
            String url = server.awaitUrl();
            for (String method : new String[] {"PUT", "GET"}) {
                try (JarProcess load = JarProcess.start(folder, "load", url + "/a", "--json",
                        "--requests", "2000", "--size", "10KB", "--method", method)) {
                    assertEquals(0, load.exitCode(), load.out() + load.err());
                    // A client's first PUT makes its object, the others replace it.
                    assertTrue(load.out().matches("[\\s\\S]*\"responses\":\\{"
                            + (method.equals("PUT") ? "\"201\":[0-9]+,\"204\":[0-9]+"
                                    : "\"200\":2000") + "\\},\"errors\":\\{\\}\\}\\s*"),
                            load.out());
                    assertTrue(load.out().contains("\"body_bytes\":20000000,"), load.out());
                    assertEquals("", load.err());
                }
            }
            assertEquals(10_000, Files.size(folder.resolve("data/a-0")));
            assertTrue(Files.exists(folder.resolve("data/a-31")));
        }
    }

    @Test
    void loadOfFreshConnectionsSucceeds() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--discard");
                JarProcess load = JarProcess.start(folder, "load", server.awaitUrl(),
                        "--requests", "500", "--size", "1KB", "--fresh")) {
            assertEquals(0, load.exitCode(), load.out() + load.err());
            assertTrue(load.out().contains("responses   204: 500\n"), load.out());
        }
    }

    @Test
    void largeBodiesNeedLittleMemoryOnBothSides() throws Exception {
        try (JarProcess server = JarProcess.startSmall(folder, "--port", "0", "--discard");
                JarProcess load = JarProcess.startSmall(folder, "load", server.awaitUrl(),
                        "--requests", "64", "--size", "40MB")) {
            assertEquals(0, load.exitCode(), load.out() + load.err());
            assertEquals("", server.err());
        }
    }

    @Test
    void loadSeesWhyATooLargeBodyIsRefused() throws Exception {
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--discard", "--max-body", "1MB");
                JarProcess load = JarProcess.start(folder, "load", server.awaitUrl(),
                        "--requests", "20", "--size", "100MB", "--connections", "4")) {
            assertEquals(1, load.exitCode());
            assertTrue(load.out().contains("responses   413: 20\n"), load.out());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void loadThatIsStoppedPrintsWhatItMeasured() throws Exception {
        CountDownLatch answered = new CountDownLatch(100);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            while (peer.readRequest()) {
                peer.send("HTTP/1.1 204 No Content\r\n\r\n");
                answered.countDown();
            }
        }); JarProcess load = JarProcess.start(folder, "load", server.url(),
                "--requests", "1000000000", "--size", "1", "--connections", "2")) {
            answered.await();
            load.terminate();
            assertEquals(143, load.exitCode());
            assertTrue(load.out().contains("stopped before the end"), load.out());
            assertTrue(load.out().contains("errors      none\n"), load.out());
            assertEquals("", load.err());
        }
    }
}
