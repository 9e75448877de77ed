package io.millrace.server;

import static io.millrace.server.OneWorker.HELLO;
import static io.millrace.server.OneWorker.TARGET;
import static io.millrace.server.OneWorker.await;
import static io.millrace.server.OneWorker.get;
import static io.millrace.server.OneWorker.options;
import static io.millrace.server.OneWorker.start;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The start of a server, its stop and its figures. */
class ServerLifeTest {

    @Test
    void twoServersShareNothing() throws Exception {
        try (HttpServer one = start(request -> Response.text("one"));
                HttpServer two = start(request -> Response.text("two"));
                RawClient toOne = new RawClient(one); RawClient toTwo = new RawClient(two)) {
            assertEquals(ok("one"), toOne.send(HELLO).answer());
            one.stop(Duration.ZERO);
            assertEquals(ok("two"), toTwo.send(HELLO).answer());
            assertEquals(1, one.stats().requests());
            assertEquals(1, two.stats().accepted());
        }
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name + "-")).toList();
    }

    @Test
    void usedPortIsAnErrorThatLeavesNoThread() throws Exception {
        try (HttpServer server = start(TARGET)) {
            ServerOptions options = options().address(server.address()).name("unlucky").build();
            assertThrows(IOException.class, () -> HttpServer.start(options, TARGET));
            assertEquals(List.of(), threads("unlucky"));
        }
    }

    @Test
    void stoppedServerLeavesNoThreadAndNoListener() throws Exception {
        HttpServer server =
                HttpServer.start(options().name("shortlived").workers(2).build(), TARGET);
        assertEquals(3, threads("shortlived").size());
        try (RawClient idle = new RawClient(server)) {
            assertEquals(ok("/hello"), idle.send(HELLO).answer());
            assertEquals(0, server.stop(Duration.ofSeconds(60)));
            assertEquals("", idle.rest());
        }
        assertEquals(List.of(), threads("shortlived"));
        assertThrows(IOException.class, () -> new RawClient(server));
        assertEquals(0, server.stop(Duration.ZERO));
    }

    @Test
    void stopLetsAnExchangeFinish() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options().name("finishing").build(),
                request -> {
                    asked.complete(null);
                    return Response.later(answer);
                })) {
            CompletableFuture<Integer> cut;
            try (RawClient client = new RawClient(server)) {
                client.send(HELLO);
                get(asked);
                cut = CompletableFuture.supplyAsync(() -> server.stop(Duration.ofSeconds(60)));
                for (Thread thread : threads("finishing")) {
                    if (thread.getName().endsWith("-acceptor")) {
                        thread.join();
                    }
                }
                assertFalse(cut.isDone());
                answer.complete(Response.text("done"));
                String whole = client.rest();
                assertTrue(whole.equals(ok("done")) || whole.equals(closing("200 OK", "done")),
                        whole);
            }
            assertEquals(0, get(cut));
        }
    }

    @Test
    void stopPastItsDeadlineCutsAndSaysHowMany() throws Exception {
        ExchangeStub taking = new ExchangeStub();
        try (HttpServer server = start(request -> taking);
                RawClient client = new RawClient(server)) {
            client.send(put(10) + "12345");
            get(taking.sinkAsked);
            assertEquals(1, server.stop(Duration.ofMillis(100)));
            assertEquals("", client.rest());
            assertEquals("the server is shutting down", get(taking.abandoned).getMessage());
            assertEquals(List.of(Abandonment.SERVER_STOPS), taking.whys);
            taking.assertAbandonedOnce();
        }
    }

    @Test
    void handlerCannotStopItsOwnServer() throws Exception {
        CompletableFuture<HttpServer> self = new CompletableFuture<>();
        try (HttpServer server = start(request -> {
            assertThrows(IllegalStateException.class,
                    () -> self.join().stopAccepting(Duration.ZERO));
            var e = assertThrows(IllegalStateException.class,
                    () -> self.join().stop(Duration.ZERO));
            return Response.text(e.getMessage());
        }); RawClient client = new RawClient(server)) {
            self.complete(server);
            assertEquals(ok("stop() was called from a handler of this server;"
                            + " call it from another thread"),
                    client.send(HELLO).answer());
        }
    }

    @Test
    void statsCountRequestsBytesAndConnections() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HttpServer server = start(request -> request.method().equals("PUT")
                ? new ExchangeStub(Channels.newChannel(bytes)) : Response.text(request.target()));
        String put = put(5) + "hello";
        String dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
        try (RawClient one = new RawClient(server); RawClient two = new RawClient(server)) {
            one.send(HELLO).answer();
            one.send(HELLO).answer();
            two.send(put).answer();
            assertEquals(2, server.stats().openConnections());
        }
        server.stop(Duration.ofSeconds(60));
        ServerStats stats = server.stats();
        assertEquals(2, stats.accepted());
        assertEquals(0, stats.turnedAway());
        assertEquals(0, stats.openConnections());
        assertEquals(3, stats.requests());
        assertEquals(2 * HELLO.length() + put.length(), stats.bytesIn());
        assertEquals(2 * ok("/hello").length() + ok("taken").length() + 3 * dateLine.length(),
                stats.bytesOut());
        assertEquals(1.0, stats.busiestShare());
    }

    @Test
    void allWorkersGetConnectionsInTurn() throws Exception {
        try (HttpServer server = HttpServer.start(options().workers(3).build(), TARGET)) {
            for (int i = 0; i < 6; i++) {
                try (RawClient client = new RawClient(server)) {
                    assertEquals(ok("/hello"), client.send(HELLO).answer());
                }
            }
            assertEquals(List.of(2L, 2L, 2L), server.stats().workers().stream()
                    .map(WorkerStats::connections).toList());
        }
    }

    @Test
    void connectionsBeyondFullInboxesWaitUntilTheWorkerGoesOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Handler busy = request -> {
            await(release);
            return Response.text("at last");
        };
        try (HttpServer server =
                HttpServer.start(options().workers(1).inboxCapacity(2).build(), busy)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(server).send(HELLO));
            }
            while (server.stats().accepted() < 3) {
                Pause.briefly();
            }
            release.countDown();
            for (RawClient client : clients) {
                assertEquals(ok("at last"), client.answer());
                client.close();
            }
            assertEquals(0, server.stats().turnedAway());
        }
    }

    @Test
    void serverOnAPortIsOnLoopback() throws Exception {
        try (HttpServer server = HttpServer.start(0, request -> Response.text("here"));
                RawClient client = new RawClient(server)) {
            assertTrue(server.address().getAddress().isLoopbackAddress());
            assertEquals(Wire.ok("here"), client.send(Wire.get("/")).answer());
        }
    }

    @Test
    void serverWithoutOptionsOrHandlerIsRefused() {
        Handler handler = request -> Response.text("");
        assertEquals("options", assertThrows(NullPointerException.class,
                () -> HttpServer.start(null, handler)).getMessage());
        assertEquals("handler", assertThrows(NullPointerException.class,
                () -> HttpServer.start(0, null)).getMessage());
    }
}
