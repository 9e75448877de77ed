package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import io.millrace.transfer.HeapBound;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a heap that is nearly full, less is kept for connections than may be kept otherwise. */
class HeapBoundTest {

    private static final long HEAP = 4 << 20;
    private static final long LEAST_FREE = 256 << 10;
    private static final String BEGUN = "GET / HTTP/1.1\r\nHost: a\r\nX: ";

    private final Counters counters = new Counters();
    private final List<SocketChannel> clients = new ArrayList<>();
    private Selector selector;
    private ServerSocketChannel listener;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
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

    /** A heap of which so much is free. */
    private static HeapBound heap(long mostBytes, int workers, long maxKeptBytes, long freeBytes) {
        return new HeapBound(mostBytes, workers, maxKeptBytes) {
            @Override
            public long freeBytes() {
                return freeBytes;
            }
        };
    }

    @Test
    void quarterOfTheHeapMayBeKept() {
        HeapBound full = heap(HEAP, 1, HEAP, 0);
        assertEquals(1 << 20, full.keptBytes());
        assertFalse(full.isExceededBy(1 << 20));
        assertTrue(full.isExceededBy((1 << 20) + 1));
    }

    @Test
    void eachWorkerHasAnEqualShare() {
        HeapBound full = heap(HEAP, 4, HEAP, 0);
        assertFalse(full.isExceededBy(256 << 10));
        assertTrue(full.isExceededBy((256 << 10) + 1));
    }

    @Test
    void noMoreMayBeKeptThanOtherwise() {
        assertEquals(1000, heap(HEAP, 1, 1000, 0).keptBytes());
    }

    @Test
    void sixteenthThatIsFreeIsEnough() {
        assertFalse(heap(HEAP, 1, HEAP, LEAST_FREE).isExceededBy(HEAP));
        assertTrue(heap(HEAP, 1, HEAP, LEAST_FREE - 1).isExceededBy(HEAP));
    }

    @Test
    void freeMemoryIsAskedForOnlyWhereMoreIsKept() {
        HeapBound heap = new HeapBound(HEAP, 1, HEAP) {
            @Override
            public long freeBytes() {
                throw new UnsupportedOperationException();
            }
        };
        assertFalse(heap.isExceededBy(1 << 20));
        assertThrows(UnsupportedOperationException.class, () -> heap.isExceededBy(HEAP));
    }

    @Test
    void memoryOfThisJvmIsFree() {
        long most = Runtime.getRuntime().maxMemory();
        long free = new HeapBound(1, most).freeBytes();
        assertTrue(free > 0 && free < most, free + " of " + most);
    }

    private Connections connections(HeapBound heap) {
        Resources resources = new Resources(ServerOptions.builder().port(0).build(),
                head -> Response.text(""), counters, new Completions(() -> { }));
        return new Connections(selector, resources, new Deadlines(resources.options), heap);
    }

    /** Adopts a connection with a short head that doesn't end; returns it after its visit. */
    private Connection begin(Connections connections) throws IOException {
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        clients.add(client);
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        connections.adopt(PlainEndpoint.accepted(accepted), 0);
        client.write(ByteBuffer.wrap(BEGUN.getBytes(StandardCharsets.US_ASCII)));
        SelectionKey key = accepted.keyFor(selector);
        Connection connection = (Connection) key.attachment();
        do {
            selector.selectedKeys().clear();
            selector.select();
        } while (!selector.selectedKeys().contains(key));
        connections.visit(connection, Connection::visit);
        return connection;
    }

    /** How many are reset if five begin of which four may be kept in a heap that is full. */
    private long resetOfFive(long freeBytes) throws IOException {
        long one = begin(connections(heap(HEAP, 1, HEAP, HEAP))).countedBytes;
        Connections connections =
                connections(heap(4 * 4 * one, 1, HEAP, one + freeBytes));
        for (int i = 0; i < 4; i++) {
            begin(connections);
        }
        assertEquals(0, counters.read(Counters.Figure.SHED));
        begin(connections);
        return counters.read(Counters.Figure.SHED);
    }

    @Test
    void connectionsAreResetUntilAQuarterOfWhatMayBeKeptIsFree() throws Exception {
        try (Logged logged = new Logged(Worker.class)) {
            assertEquals(2, resetOfFive(-1));
            assertEquals(List.of("connection reset: the heap is nearly full; it held most of what"
                    + " is kept for clients"), logged.lines());
        }
    }

    @Test
    void noneIsResetWhileASixteenthIsFree() throws Exception {
        assertEquals(0, resetOfFive(0));
    }
}
