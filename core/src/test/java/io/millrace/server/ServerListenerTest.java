package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a listener hears, and what JFR records. */
class ServerListenerTest extends ListenedServer {

    @Test
    void requestsAreToldFromAcceptanceToClose() throws Exception {
        try (HttpServer server = start(journal, request -> answer(request.method()))) {
            try (RawClient client = new RawClient(server)) {
                client.send(GET).answer();
                client.send(PUT).answer();
            }
            for (String line : List.of("accepted 0", "head 0 GET /a", "answered 0 GET /a 200 3",
                    "head 0 PUT /b", "progress 0 PUT /b 5", "body 0 PUT /b 5",
                    "answered 0 PUT /b 200 5", "closed 0")) {
                assertEquals(line, journal.next());
            }
        }
    }

    @Test
    void malformedRequestIsToldAsRefused() throws Exception {
        try (HttpServer server = start(journal, request -> answer(request.method()))) {
            try (RawClient client = new RawClient(server)) {
                client.send("nonsense\r\n\r\n").endOutput().rest();
            }
            for (String line : List.of("accepted 0", "refused 0 nonsense 400", "closed 0")) {
                assertEquals(line, journal.next());
            }
        }
    }

    @Test
    void exchangeWhoseClientLeavesIsToldAsCut() throws Exception {
        CompletableFuture<Response> never = new CompletableFuture<>();
        try (HttpServer server = start(journal, request -> Response.later(never))) {
            try (RawClient client = new RawClient(server)) {
                client.send(GET);
                assertEquals("accepted 0", journal.next());
                assertEquals("head 0 GET /a", journal.next());
            }
            server.stop(Duration.ofMillis(1));
            assertEquals("cut 0 GET /a", journal.next());
            assertEquals("closed 0", journal.next());
        }
    }

    @Test
    void requestWhoseClientLeavesInItsHeadIsToldAsCut() throws Exception {
        try (HttpServer server = start(journal, request -> answer(request.method()))) {
            try (RawClient client = new RawClient(server)) {
                client.send(GET + "GET /b HTTP/1.1\r\nHo").answer();
                client.reset();
            }
            for (String line : List.of("accepted 0", "head 0 GET /a", "answered 0 GET /a 200 3",
                    "cut 0 GET /b HTTP/1.1", "closed 0")) {
                assertEquals(line, journal.next());
            }
        }
    }

    @Test
    void exchangeHasWhatTheApplicationHasNoted() throws Exception {
        ServerOptions.Builder options = options();
        LinkedBlockingQueue<ExchangeInfo> ended = ended(options);
        try (HttpServer server = HttpServer.start(options.build(), request -> {
                    request.notes().user("ann");
                    request.notes().waitedForDevice(5);
                    request.notes().put("trace", "7");
                    return Response.text("one");
                });
                RawClient client = new RawClient(server)) {
            client.send(GET).answer();
            ExchangeInfo exchange = ended.poll(60, TimeUnit.SECONDS);
            assertEquals("ann", exchange.notes().user());
            assertEquals(5, exchange.notes().deviceNs());
            assertEquals(Map.of("trace", "7"), exchange.notes().others());
        }
    }

    @Test
    void notesOfARequestThatNothingObservesKeepNothing() throws Exception {
        CompletableFuture<RequestNotes> noted = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options().build(), request -> {
                    noted.complete(request.notes());
                    return Response.text("one");
                });
                RawClient client = new RawClient(server)) {
            client.send(GET).answer();
            assertSame(RequestNotes.NONE, noted.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void waitForTheApplicationIsMeasuredAndNotMore() throws Exception {
        ServerOptions.Builder options = options();
        LinkedBlockingQueue<ExchangeInfo> ended = ended(options);
        CompletableFuture<Response> promised = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options.build(), request ->
                        request.path().equals("/a") ? Response.later(promised)
                                : Response.text("at once"));
                RawClient client = new RawClient(server)) {
            client.send(GET);
            while (promised.getNumberOfDependents() == 0) {
                Pause.briefly(); // until the server waits for it
            }
            long fromNs = System.nanoTime();
            while (System.nanoTime() - fromNs < 2_000_000) {
                Pause.briefly();
            }
            promised.complete(Response.text("later"));
            client.answer();
            ExchangeInfo exchange = ended.poll(60, TimeUnit.SECONDS);
            assertTrue(exchange.applicationNs() >= 2_000_000, () -> "" + exchange.applicationNs());
            assertTrue(exchange.applicationNs() <= exchange.firstByteNs() - exchange.headNs());
            assertTrue(exchange.startNs() - exchange.headNs() <= 0);
            assertTrue(exchange.firstByteNs() - exchange.endNs() <= 0);
            assertNull(exchange.head());
            client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertEquals(0, ended.poll(60, TimeUnit.SECONDS).applicationNs());
        }
    }

    @Test
    void cutExchangeHasWhatWasReceivedAndWhoIsToBlame() throws Exception {
        ServerOptions.Builder options = options();
        LinkedBlockingQueue<ExchangeInfo> ended = ended(options);
        CountDownLatch received = new CountDownLatch(1);
        try (HttpServer server = HttpServer.start(options.build(), request ->
                        new Exchange() {
                            @Override
                            public WritableByteChannel sink() {
                                return new SinkOfNothing(received);
                            }

                            @Override
                            public Response complete() {
                                return Response.of(Status.OK);
                            }
                        });
                RawClient client = new RawClient(server)) {
            client.send("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello");
            received.await();
            client.reset().close();
            ExchangeInfo exchange = ended.poll(60, TimeUnit.SECONDS);
            assertEquals(5, exchange.receivedBytes());
            assertEquals(Abandonment.PEER_LEFT, exchange.whyCut());
            assertTrue(exchange.cause() instanceof IOException);
            assertNull(exchange.status());
        }
    }

    /** Tells when the first bytes have come. */
    private record SinkOfNothing(CountDownLatch received) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            source.position(source.limit());
            received.countDown();
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }

    @Test
    void bodyThatFailsIsTheCauseThatIsTold() throws Exception {
        IOException disk = new IOException("Input/output error");
        Body failing = new Body() {
            @Override
            public long length() {
                return 1_000_000;
            }

            @Override
            public int read(long position, ByteBuffer target) throws IOException {
                throw disk;
            }

            @Override
            public long transferTo(long position, long count, WritableByteChannel target)
                    throws IOException {
                throw disk;
            }
        };
        CompletableFuture<Throwable> cut = new CompletableFuture<>();
        CompletableFuture<Throwable> closed = new CompletableFuture<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
                cut.complete(cause);
            }

            @Override
            public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
                closed.complete(cause);
            }
        };
        try (Logged logged = new Logged(Connection.class);
                HttpServer server =
                        start(listener, request -> Response.of(Status.OK).with(failing));
                RawClient client = new RawClient(server)) {
            client.send(GET).rest();
            assertSame(disk, cut.get(60, TimeUnit.SECONDS));
            assertSame(disk, closed.get(60, TimeUnit.SECONDS));
            assertEquals(1, logged.lines().size());
        }
    }
}
