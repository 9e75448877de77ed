package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Counters.Figure;
import io.millrace.transfer.HeapBound;
import io.millrace.transfer.Layer;
import io.millrace.transfer.Phase;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a worker's connections when something ends them. */
class ConnectionsTest {

    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final Counters counters = new Counters();
    private ExchangeStub upload;
    private Response response = Response.text("here");
    /** Why exchanges were cut, as a listener is told. */
    private final List<Abandonment> cuts = new ArrayList<>();
    private final Resources resources = new Resources(
            ServerOptions.builder().port(0).listener(new ServerListener() {
                @Override
                public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
                    cuts.add(exchange.whyCut());
                }
            }).build(), request -> request.path().equals("/x") ? upload : response, counters,
            new Completions(() -> { }));
    private final List<SocketChannel> clients = new ArrayList<>();
    private Selector selector;
    private ServerSocketChannel listener;
    private Connections connections;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        // When memory has run out, nothing is kept.
        connections = new Connections(selector, resources, new Deadlines(resources.options),
                new HeapBound(0, 1, 0) {
                    @Override
                    public boolean isExceededBy(long kept) {
                        return false;
                    }
                });
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        listener.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** Adopts a connection to a client that has sent this; it lies in the socket. */
    private Connection adopt(String sent) throws IOException {
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        clients.add(client);
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        connections.adopt(PlainEndpoint.accepted(accepted), 0);
        SelectionKey key = accepted.keyFor(selector);
        if (!sent.isEmpty()) {
            client.write(ByteBuffer.wrap(sent.getBytes(StandardCharsets.US_ASCII)));
            do {
                selector.selectedKeys().clear();
                selector.select();
            } while (!selector.selectedKeys().contains(key));
        }
        return (Connection) key.attachment();
    }

    private Connection visit(String sent) throws IOException {
        Connection connection = adopt(sent);
        connections.visit(connection, Connection::visit);
        return connection;
    }

    private static void assertClosed(Connection connection) {
        assertTrue(Connections.isClosed(connection));
        assertFalse(connection.key.channel().isOpen());
    }

    private void assertAnswered(Connection connection) {
        assertFalse(Connections.isClosed(connection));
        assertEquals(1, counters.responses());
    }

    @Test
    void connectionWaitsForItsFirstByte() throws Exception {
        assertEquals(Phase.FIRST_BYTE, adopt("").timed());
    }

    // One gives way to a new one.

    @Test
    void connectionWhoseRequestHasJustComeIsAnsweredAndTheNextGivesWay() throws Exception {
        Connection first = adopt(Wire.get("/"));
        Connection second = adopt("");
        Connection third = adopt("");
        try (Logged logged = new Logged(Worker.class)) {
            connections.evictLongestIdle();
            assertEquals(List.of("connection limit 16384 reached: the longest idle connection is"
                    + " closed"), logged.lines());
        }
        assertAnswered(first);
        assertClosed(second);
        assertFalse(Connections.isClosed(third));
        assertEquals(1, counters.read(Figure.EVICTED));
    }

    @Test
    void noConnectionWithARequestGivesWay() throws Exception {
        Connection inHead = visit("GET / HT");
        connections.evictLongestIdle();
        assertFalse(Connections.isClosed(inHead));
        assertEquals(0, counters.read(Figure.EVICTED));
    }

    @Test
    void connectionThatLingersGivesWayAndItsResponseStays() throws Exception {
        Connection lingering = visit("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        clients.get(0).write(ByteBuffer.allocate(1000));
        try (Logged logged = new Logged(Worker.class)) {
            connections.evictLongestIdle();
            assertEquals(1, logged.lines().size(), logged.lines()::toString);
        }
        assertClosed(lingering);
        selector.selectNow(); // the descriptor is closed then
        ByteBuffer read = ByteBuffer.allocate(1000);
        while (clients.get(0).read(read) >= 0) {
            assertTrue(read.hasRemaining());
        }
        assertTrue(read.position() > 0);
    }

    // The server stops.

    @Test
    void idleConnectionsEndAndARequestThatHasComeIsAnsweredIfThereIsTime() throws Exception {
        Connection idle = adopt("");
        Connection inHead = visit("GET / HT");
        Connection unread = adopt(Wire.get("/"));
        connections.endIdle(System.nanoTime() + HOUR_NS);
        assertClosed(idle);
        assertAnswered(unread);
        assertFalse(Connections.isClosed(inHead));
    }

    @Test
    void idleConnectionsEndUnreadIfThereIsNoTime() throws Exception {
        Connection unread = adopt(Wire.get("/"));
        connections.endIdle(System.nanoTime() - 1);
        assertClosed(unread);
        assertEquals(0, counters.responses());
    }

    @Test
    void connectionsWithoutTheirLastResponseAreCountedAtTheEnd() throws Exception {
        assertTrue(connections.isEmpty());
        Connection lingering = visit("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Connection inHead = visit("GET / HT");
        Connection idle = adopt("");
        assertFalse(connections.isEmpty());
        assertEquals(2, connections.endAll());
        assertClosed(lingering);
        assertClosed(inHead);
        assertClosed(idle);
        assertTrue(connections.isEmpty());
        assertEquals(3, counters.read(Figure.ADOPTED));
        assertEquals(3, counters.read(Figure.CLOSED));
        assertEquals(0, connections.endAll());
    }

    // Something fails.

    @Test
    void visitThatFailsEndsItsConnectionOnlyAndIsCounted() throws Exception {
        Connection first = adopt("");
        Connection second = adopt("");
        try (Logged logged = new Logged(Worker.class)) {
            connections.visit(first, connection -> {
                throw new IllegalStateException("meant");
            });
            assertEquals(List.of("connection closed after an unexpected failure | "
                    + "java.lang.IllegalStateException: meant"), logged.lines());
        }
        assertClosed(first);
        assertFalse(Connections.isClosed(second));
        assertEquals(1, counters.read(Figure.FAILED));
        connections.visit(second, connection -> {
            throw new IOException("reset");
        });
        assertClosed(second);
        assertEquals(1, counters.read(Figure.FAILED), "that was no failure of the server's");
    }

    @Test
    void socketIsClosedThoughItsLayerFailsToTellThePeer() throws Exception {
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        clients.add(client);
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        Layer layer = (Layer) Proxy.newProxyInstance(Layer.class.getClassLoader(),
                new Class<?>[] {Layer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("endOutput")) {
                        throw new OutOfMemoryError("meant");
                    }
                    return method.invoke(Layer.NONE, arguments);
                });
        Connection connection = new Connection(accepted, layer, resources);
        connection.key = accepted.register(selector, SelectionKey.OP_READ, connection);
        connections.visit(connection, any -> Want.READ);
        connections.visit(connection, any -> Want.CLOSE);
        assertClosed(connection);
    }

    @Test
    void exchangeHearsWhyItsConnectionEnds() throws Exception {
        assertAbandoned(Abandonment.TOO_SLOW, connection -> Want.CLOSE);
        assertAbandoned(Abandonment.APPLICATION_TOO_SLOW, connection -> {
            throw new Receiving.CutException(Abandonment.APPLICATION_TOO_SLOW,
                    Refusals.applicationTooSlow());
        });
        assertAbandoned(Abandonment.PEER_LEFT, connection -> {
            throw new IOException("reset");
        });
        try (Logged logged = new Logged(Worker.class)) {
            assertAbandoned(Abandonment.SERVER_FAILED, connection -> {
                throw new IllegalStateException("meant");
            });
            assertEquals(1, logged.lines().size());
        }
        upload = new ExchangeStub();
        visit(Wire.put(10) + "hello");
        connections.endAll();
        assertEquals(List.of(Abandonment.SERVER_STOPS), upload.whys);
    }

    private void assertAbandoned(Abandonment why, Connections.Visit visit) throws IOException {
        upload = new ExchangeStub();
        connections.visit(visit(Wire.put(10) + "hello"), visit);
        assertEquals(List.of(why), upload.whys);
    }

    @Test
    void responseWhoseBodyFailsIsCutByTheServersFault() throws Exception {
        StepwiseBody body = new StepwiseBody(Body.UNKNOWN_LENGTH, "hello");
        response = Response.of(Status.OK).with(body);
        Connection connection = visit(Wire.get("/"));
        body.then = null;
        body.callback.run();
        try (Logged logged = new Logged(Connection.class)) {
            connections.takeCompletions(1);
            assertEquals(1, logged.lines().size());
        }
        assertClosed(connection);
        assertEquals(List.of(Abandonment.SERVER_FAILED), cuts);
    }

    @Test
    void interruptIsNotLeftBehindAVisit() throws Exception {
        connections.visit(adopt(""), connection -> {
            Thread.currentThread().interrupt();
            return null;
        });
        assertFalse(Thread.interrupted());
    }

    @Test
    void onceMemoryHasRunOutWhatIsKeptIsGivenUp() throws Exception {
        Connection inHead = visit("GET / HT");
        connections.recover();
        assertFalse(Connections.isClosed(inHead), "there is memory");
        try (Logged logged = new Logged(Worker.class)) {
            connections.report("no memory", new OutOfMemoryError("meant"));
            connections.recover();
            assertEquals(List.of("no memory | java.lang.OutOfMemoryError: meant",
                    "connection reset: the heap is nearly full; it held most of what is kept for"
                            + " clients"), logged.lines());
        }
        assertClosed(inHead);
        selector.selectNow(); // the descriptor is closed then
        assertThrows(IOException.class, () -> clients.get(0).read(ByteBuffer.allocate(1)),
                "a reset");
        assertEquals(1, counters.read(Figure.SHED));
        Connection next = visit("GET / HT");
        connections.recover();
        assertFalse(Connections.isClosed(next), "there is memory again");
    }
}
