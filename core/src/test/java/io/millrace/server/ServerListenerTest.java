package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener hears, and what JFR records. */
class ServerListenerTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String PUT =
            "PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private final Journal journal = new Journal();

    /** Writes down what it hears, in order. */
    private static final class Journal implements ServerListener {

        final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private long lastNs = Long.MIN_VALUE;

        private void add(String line, long ns) {
            assertTrue(lastNs == Long.MIN_VALUE || ns - lastNs >= 0, "time goes on: " + line);
            lastNs = ns;
            lines.add(line);
        }

        private static String name(ExchangeInfo exchange) {
            return exchange.connection().id() + " " + (exchange.method() == null
                    ? exchange.requestLine() : exchange.method() + " " + exchange.target());
        }

        @Override
        public void onAccepted(ConnectionInfo connection) {
            assertTrue(connection.peer().toString().startsWith("/127.0.0.1:"));
            add("accepted " + connection.id(), connection.acceptedNs());
        }

        @Override
        public void onRefused(ExchangeInfo exchange, Status status, long nowNs) {
            assertNull(exchange.method());
            assertSame(status, exchange.status());
            add("refused " + exchange.connection().id() + " " + exchange.requestLine() + " "
                    + status.code(), nowNs);
        }

        @Override
        public void onHead(ExchangeInfo exchange) {
            add("head " + name(exchange), exchange.headNs());
        }

        @Override
        public void onProgress(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            add("progress " + name(exchange) + " " + receivedBytes, nowNs);
        }

        @Override
        public void onBody(ExchangeInfo exchange, long receivedBytes, long nowNs) {
            add("body " + name(exchange) + " " + receivedBytes, nowNs);
        }

        @Override
        public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes, long nowNs) {
            add("answered " + name(exchange) + " " + status.code() + " " + sentBytes, nowNs);
        }

        @Override
        public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
            add("cut " + name(exchange), nowNs);
        }

        @Override
        public void onClosed(ConnectionInfo connection, Throwable cause, long nowNs) {
            assertTrue(cause != null);
            add("closed " + connection.id(), nowNs);
        }

        String next() throws InterruptedException {
            return String.valueOf(lines.poll(60, TimeUnit.SECONDS));
        }
    }

    private static HttpServer start(ServerListener listener, Handler handler) throws Exception {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1).listener(listener)
                .flightRecorder(listener == null)
                .lingerTimeout(Duration.ofMillis(50)).build(), handler);
    }

    private static Exchange answer(String method) {
        return method.equals("PUT") ? Exchange.discard(bytes -> Response.text("got " + bytes))
                : Response.text("one");
    }

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

    /** What the exchanges were when they ended. */
    private static LinkedBlockingQueue<ExchangeInfo> ended(ServerOptions.Builder options) {
        LinkedBlockingQueue<ExchangeInfo> ended = new LinkedBlockingQueue<>();
        options.listener(new ServerListener() {
            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                ended.add(exchange);
            }

            @Override
            public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
                ended.add(exchange);
            }
        });
        return ended;
    }

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1);
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
    void eachListenerIsToldWhateverAnotherThrows() throws Exception {
        ServerListener faulty = new ServerListener() {
            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                throw new IllegalStateException("meant to be thrown");
            }
        };
        Journal second = new Journal();
        try (HttpServer server = HttpServer.start(
                        options().listeners(journal, faulty, second).build(),
                        request -> Response.text("one"));
                RawClient client = new RawClient(server)) {
            client.send(GET).answer();
            for (Journal each : List.of(journal, second)) {
                assertEquals("accepted 0", each.next());
                assertEquals("head 0 GET /a", each.next());
                assertEquals("answered 0 GET /a 200 3", each.next());
            }
        }
    }

    /** All events, with a faulty listener in front: by reflection, so that none is forgotten. */
    @Test
    void severalListenersAsOneAreEachToldOfEachEvent() throws Exception {
        List<String> told = new ArrayList<>();
        List<String> events = new ArrayList<>();
        ServerListener faulty = listener(event -> {
            throw new IllegalStateException("meant to be thrown");
        });
        try (Logged logged = new Logged(ConnectionObserver.class)) {
            ServerListener all = ServerListener.of(faulty, ServerListener.of(
                    listener(told::add)), listener(told::add));
            for (Method event : ServerListener.class.getMethods()) {
                if (!Modifier.isStatic(event.getModifiers())) {
                    events.add(event.getName());
                    events.add(event.getName());
                    event.invoke(all, Arrays.stream(event.getParameterTypes())
                            .map(type -> type == long.class ? (Object) 5L : null).toArray());
                }
            }
            assertEquals(events, told);
            assertEquals(events.size() / 2, logged.lines().size());
        }
        assertTrue(events.size() >= 18, events.toString());
        assertThrows(NullPointerException.class, () -> ServerListener.of(faulty, null));
        ServerListener.of().onThreadEnded("none", new IOException());
    }

    private static ServerListener listener(Consumer<String> onEvent) {
        return (ServerListener) Proxy.newProxyInstance(
                ServerListenerTest.class.getClassLoader(), new Class<?>[] {ServerListener.class},
                (proxy, method, arguments) -> {
                    onEvent.accept(method.getName());
                    return null;
                });
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

    @Test
    void listenerThatThrowsChangesNothingForTheClient() throws Exception {
        ServerListener faulty = new ServerListener() {
            @Override
            public void onHead(ExchangeInfo exchange) {
                throw new IllegalStateException("meant to be thrown");
            }
        };
        try (HttpServer server = start(faulty, request -> answer(request.method()));
                RawClient client = new RawClient(server)) {
            assertTrue(client.send(GET).answer().endsWith("\r\n\r\none"));
            assertTrue(client.send(GET).answer().endsWith("\r\n\r\none"));
        }
    }

    @Test
    void flightRecorderHasExchangesAndConnections(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("millrace.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.millrace.Exchange");
            recording.enable("io.millrace.Connection");
            recording.start();
            try (HttpServer server = start(null, request -> answer(request.method()))) {
                try (RawClient client = new RawClient(server)) {
                    client.send(PUT).answer();
                }
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        RecordedEvent exchange = one(events, "io.millrace.Exchange");
        assertEquals("PUT", exchange.getString("method"));
        assertEquals("/b", exchange.getString("target"));
        assertEquals(200, exchange.getInt("status"));
        assertEquals(5, exchange.getLong("received"));
        assertEquals(5, exchange.getLong("sent"));
        assertTrue(exchange.getLong("bodyNs") > 0);
        RecordedEvent connection = one(events, "io.millrace.Connection");
        assertTrue(connection.getString("peer").startsWith("/127.0.0.1:"));
        assertTrue(connection.getDuration().compareTo(exchange.getDuration()) > 0);
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name)).toList();
        assertEquals(1, found.size(), name);
        return found.get(0);
    }
}
