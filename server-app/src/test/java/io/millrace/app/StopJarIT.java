package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the jar ends: by signals, and what becomes of requests that are under way. */
class StopJarIT extends JarRequests {

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void sigtermDrainsPrintsTheSummaryAndExits0() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--workers", "2")) {
            String url = server.awaitUrl();
            request("PUT", url + "/key", new byte[50_000]);
            request("GET", url + "/key", null);
            server.terminate();
            assertEquals(0, server.exitCode());
            assertTrue(server.out().contains("served 2 requests over "), server.out());
            assertTrue(server.out().contains("worker 1 "), server.out());
            assertTrue(server.out().contains(" 0 cut at the end"), server.out());
            assertEquals("", server.err());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void requestThatIsUnderWayAtSigtermIsAnswered() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0");
                Socket client = connect(server.awaitUrl())) {
            beginPut(client);
            server.terminate();
            server.await("stopping");
            client.getOutputStream().write('b');
            String answer = new String(client.getInputStream().readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(answer.contains("HTTP/1.1 201 "), answer);
            long answeredNs = System.nanoTime();
            assertEquals(0, server.exitCode()); // though the client keeps its side open
            assertTrue(System.nanoTime() - answeredNs < 20_000_000_000L, "a stop of 20 s");
            assertEquals("ab", Files.readString(folder.resolve("data/key")));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void requestThatOutlastsTheDrainIsCut() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--drain", "50ms");
                Socket client = connect(server.awaitUrl())) {
            beginPut(client);
            server.terminate();
            assertEquals(0, server.exitCode());
            assertTrue(server.out().contains(" 1 cut at the end"), server.out());
            assertFalse(Files.exists(folder.resolve("data/key")));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void flightRecordingIsWrittenBeforeTheEnd() throws Exception {
        try (JarProcess server = JarProcess.startByShell(folder, "exec \"$@\"",
                List.of("-XX:StartFlightRecording:filename=store.jfr"),
                "--port", "0", "--discard", "--flight-recorder")) {
            assertEquals(404, request("GET", server.awaitUrl() + "/key", null).status());
            server.terminate();
            assertEquals(0, server.exitCode());
        }
        assertTrue(RecordingFile.readAllEvents(folder.resolve("store.jfr")).stream()
                .anyMatch(event -> event.getEventType().getName().equals("io.millrace.Exchange")
                        && event.getString("target").equals("/key")
                        && event.getInt("status") == 404));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void secondSignalStopsAtOnce() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--drain", "1h");
                Socket client = connect(server.awaitUrl())) {
            beginPut(client);
            server.terminate();
            server.await("stopping");
            server.terminate();
            assertEquals(130, server.exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR", "XCPU", "PIPE",
        "XFSZ"})
    void signalWithoutAMeaningEndsNothing(String name) throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--drain", "0s")) {
            server.awaitUrl();
            assertEquals(0, new ProcessBuilder("kill", "-" + name, "" + server.pid()).start()
                    .waitFor());
            assertFalse(server.endsWithin(200));
            server.terminate();
            assertEquals(0, server.exitCode());
        }
    }

    @Test
    void stopThatTakesTooLongIsCut() throws Exception {
        // Nobody reads stdout's lines any more: a full pipe, which the last lines wait for.
        String line = "mkfifo full && exec 3<>full && dd if=/dev/zero of=full bs=65536 count=1 "
                + "2>/dev/null; exec \"$@\" >full";
        Process server = JarProcess.plain(List.of("sh", "-c", line, "sh",
                JarProcess.JAVA.toString(), "-jar", JarProcess.JAR.toString(), "--port", "0",
                "--drain", "0s")).directory(folder.toFile()).start();
        try {
            // The banner waits; the hook is there before it.
            assertFalse(server.waitFor(3, TimeUnit.SECONDS));
            server.destroy();
            assertTrue(server.waitFor(30, TimeUnit.SECONDS));
            assertEquals(1, server.exitValue());
        } finally {
            server.destroyForcibly();
        }
    }

    private static Socket connect(String url) throws IOException {
        URI uri = URI.create(url);
        return new Socket(uri.getHost(), uri.getPort());
    }

    /** Sends the first of two bytes once the server waits for the body. */
    private static void beginPut(Socket client) throws IOException {
        client.getOutputStream().write(("PUT /key HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                + "Expect: 100-continue\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        assertEquals(interim, new String(
                client.getInputStream().readNBytes(interim.length()), StandardCharsets.US_ASCII));
        client.getOutputStream().write('a');
    }
}
