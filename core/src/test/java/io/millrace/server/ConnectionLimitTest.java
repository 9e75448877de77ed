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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gives way when there are as many connections as may be. */
class ConnectionLimitTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String ANSWER_END = "\r\n\r\nanswer";

    private final List<SocketChannel> clients = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(2).drainTimeout(Duration.ZERO);
    }

    private static HttpServer start(ServerOptions options) throws IOException {
        return HttpServer.start(options, request -> Response.text("answer"));
    }

    private SocketChannel connect(HttpServer server) throws IOException {
        SocketChannel client = SocketChannel.open(server.address());
        clients.add(client);
        return client;
    }

    private static void send(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String rest(SocketChannel client) throws IOException {
        return new String(Channels.newInputStream(client).readAllBytes(),
                StandardCharsets.US_ASCII);
    }

    /** Reads to the end of one response, and not further. */
    private static void readAnswer(SocketChannel client) throws IOException {
        StringBuilder got = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!got.toString().endsWith(ANSWER_END)) {
            assertEquals(1, client.read(one.clear()));
            got.append((char) one.get(0));
        }
    }

    /**
     * One request and its response, and then the end of the turn of its worker: only that makes
     * known to the acceptor that the connection is idle.
     */
    private static void exchange(HttpServer server, SocketChannel client) throws IOException {
        send(client, GET);
        readAnswer(client);
        await(() -> {
            long busyNs = server.stats().total().busyNs(); // which grows until the turn ends
            return busyNs == server.stats().total().busyNs();
        });
    }

    private static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < 20_000_000_000L, "in vain");
            Pause.briefly();
        }
    }

    private static long evicted(HttpServer server) {
        return server.stats().workers().stream()
                .mapToLong(WorkerStats::evicted).sum();
    }

    @Test
    void atTheLimitTheLongestIdleConnectionOfAllWorkersGivesWay() throws Exception {
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = start(options().maxConnections(4).build())) {
            for (int i = 0; i < 4; i++) {
                connect(server);
                long opened = i + 1;
                await(() -> server.stats().openConnections() == opened);
            }
            // Silent since its start, the second one is idle for longest now.
            exchange(server, clients.get(0));
            assertEquals(0, evicted(server));
            SocketChannel fifth = connect(server);
            send(fifth, LAST);
            assertTrue(rest(fifth).endsWith(ANSWER_END));
            assertEquals("", rest(clients.get(1)));
            assertEquals(1, evicted(server));
            assertEquals(List.of(
                    "connection limit 4 reached: the longest idle connection is closed"),
                    logged.lines());
            for (int other : new int[] {0, 2, 3}) {
                send(clients.get(other), LAST);
                assertTrue(rest(clients.get(other)).endsWith(ANSWER_END));
            }
        }
    }

    @Test
    void connectionsThatHaveHadTheirLastResponseGiveWayFirst() throws Exception {
        try (HttpServer server = start(options().maxConnections(4)
                .firstByteTimeout(Duration.ofMinutes(1)).lingerTimeout(Duration.ofMinutes(1))
                .build())) {
            SocketChannel silent = connect(server);
            SocketChannel kept = connect(server);
            exchange(server, kept);
            for (int i = 0; i < 6; i++) { // two fit, and none ends its side
                send(connect(server), LAST);
                assertTrue(rest(clients.get(2 + i)).endsWith(ANSWER_END));
            }
            await(() -> evicted(server) == 4);
            assertEquals(4, server.stats().openConnections());
            for (SocketChannel first : List.of(kept, silent)) {
                send(first, LAST);
                assertTrue(rest(first).endsWith(ANSWER_END));
            }
        }
    }

    @Test
    void silentConnectionGivesWayBeforeOneThatHasBeenIdleForLonger() throws Exception {
        try (HttpServer server = start(options().maxConnections(2).build())) {
            SocketChannel kept = connect(server);
            exchange(server, kept);
            SocketChannel silent = connect(server);
            await(() -> server.stats().openConnections() == 2);
            SocketChannel third = connect(server);
            send(third, LAST);
            assertTrue(rest(third).endsWith(ANSWER_END));
            assertEquals("", rest(silent));
            send(kept, LAST);
            assertTrue(rest(kept).endsWith(ANSWER_END));
        }
    }

    @Test
    void connectionInAHeadDoesNotGiveWay() throws Exception {
        try (Logged logged = new Logged(Acceptor.class);
                HttpServer server = start(options().maxConnections(1).build())) {
            SocketChannel busy = connect(server);
            send(busy, LAST.substring(0, 10));
            await(() -> server.stats().bytesIn() == 10);
            SocketChannel next = connect(server);
            send(next, LAST);
            await(() -> server.stats().acceptPauses() > 0);
            assertEquals(0, evicted(server));
            send(busy, LAST.substring(10));
            assertTrue(rest(busy).endsWith(ANSWER_END));
            busy.close();
            assertTrue(rest(next).endsWith(ANSWER_END));
            assertEquals(List.of("accept paused: connection limit 1 reached"), logged.lines());
        }
    }

    @Test
    void connectionThatSaysNothingIsClosedSoonerThanOneBetweenRequests() throws Exception {
        try (HttpServer server = start(options().firstByteTimeout(Duration.ofMillis(1)).build())) {
            assertEquals("", rest(connect(server)));
        }
        try (HttpServer server = start(
                options().firstByteTimeout(Duration.ofSeconds(1)).build())) {
            SocketChannel used = connect(server);
            send(used, GET);
            readAnswer(used);
            assertEquals("", rest(connect(server))); // a second later
            send(used, LAST);
            assertTrue(rest(used).endsWith(ANSWER_END));
        }
    }

    @Test
    void peerAtItsLimitGetsNoMoreConnections() throws Exception {
        try (Logged logged = new Logged(Acceptor.class);
                HttpServer server = start(options().maxConnectionsPerPeer(2).build())) {
            SocketChannel first = connect(server);
            SocketChannel second = connect(server);
            SocketChannel third = connect(server);
            assertEquals("", rest(third));
            assertEquals(1, server.stats().overPeerLimit());
            assertTrue(logged.lines().get(0).matches(
                    "connection closed: its address /127\\.0\\.0\\.1:\\d+ has 2 open"),
                    logged.lines().toString());
            send(first, LAST);
            assertTrue(rest(first).endsWith(ANSWER_END));
            first.close();
            await(() -> server.stats().openConnections() == 1);
            // The place is free once the socket is closed, a moment after it is counted.
            await(() -> isAnswered(server));
            send(second, LAST);
            assertTrue(rest(second).endsWith(ANSWER_END));
        }
    }

    private boolean isAnswered(HttpServer server) {
        try (SocketChannel channel = connect(server)) {
            send(channel, LAST);
            return rest(channel).endsWith(ANSWER_END);
        } catch (IOException e) { // refused while it sent
            return false;
        }
    }
}
