package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams over sockets: raw bytes in and out. */
class EventServerTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
            + "Transfer-Encoding: chunked\r\n";
    private static final int MORE_THAN_SOCKETS_HOLD = 40_000_000;
    private static final int MOST_CHARACTERS = 10_000;
    private static final int READ_TIMEOUT_MS = 60_000;

    private final CompletableFuture<EventStream> opened = new CompletableFuture<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final Handler handler = request -> EventStream.open(request, stream -> {
        stream.whenClosed(() -> closed.complete(Thread.currentThread().getName()));
        opened.complete(stream);
    });

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    /** A socket to a server. */
    private static final class Client implements AutoCloseable {

        final Socket socket;
        private final InputStream in;

        Client(HttpServer server, String head) throws IOException {
            socket = new Socket(server.address().getAddress(), server.address().getPort());
            socket.setSoTimeout(READ_TIMEOUT_MS);
            in = socket.getInputStream();
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        /** The head of the response, without its Date and the empty line. */
        String head() throws IOException {
            String head = until("\r\n\r\n");
            return head.substring(0, head.length() - 2).replaceAll("Date: [^\r]*\r\n", "");
        }

        /** What comes up to and with this. */
        String until(String end) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < end.length()
                    || text.indexOf(end, text.length() - end.length()) < 0) {
                int next = in.read();
                if (next < 0 || text.length() > MOST_CHARACTERS) {
                    throw new EOFException("the server left or went on after \"" + text + "\"");
                }
                text.append((char) next);
            }
            return text.toString();
        }

        String rest() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";

    @Test
    void headLeavesAtOnceAndEachEventAlone() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), handler);
                Client client = new Client(server, GET)) {
            assertEquals(HEAD, client.head());
            EventStream stream = await(opened);
            stream.send("one");
            assertEquals("000b\r\ndata: one\n\n\r\n", client.until("\n\n\r\n"));
            stream.send(Event.of("a\nb").id("2"));
            assertEquals("0017\r\nid: 2\ndata: a\ndata: b\n\n\r\n",
                    client.until("\n\n\r\n"));
            stream.close();
            assertEquals("0\r\n\r\n", client.until("0\r\n\r\n"));
            // The connection is as good as before.
            client.socket.getOutputStream().write(
                    "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertEquals(HEAD + "Connection: close\r\n", client.head());
            assertEquals("", client.rest());
        }
    }

    @Test
    void clientOfHttp10GetsTheEventsUntilTheConnectionEnds() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), handler);
                Client client = new Client(server, "GET / HTTP/1.0\r\n")) {
            client.head();
            await(opened).send("one");
            await(opened).close();
            assertEquals("data: one\n\n", client.rest());
        }
    }

    @Test
    void clientThatLeavesIsNoticedAtOnce() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), handler)) {
            try (Client client = new Client(server, GET)) {
                client.head();
                await(opened);
            }
            assertTrue(await(closed).startsWith("millrace-worker"), closed.join());
            assertFalse(opened.join().send("late"));
        }
    }

    @Test
    void clientThatResetsItsConnectionIsNoticedAtOnce() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), handler)) {
            try (Client client = new Client(server, GET)) {
                client.head();
                await(opened);
                client.socket.setSoLinger(true, 0);
            }
            await(closed);
        }
    }

    @Test
    void clientThatEndsItsSideGetsTheEndOfTheStream() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), handler);
                Client client = new Client(server, GET)) {
            client.head();
            await(opened);
            client.socket.shutdownOutput();
            assertEquals("0\r\n\r\n", client.rest());
            await(closed);
        }
    }

    // The rate that a body has to move at holds for events: what waits for the socket is cut.
    @Test
    void clientThatStopsReadingIsCut() throws Exception {
        try (HttpServer server = HttpServer.start(
                options().progressTimeout(Duration.ofMillis(300)).build(), handler);
                Client client = new Client(server, GET)) {
            client.head();
            await(opened).send("x".repeat(MORE_THAN_SOCKETS_HOLD));
            client.until("data: x");
            await(closed);
            assertFalse(opened.join().send("late"));
        }
    }

    @Test
    void heartbeatIsTheBroadcastsOwn() throws Exception {
        EventBroadcast broadcast =
                EventBroadcast.builder().heartbeat(Duration.ofMillis(20)).build();
        try (HttpServer server = HttpServer.start(options().build(), broadcast::open);
                Client client = new Client(server, GET)) {
            client.head();
            assertEquals("0003\r\n:\n\n\r\n", client.until("\n\n\r\n"));
            assertEquals("0003\r\n:\n\n\r\n", client.until("\n\n\r\n"));
            broadcast.send("one");
            assertTrue(client.until("data: one\n\n\r\n").endsWith("000b\r\ndata: one\n\n\r\n"));
        }
    }

    @Test
    void serverThatStopsClosesTheStream() throws Exception {
        HttpServer server = HttpServer.start(options().build(), handler);
        try (Client client = new Client(server, GET)) {
            client.head();
            await(opened);
            server.close();
            await(closed);
        }
    }
}
