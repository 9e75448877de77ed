package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.load.ScriptedServer;
import io.millrace.app.run.JarProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as a person runs it. */
class MillraceJarIT {

    @TempDir
    private Path folder;

    @Test
    void storeKeepsServesAndDeletesFiles() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--workers", "2")) {
            String url = server.awaitUrl();
            assertTrue(url.matches("http://127\\.0\\.0\\.1:[1-9][0-9]*"), url);
            assertTrue(server.out().startsWith("Millrace "), server.out());
            assertTrue(server.out().contains("workers   2\n"), server.out());
            assertTrue(server.out().contains(folder.toRealPath().resolve("data").toString())
                    || server.out().contains(folder.resolve("data").toString()), server.out());
            assertTrue(server.out().contains("contract  http\n"), server.out());

            byte[] body = new byte[300_000];
            new Random(1).nextBytes(body);
            assertEquals(201, request("PUT", url + "/key", body).status());
            assertArrayEquals(body, Files.readAllBytes(folder.resolve("data/key")));
            assertEquals(new Answered(200, body), request("GET", url + "/key", null));
            assertEquals(204, request("DELETE", url + "/key", null).status());
            assertEquals(404, request("GET", url + "/key", null).status());
            assertEquals("", server.err());
        }
    }

    @Test
    void formerNameOfTheContractIsTaken() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "serve", "--port=0", "--contract=rfc9110",
                "--dir=here")) {
            String url = server.awaitUrl();
            assertTrue(url.startsWith("http://"), url);
            assertTrue(server.out().contains("contract  http\n"), server.out());
            assertEquals(201, request("PUT", url + "/key", new byte[1]).status());
            assertEquals(204, request("PUT", url + "/key", new byte[2]).status());
            assertEquals(204, request("DELETE", url + "/key", null).status());
            assertTrue(Files.isDirectory(folder.resolve("here")));
        }
    }

    @Test
    void articleContractAnswers200() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port=0", "--contract=article")) {
            String url = server.awaitUrl();
            assertTrue(server.out().contains("contract  article\n"), server.out());
            assertEquals(200, request("PUT", url + "/key", new byte[1]).status());
            assertEquals(200, request("DELETE", url + "/key", null).status());
        }
    }

    @Test
    void discardingServerTakesEveryPutAndHasNothing() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--discard")) {
            String url = server.awaitUrl();
            assertEquals(204, request("PUT", url + "/key", new byte[100_000]).status());
            assertEquals(404, request("GET", url + "/key", null).status());
            assertFalse(Files.exists(folder.resolve("data")));
        }
    }

    @Test
    void ipv6AddressIsPrintedInBrackets() throws Exception {
        Assumptions.assumeTrue(hasIpv6());
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--discard", "--address", "::1")) {
            String url = server.awaitUrl();
            assertTrue(url.matches("http://\\[::1]:[1-9][0-9]*"), url);
            assertEquals(404, request("GET", url + "/key", null).status());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void furtherAddressesAreServedAndTheBannerNamesThem() throws Exception {
        Path socket = folder.resolve("a.sock");
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--discard",
                "--listen", "127.0.0.1:0", "--listen", "unix:a.sock", "--socket-mode", "660")) {
            String url = server.awaitUrl();
            String also = server.out().lines().filter(line -> line.startsWith("  also on "))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .reduce((first, second) -> first + " " + second).orElseThrow();
            assertTrue(also.matches("http://127\\.0\\.0\\.1:[1-9][0-9]* unix:a\\.sock"), also);
            assertEquals(404, request("GET", url + "/key", null).status());
            assertEquals(404, request("GET", also.split(" ")[0] + "/key", null).status());
            assertTrue(askOverUnix(socket).startsWith("HTTP/1.1 404 "));
            assertEquals("rw-rw----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            server.terminate();
            assertEquals(0, server.exitCode());
            assertEquals("", server.err());
            assertFalse(Files.exists(socket));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void unixSocketMayBeTheOnlyAddress() throws Exception {
        Path socket = folder.resolve("a.sock");
        try (JarProcess server =
                JarProcess.start(folder, "--address", "unix:a.sock", "--discard")) {
            assertEquals("unix:a.sock", server.awaitUrl());
            assertTrue(askOverUnix(socket).startsWith("HTTP/1.1 404 "));
        }
    }

    private static String askOverUnix(Path socket) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(client).readAllBytes(),
                    StandardCharsets.US_ASCII);
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        } catch (IOException noIpv6) {
            return false;
        }
    }

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

    @Test
    void portInUseIsOneLineAndExitCode1() throws Exception {
        try (JarProcess first = JarProcess.start(folder, "--port", "0", "--discard")) {
            String url = first.awaitUrl();
            String port = url.substring(url.lastIndexOf(':') + 1);
            try (JarProcess second = JarProcess.start(folder, "--port", port, "--discard")) {
                assertEquals(1, second.exitCode());
                assertEquals("", second.out());
                assertTrue(second.err().matches("millrace: can't listen on 127\\.0\\.0\\.1:" + port
                        + ": [^\n]+\n"), second.err());
                if (OS.LINUX.isCurrentOs()) {
                    assertTrue(second.err().endsWith(": process " + first.pid()
                            + " (java) listens on the port: stop it, or choose another port\n"),
                            second.err());
                }
            }
            assertEquals(404, request("GET", url + "/key", null).status());
        }
    }

    @Test
    void folderOfAnotherServerIsOneLineAndExitCode1() throws Exception {
        try (JarProcess first = JarProcess.start(folder, "--port", "0")) {
            first.awaitUrl();
            try (JarProcess second = JarProcess.start(folder, "--port", "0")) {
                assertEquals(1, second.exitCode());
                assertEquals("", second.out());
                assertTrue(second.err().matches("millrace: [^\n]*data[^\n]*\n"), second.err());
            }
        }
    }

    @Test
    void wrongFlagIsOneLineAndExitCode2() throws Exception {
        try (JarProcess wrong = JarProcess.start(folder, "--max-head", "1GB")) {
            assertEquals(2, wrong.exitCode());
            assertEquals("", wrong.out());
            assertEquals("millrace: --max-head must be in [512, 1048576]: 1GB\n",
                    wrong.err().replace("\r\n", "\n"));
        }
    }

    @Test
    void versionIsTheOneOfTheJar() throws Exception {
        try (JarProcess version = JarProcess.start(folder, "--version")) {
            assertEquals(0, version.exitCode());
            assertTrue(version.out().matches("Millrace [0-9]+\\.[0-9]+\\.[0-9]+[^\n]*\n"),
                    version.out());
        }
    }

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

    /** An answer as a client sees it. */
    private record Answered(int status, byte[] body) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Answered that && status == that.status
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return status;
        }
    }

    private static Answered request(String method, String url, byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(60_000);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            new ByteArrayInputStream(body).transferTo(connection.getOutputStream());
        }
        int status = connection.getResponseCode();
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answered(status, in == null ? new byte[0] : in.readAllBytes());
        }
    }
}
