package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A worker that the application holds, over sockets. */
class StallTest {

    private static final Duration WARNING = Duration.ofMillis(100);

    private final CountDownLatch end = new CountDownLatch(1);

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).stallWarning(WARNING);
    }

    private void block() {
        try {
            assertTrue(end.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String firstLine(Logged logged) {
        long startNs = System.nanoTime();
        List<String> lines = logged.lines();
        while (lines.isEmpty()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60), "no line");
            Pause.briefly();
            lines = logged.lines();
        }
        return lines.get(0);
    }

    private static void assertHeldBy(String what, String line) {
        assertTrue(line.matches("millrace-worker-0 has been held for \\d+\\.\\d s by " + what
                + "; its other connections wait: .* stack of millrace-worker-0"), line);
    }

    @Test
    void handlerThatBlocksIsNamedWhileItDoesAndOnce() throws Exception {
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = HttpServer.start(options().build(), request -> {
                    if (request.path().equals("/slow")) {
                        block();
                    }
                    return Response.text(request.path());
                });
                RawClient client = new RawClient(server)) {
            assertEquals(ok("/fast"), client.send(get("/fast")).answer());
            client.send(get("/slow?a=1"));
            assertHeldBy("GET /slow\\?a=1", firstLine(logged));
            end.countDown();
            assertEquals(ok("/slow"), client.answer());
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void sinkThatBlocksIsNamed() throws Exception {
        SinkStub sink = bytes -> {
            block();
            return SinkStub.dropping().write(bytes);
        };
        Handler handler = request -> new ExchangeStub(sink);
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = HttpServer.start(options().build(), handler);
                RawClient client = new RawClient(server)) {
            client.send(put("hello"));
            assertHeldBy("PUT /x", firstLine(logged));
            end.countDown();
            client.answer();
        }
    }

    @Test
    void listenerThatBlocksOnANewConnectionIsNamed() throws Exception {
        ServerListener blocking = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                block();
            }
        };
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = HttpServer.start(options().listener(blocking).build(),
                        request -> Response.text("hello"));
                RawClient client = new RawClient(server)) {
            client.send(get("/"));
            assertHeldBy("a new connection to 127.0.0.1:0", firstLine(logged));
            end.countDown();
            assertEquals(ok("hello"), client.answer());
        }
    }

    @Test
    void workerIsNotWatchedWithoutAWarning() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        try (Logged logged = new Logged(Worker.class);
                HttpServer server = HttpServer.start(
                        options().stallWarning(Duration.ZERO).build(), request -> {
                            called.countDown();
                            block();
                            return Response.text("");
                        });
                RawClient client = new RawClient(server)) {
            client.send(get("/"));
            assertTrue(called.await(60, TimeUnit.SECONDS));
            end.countDown();
            client.answer();
            assertEquals(List.of(), logged.lines());
        }
    }
}
