package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each figure of a server moves when what it counts happens. */
@Timeout(60)
class ServerStatsTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final String HOST = "Host: a\r\n";

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).hosts("a")
                .drainTimeout(Duration.ZERO);
    }

    private static String request(String line, String... fields) {
        return line + " HTTP/1.1\r\n" + HOST + String.join("", fields) + "\r\n";
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Pause.briefly();
        }
    }

    private static void exchange(HttpServer server, String request) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(request).endOutput().rest();
        }
    }

    private static WorkerStats total(HttpServer server) {
        return server.stats().total();
    }

    @Test
    void responsesAreCountedByMethodAndStatusClass() throws Exception {
        Handler handler = request -> Response.of(switch (request.path()) {
            case "/absent" -> Status.NOT_FOUND;
            case "/moved" -> Status.PERMANENT_REDIRECT;
            default -> Status.NO_CONTENT;
        });
        try (HttpServer server = HttpServer.start(options().build(), handler)) {
            exchange(server, request("GET /") + request("GET /") + request("GET /absent")
                    + request("HEAD /moved") + request("BREW /"));
            exchange(server, "nonsense\r\n\r\n");
            await(() -> server.stats().requests() == 6);
            WorkerStats total = total(server);
            assertEquals(2, total.responses("GET", 2));
            assertEquals(1, total.responses("GET", 4));
            assertEquals(1, total.responses("HEAD", 3));
            assertEquals(1, total.responses("other", 2));
            assertEquals(1, total.responses("other", 4));
            assertEquals(0, total.responses("PUT", 2));
            assertEquals("must be one of " + WorkerStats.methods() + ": BREW",
                    assertThrows(IllegalArgumentException.class,
                            () -> total.responses("BREW", 2)).getMessage());
        }
    }

    @Test
    void refusalsOfTheServerAreCountedAndThoseOfAHandlerAreNot() throws Exception {
        Handler handler = request -> {
            switch (request.path()) {
                case "/refused" -> throw new HttpException(Status.CONFLICT, "refused");
                case "/failed" -> throw new IllegalStateException("failed");
                case "/bytes" -> {
                    return Exchange.discard(received -> Response.of(Status.NO_CONTENT));
                }
                default -> {
                    return Response.of(Status.NOT_FOUND);
                }
            }
        };
        try (Logged failed = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options().maxBodyBytes(3).build(), handler)) {
            exchange(server, "nonsense\r\n\r\n");
            exchange(server, request("GET /", "Host: b\r\n"));
            exchange(server, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
            exchange(server, request("GET /refused") + request("GET /failed") + request("GET /"));
            exchange(server, request("PUT /bytes", "Content-Length: 4\r\n") + "1234");
            exchange(server, request("PUT /bytes", "Transfer-Encoding: chunked\r\n") + "4\r\n1234");
            exchange(server, request("PUT /bytes", "Transfer-Encoding: chunked\r\n") + "x\r\n");
            exchange(server, request("PUT /bytes", "Content-Length: 3\r\n") + "12");
            await(() -> server.stats().requests() == 10);
            assertEquals(Map.of(400, 4L, 413, 2L, 421, 1L, 500, 1L), total(server).refusals());
            assertEquals(1, failed.lines().stream()
                    .filter(line -> line.contains("the handler failed")).count());
        }
    }

    @Test
    void connectionWithoutARequestTimesOutInThePhasesFirstByteAndIdle() throws Exception {
        try (HttpServer server = HttpServer.start(options().idleTimeout(SHORT)
                        .firstByteTimeout(SHORT).build(), request -> Response.text("hello"));
                RawClient client = new RawClient(server)) {
            client.rest();
            await(() -> timeouts(server, "first-byte") == 1);
            try (RawClient second = new RawClient(server)) {
                second.send(request("GET /")).rest();
            }
            await(() -> timeouts(server, "idle") == 1);
            assertEquals(2, total(server).timedOut());
        }
    }

    private static long timeouts(HttpServer server, String phase) {
        return total(server).timeouts().get(phase);
    }

    @Test
    void requestTimesOutInThePhasesHeadProgressAndApplication() throws Exception {
        Handler handler = request -> request.bodyLength() == 0
                ? Response.later(new CompletableFuture<>())
                : Exchange.discard(received -> Response.text("whole"));
        try (Logged late = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options().headTimeout(SHORT)
                        .progressTimeout(SHORT).answerTimeout(SHORT).build(), handler)) {
            for (String begun : List.of("GET / HT", request("GET /"),
                    request("PUT /", "Content-Length: 2\r\n") + "1")) {
                try (RawClient client = new RawClient(server)) {
                    client.send(begun).head();
                }
            }
            assertEquals(List.of("head=1", "progress=1", "application=1"), total(server).timeouts()
                    .entrySet().stream().filter(phase -> phase.getValue() > 0)
                    .map(Object::toString).toList());
            assertEquals(Map.of(408, 2L, 503, 1L), total(server).refusals());
            assertFalse(late.lines().isEmpty());
        }
    }

    @Test
    void unreadBodyTimesOutInThePhaseLinger() throws Exception {
        try (HttpServer server = HttpServer.start(options().maxSkipBytes(0).lingerTimeout(SHORT)
                        .build(), request -> Response.text("no"));
                RawClient client = new RawClient(server)) {
            client.send(request("PUT /", "Content-Length: 9\r\n")).rest();
            await(() -> timeouts(server, "linger") == 1);
        }
    }

    @Test
    void uploadIsInProgressFromItsHeadToItsEnd() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Exchange.discard(received -> Response.text("whole")))) {
            try (RawClient client = new RawClient(server)) {
                client.send(request("PUT /", "Content-Length: 2\r\n"));
                await(() -> total(server).uploads() == 1);
                client.send("12").answer();
                assertEquals(0, total(server).uploads());
                assertEquals(0, total(server).cut());
                client.send(request("PUT /", "Content-Length: 2\r\n") + "1");
                await(() -> total(server).uploads() == 1);
                client.reset();
            }
            await(() -> total(server).cut() == 1); // the upload has ended before
            assertEquals(0, total(server).uploads());
            assertEquals(1, server.stats().requests());
        }
    }

    @Test
    void requestWhoseClientLeavesWithinTheResponseIsCut() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Response.of(Status.OK).with(Body.of(new byte[32 << 20])))) {
            try (RawClient client = new RawClient(server, 4096)) {
                client.send(request("GET /")).head();
                client.reset();
            }
            await(() -> total(server).cut() == 1);
            assertEquals(0, server.stats().requests());
            assertEquals(0, latencies(server));
        }
    }

    private static long latencies(HttpServer server) {
        WorkerStats total = total(server);
        return IntStream.rangeClosed(0, WorkerStats.latencyBounds().size())
                .mapToLong(total::latencies).sum();
    }

    @Test
    void connectionIsIdleWhileItHasNoRequest() throws Exception {
        CompletableFuture<Response> response = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options().build(),
                        request -> Response.later(response));
                RawClient client = new RawClient(server);
                RawClient silent = new RawClient(server)) {
            await(() -> total(server).idleConnections() == 2);
            client.send(request("GET /"));
            await(() -> total(server).idleConnections() == 1);
            assertEquals(2, server.stats().openConnections());
            response.complete(Response.text("hello"));
            client.answer();
            silent.send(request("GET /")).answer();
            await(() -> total(server).idleConnections() == 2);
        }
    }

    @Test
    void workerIsBusyForAsLongAsAHandlerHoldsIt() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Handler handler = request -> {
            held.countDown();
            released.await();
            return Response.text("hello");
        };
        try (HttpServer server = HttpServer.start(options().build(), handler);
                RawClient client = new RawClient(server)) {
            client.send(request("GET /"));
            held.await();
            ServerStats before = server.stats();
            long beforeNs = before.total().busyNs();
            await(() -> total(server).busyNs() - beforeNs > 5_000_000);
            await(() -> server.stats().busyShareSince(before) > 0.9);
            released.countDown();
            client.answer();
            ServerStats after = server.stats();
            await(() -> server.stats().busyShareSince(after) < 0.5);
        }
    }

    @Test
    void timeOfARequestEndsWithItsResponse() throws Exception {
        CompletableFuture<Response> response = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        Handler handler = request -> {
            asked.countDown();
            return request.path().equals("/late") ? Response.later(response)
                    : Response.text("hello");
        };
        try (HttpServer server = HttpServer.start(options().build(), handler);
                RawClient client = new RawClient(server)) {
            long sentNs = System.nanoTime();
            client.send(request("GET /late"));
            asked.await();
            long askedNs = System.nanoTime();
            await(() -> System.nanoTime() - askedNs > 3_000_000);
            response.complete(Response.text("hello"));
            client.answer();
            await(() -> latencies(server) == 1);
            long leastNs = System.nanoTime() - sentNs;
            long ns = total(server).latencyNs();
            assertTrue(ns > 3_000_000 && ns <= leastNs, ns + " of " + leastNs);
            client.send(request("GET /") + request("GET /")).answer();
            client.answer();
            await(() -> latencies(server) == 3);
            assertEquals(3, server.stats().requests());
            assertTrue(total(server).latencyNs() > ns);
        }
    }

    @Test
    void inputThatIsNoRequestHasNoTime() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Response.text("hello"))) {
            exchange(server, "nonsense\r\n\r\n");
            await(() -> server.stats().openConnections() == 0);
            assertEquals(1, server.stats().requests());
            assertEquals(0, latencies(server));
        }
    }

    @Test
    void serverIsDrainingOnceItIsStopped() throws Exception {
        CompletableFuture<Response> response = new CompletableFuture<>();
        HttpServer server = HttpServer.start(options().maxConnections(7).build(),
                request -> Response.later(response));
        assertFalse(server.isDraining());
        assertEquals(7, server.stats().maxConnections());
        Thread stop = new Thread(() -> server.stop(Duration.ofSeconds(60)));
        try (RawClient client = new RawClient(server)) {
            client.send(request("GET /"));
            await(() -> server.stats().bytesIn() > 0);
            stop.start();
            await(server::isDraining);
            response.complete(Response.text("hello"));
            client.answer();
        }
        stop.join(); // once the client has closed, too: its connection lingers as long
        assertTrue(server.isDraining());
        assertTrue(server.stats().uptime().compareTo(Duration.ZERO) > 0);
    }

    @Test
    void builderSetsEachFigureAndTheTotalHasTheirSums() {
        WorkerStats one = WorkerStats.builder().connections(5).openConnections(3)
                .idleConnections(2).responses("GET", 200, 7).responses("PUT", 404, 1)
                .refusals(400, 1).latencies(Duration.ofMillis(1), 2).cut(11).uploads(1)
                .bytesIn(12).bytesOut(13).bytesInFlight(14).busyNs(15).lingered(16)
                .timeouts("idle", 2).timeouts("head", 3).failed(17).shed(18).evicted(19).build();
        ServerStats stats = ServerStats.builder().accepted(1).turnedAway(2).acceptPauses(3)
                .overPeerLimit(4).maxConnections(5).logDrops(6).uptime(Duration.ofNanos(60))
                .workers(one, one).build();
        WorkerStats total = stats.total();
        assertEquals(List.of(10L, 6L, 4L, 16L, 14L, 2L, 22L, 2L, 24L, 26L, 28L, 30L, 32L, 10L,
                34L, 36L, 38L), List.of(total.connections(), (long) total.openConnections(),
                (long) total.idleConnections(), total.requests(), total.responses("GET", 2),
                total.responses("PUT", 4), total.cut(), total.uploads(), total.bytesIn(),
                total.bytesOut(), total.bytesInFlight(), total.busyNs(), total.lingered(),
                total.timedOut(), total.failed(), total.shed(), total.evicted()));
        assertEquals(Map.of(400, 2L), total.refusals());
        assertEquals(4, total.latencies(
                WorkerStats.latencyBounds().indexOf(Duration.ofMillis(1))));
        assertEquals(4_000_000, total.latencyNs());
        assertEquals(4, total.timeouts().get("idle"));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), List.of(stats.accepted(),
                stats.turnedAway(), stats.acceptPauses(), stats.overPeerLimit(),
                stats.maxConnections(), stats.logDrops()));
        assertEquals(0.25, stats.busyShareSince(ServerStats.builder().build()));
    }
}
