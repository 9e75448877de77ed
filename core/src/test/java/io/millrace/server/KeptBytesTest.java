package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept for connections has a bound, and those that hold most are beyond it. */
class KeptBytesTest {

    private static final int BOUND = 1 << 20;
    /** The room that a head of nearly 16 KiB has, and that of the places of its fields. */
    private static final int LARGE = (16 << 10) + 256;
    private static final String BEGUN = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    private static final String END = "\r\nConnection: close\r\n\r\n";

    private final List<SocketChannel> clients = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private static HttpServer start(String answer) throws IOException {
        Response response = Response.text(answer);
        return HttpServer.start(ServerOptions.builder().port(0).workers(1).maxKeptBytes(BOUND)
                .drainTimeout(Duration.ZERO).build(), request -> response);
    }

    private SocketChannel send(HttpServer server, String text) throws IOException {
        SocketChannel client = SocketChannel.open(server.address());
        clients.add(client);
        send(client, text);
        return client;
    }

    private static void send(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    private static void await(LongSupplier figure, long atLeast) {
        long startNs = System.nanoTime();
        while (figure.getAsLong() < atLeast) {
            assertTrue(System.nanoTime() - startNs < 20_000_000_000L, "in vain");
            Pause.briefly();
        }
    }

    private static long shed(HttpServer server) {
        return server.stats().workers().get(0).shed();
    }

    @Test
    void headsBeyondTheBoundAreResetAndASmallOneIsAnswered() throws Exception {
        try (Logged logged = new Logged(Worker.class); HttpServer server = start("answer")) {
            SocketChannel small = send(server, BEGUN);
            String large = BEGUN + "x".repeat(16_000);
            int fit = BOUND / LARGE - 1;
            for (int i = 0; i < fit; i++) {
                send(server, large);
            }
            await(() -> server.stats().bytesIn(), BEGUN.length() + (long) fit * large.length());
            assertEquals(0, shed(server));
            send(server, large);
            await(() -> shed(server), 16); // a quarter of the bound
            send(small, "x" + END);
            String got = new String(Channels.newInputStream(small).readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(got.endsWith("\r\n\r\nanswer"), got);
            assertEquals(16, shed(server));
            assertEquals(List.of("connection reset: more than maxKeptBytes, 1048576, kept for"
                    + " clients that send or read slowly; it held most"), logged.lines());
        }
    }

    @Test
    void clientsThatPipelineAndDoNotReadAreResetBeyondTheBound() throws Exception {
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = start("x".repeat(5000))) {
            String requests = ("GET / HTTP/1.1\r\nHost: a\r\n\r\n").repeat(2000);
            for (int i = 0; i < 200 && shed(server) == 0; i++) {
                SocketChannel client = SocketChannel.open(server.address());
                clients.add(client);
                client.configureBlocking(false);
                ByteBuffer bytes = ByteBuffer.wrap(requests.getBytes(StandardCharsets.US_ASCII));
                // As much as the kernel takes.
                while (bytes.hasRemaining() && client.write(bytes) > 0) {
                    Pause.briefly();
                }
            }
            await(() -> shed(server), 1);
            SocketChannel other = send(server, BEGUN + "x" + END);
            String got = new String(Channels.newInputStream(other).readAllBytes(),
                    StandardCharsets.US_ASCII);
            assertTrue(got.startsWith("HTTP/1.1 200 OK\r\n"), got);
            assertTrue(logged.lines().get(0).startsWith("connection reset: "));
        }
    }
}
