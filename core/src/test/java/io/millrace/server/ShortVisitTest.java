package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When visits have taken a turn's time, the others in it are short, and who wants more waits. */
class ShortVisitTest {

    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    @Test
    void pipelinedRequestsBehindTheFirstWaitForTheirTurn() {
        Conversation conversation = new Conversation(head -> Response.text("here"));
        conversation.resources.isTurnLong = true;
        conversation.peer.append(Wire.get("/").repeat(3));
        assertEquals(Wire.ok("here"), conversation.visit().sent());
        assertEquals(Want.WRITE, conversation.want);
        assertTrue(conversation.connection.link.waitsForTurn());
        assertFalse(conversation.connection.isIdle(), "two requests wait");
        conversation.resources.isTurnLong = false;
        assertEquals(Wire.ok("here").repeat(2), conversation.visit().sent());
        assertFalse(conversation.connection.link.waitsForTurn());
        assertTrue(conversation.connection.isIdle());
    }

    @Test
    void requestAloneDoesNotWait() {
        Conversation conversation = new Conversation(head -> Response.text("here"));
        conversation.resources.isTurnLong = true;
        for (int i = 0; i < 3; i++) {
            assertEquals(Wire.ok("here"), conversation.send(Wire.get("/")).sent());
            assertEquals(Want.READ, conversation.want);
            assertFalse(conversation.connection.link.waitsForTurn());
        }
    }

    @Test
    void largeResponseGoesOnInItsTurn() {
        Conversation conversation = new Conversation(head -> Response.of(Status.OK)
                .with(Body.of(new byte[1 << 20])));
        conversation.resources.isTurnLong = true;
        conversation.peer.append(Wire.get("/"));
        conversation.visit();
        assertTrue(conversation.peer.out.size() < 200_000, conversation.peer.out.size() + " bytes");
        assertTrue(conversation.connection.link.waitsForTurn());
    }

    @Test
    void eachConnectionWaitsForItsOwnTransfersOnly() throws IOException {
        Conversation large = new Conversation(head -> head.path().equals("/large")
                ? Response.of(Status.OK).with(Body.of(new byte[4 << 20])) : Response.text("here"));
        large.resources.isTurnLong = true;
        large.peer.append(Wire.get("/large"));
        large.visit();
        MemoryChannel peer = new MemoryChannel().append(Wire.get("/"));
        Connection small = new Connection(peer, Layer.NONE, large.resources);
        small.visit();
        assertFalse(small.link.waitsForTurn());
        assertTrue(large.connection.link.waitsForTurn());
        large.visit();
        assertTrue(large.connection.link.waitsForTurn());
    }

    @Test
    void turnIsLongBeyondFiveMilliseconds() {
        assertFalse(Connections.isLong(5_000_000));
        assertTrue(Connections.isLong(5_000_001));
    }

    /** Whether a turn is long after an hour, in which this many pipelined requests were visited. */
    private static boolean isLongAfter(int requests) throws Exception {
        // On a slow machine five requests may take longer than a visit has for them.
        Resources resources = new Resources(ServerOptions.builder().port(0)
                .timePerVisit(Duration.ofSeconds(60)).build(),
                head -> Response.text(""), new Counters(), new Completions(() -> { }));
        try (Selector selector = Selector.open();
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Connections connections =
                    new Connections(selector, resources, new Deadlines(resources.options));
            try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                    SocketChannel accepted = listener.accept()) {
                accepted.configureBlocking(false);
                connections.adopt(PlainEndpoint.accepted(accepted), 0);
                client.write(ByteBuffer.wrap(
                        Wire.get("/").repeat(requests).getBytes(StandardCharsets.US_ASCII)));
                selector.select();
                resources.nowNs = System.nanoTime() - HOUR_NS;
                connections.visit((Connection) selector.selectedKeys().iterator().next()
                        .attachment(), Connection::visit);
                return resources.isTurnLong;
            }
        }
    }

    @Test
    void visitToAFewSmallRequestsIsNotTimed() throws Exception {
        assertFalse(isLongAfter(4));
        assertTrue(isLongAfter(5));
    }
}
