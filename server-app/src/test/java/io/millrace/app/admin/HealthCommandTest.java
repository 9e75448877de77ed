package io.millrace.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HealthCommandTest {

    @TempDir
    Path folder;

    private HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Starts a server that also listens on a Unix domain socket; its address. */
    private String start(Handler handler) throws IOException {
        server = HttpServer.start(ServerOptions.builder().workers(1).addresses(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                UnixDomainSocketAddress.of(folder.resolve("s"))).build(), handler);
        return "127.0.0.1:" + server.address().getPort();
    }

    private static Response of(String path, String host) {
        return Response.text(path + " of " + host + "\n");
    }

    private static String run(Map<String, String> environment, String... args)
            throws CommandException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(0, HealthCommand.run(List.of(args), environment,
                new PrintStream(out, false, StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private static void assertFails(int exitCode, String message, String... args) {
        CommandException failure =
                assertThrows(CommandException.class, () -> run(Map.of(), args));
        assertEquals(message, failure.getMessage());
        assertEquals(exitCode, failure.exitCode());
    }

    @Test
    void readyStoreIsALineOnStdout() throws Exception {
        String at = start(request -> of(request.path(), request.headers().first("Host")));
        assertEquals(at + ": /health/ready of " + at + "\n", run(Map.of(), at));
        assertEquals("http://" + at + "/: /health/ready of " + at + "\n",
                run(Map.of(), "http://" + at + "/"));
        assertEquals("http://" + at + "/healthz: /healthz of " + at + "\n",
                run(Map.of(), "http://" + at + "/healthz"));
        String socket = "unix:" + folder.resolve("s");
        assertEquals(socket + ": /health/ready of localhost\n", run(Map.of(), socket));
    }

    @Test
    void withoutAnAddressTheOneOfTheVariableIsAsked() throws Exception {
        String at = start(request -> Response.text("ok\n"));
        assertEquals(at + ": ok\n", run(Map.of("MILLRACE_ADMIN", at)));
        assertEquals(at + ": ok\n", run(Map.of("MILLRACE_ADMIN", at + ",unix:/nowhere")));
        assertEquals(at + ": ok\n", run(Map.of("MILLRACE_ADMIN", "unix:/nowhere"), at));
    }

    @Test
    void emptyVariableCountsAsNotSet() throws Exception {
        String asked = "";
        try {
            asked = run(Map.of("MILLRACE_ADMIN", ""), "--timeout", "1s");
        } catch (CommandException nothingListens) {
            asked = nothingListens.getMessage();
        }
        assertTrue(asked.startsWith("127.0.0.1:9180: "), asked);
    }

    @Test
    void storeThatIsNotReadyFailsWithItsReason() throws Exception {
        String at = start(request ->
                Response.text("draining\n").with(Status.SERVICE_UNAVAILABLE));
        assertFails(1, at + ": not ready, 503 draining", at);
    }

    // Another server may have the address, or the store another --health-path.
    @ParameterizedTest
    @ValueSource(ints = {204, 308, 401, 404, 500})
    void everyStatusBut200Fails(int status) throws Exception {
        String at = start(request -> Response.of(Status.of(status)));
        CommandException failure =
                assertThrows(CommandException.class, () -> run(Map.of(), at));
        assertTrue(failure.getMessage().startsWith(at + ": not ready, " + status),
                failure.getMessage());
        assertEquals(1, failure.exitCode());
    }

    @Test
    void hostThatIsUnknownIsNamed() {
        String host = "a".repeat(64); // longer than a label of the DNS may be
        assertFails(1, "unknown host: " + host, host + ":1");
    }

    @Test
    void addressWhereNothingListensFails() throws Exception {
        String at = start(request -> Response.text("ok\n"));
        server.close();
        assertFails(1, at + ": Connection refused", at);
        assertFails(1, "unix:" + folder.resolve("s") + ": No such file or directory",
                "unix:" + folder.resolve("s"));
    }

    @Test
    void serverThatDoesNotRespondInTimeFails() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String at = "127.0.0.1:" + silent.getLocalPort();
            assertFails(1, at + ": no response within 20ms", at, "--timeout", "20ms");
        }
    }

    @Test
    void whatIsNoResponseFails() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            String at = "127.0.0.1:" + other.getLocalPort();
            Thread thread = new Thread(() -> respond(other, "SSH-2.0\r\n", ""));
            thread.start();
            assertFails(1, at + ": that is no HTTP response", at);
            assertFails(1, at + ": the connection was closed without a response", at);
            thread.join();
        }
    }

    @Test
    void responseMayArriveByTheByteAndBeLongerThanIsRead() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            String at = "127.0.0.1:" + other.getLocalPort();
            Thread thread = new Thread(() -> {
                try (Socket client = other.accept()) {
                    client.setTcpNoDelay(true);
                    client.getInputStream().read(new byte[1000]);
                    for (char one : "HTTP/1.1 200 OK\r\n\r\nok\r\n".toCharArray()) {
                        client.getOutputStream().write(one);
                    }
                    client.getOutputStream().write(new byte[100_000]);
                } catch (IOException enough) {
                    return; // the rest is of no use
                }
            });
            thread.start();
            assertEquals(at + ": ok\n", run(Map.of(), at, "--timeout", "30s"));
            thread.join();
        }
    }

    @Test
    void addressIsReadAsAUrlHasIt() throws Exception {
        assertEquals(new InetSocketAddress("127.0.0.1", 80),
                HealthTarget.of("http://127.0.0.1/").address());
        assertEquals("/a%20b", HealthTarget.of("http://127.0.0.1/a%20b").path());
    }

    private static void respond(ServerSocket server, String... responses) {
        for (String response : responses) {
            try (Socket client = server.accept()) {
                client.getInputStream().read(new byte[1000]);
                client.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://localhost:8443 | ' (https is not supported: use the address of --admin)'",
        "ftp://localhost | ''", "unix: | ''", "localhost:0 | ''", "localhost:65536 | ''",
        "http://user@localhost/ | ''", "a b | ''", ":8080 | ''"})
    void malformedTargetIsRefused(String target, String why) {
        assertFails(2, "the target must be http://HOST[:PORT][/PATH], HOST:PORT or unix:PATH" + why
                + ": " + target, target);
    }

    @Test
    void secondAddressIsRefused() {
        assertFails(2, "health takes one address, see health --help", "a:1", "b:2");
    }

    @Test
    void helpListsTheFlags() throws Exception {
        String help = run(Map.of(), "--help");
        assertEquals(HealthCommand.FLAGS.help(), help);
        help.lines().forEach(line -> assertEquals(true, line.length() <= 100, line));
    }
}
