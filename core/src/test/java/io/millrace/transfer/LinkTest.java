package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.Limits;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.net.FileTransfers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a connection has moved and keeps, with a layer before its socket that holds bytes back. */
class LinkTest {

    /** Takes what is written, and holds it for as long as a test wants. */
    private static final class HoldingLayer implements Layer {

        int held;
        int kept;
        int room = Integer.MAX_VALUE;

        @Override
        public int read(ByteBuffer target) {
            return 0;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(room, source.remaining());
            source.position(source.position() + count);
            held += count;
            return count;
        }

        @Override
        public int unsentBytes() {
            return held;
        }

        @Override
        public boolean flush() {
            return held == 0;
        }

        @Override
        public int keptBytes() {
            return kept;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }

    private final HoldingLayer layer = new HoldingLayer();
    private final MemoryChannel socket = new MemoryChannel();
    private final TransferResources resources = new TransferResources(
            new Limits(16_384, 8192, 100, Long.MAX_VALUE, 256), 16_384,
            new ResponseEncoder(0), new Counters(), FileTransfers::fastest);

    private Link link(Layer layer) {
        return new Link(socket, layer, resources, new VisitBudget(1 << 20, 0));
    }

    private static boolean write(Link link, int bytes) throws IOException {
        link.beginVisit(false);
        link.out.bytes().put(new byte[bytes]);
        link.out.flush();
        return link.endVisit();
    }

    @Test
    void bytesThatTheLayerHoldsAreNoProgressBeforeTheSocketTakesThem() throws IOException {
        Link link = link(layer);
        assertFalse(write(link, 1000));
        assertEquals(0, link.progress());
        layer.held = 400;
        assertEquals(600, link.progress());
        layer.held = 0;
        assertEquals(1000, link.progress());
    }

    @Test
    void bytesThatTheLayerHoldsAreUnsentThoughTheBufferIsEmpty() throws IOException {
        Link link = link(layer);
        write(link, 1000);
        assertTrue(link.out.hasUnsent());
        layer.held = 0;
        assertFalse(link.out.hasUnsent());
        assertTrue(write(link, 0));
    }

    @Test
    void keptBytesAreThoseOfBothDirectionsAndOfTheLayer() throws IOException {
        Link link = link(Layer.NONE);
        socket.room = 10;
        socket.append("hello");
        link.beginVisit(false);
        link.in.fill();
        link.out.bytes().put(new byte[100]);
        assertFalse(link.endVisit());
        assertEquals(5 + 90, link.keptBytes());
        link.discard();
        assertEquals(0, link.keptBytes());
        layer.kept = 7;
        assertEquals(7, link(layer).keptBytes());
    }

    @Test
    void onlyTheThreadOfTheVisitFindsItselfVisiting() throws Exception {
        Link link = link(Layer.NONE);
        assertFalse(link.isVisited());
        link.beginVisit(false);
        assertTrue(link.isVisited());
        assertFalse(CompletableFuture.supplyAsync(link::isVisited).get());
        link.endVisit();
        assertFalse(link.isVisited());
        link.beginVisit(false);
        link.discard();
        assertFalse(link.isVisited());
    }

    // A worker's connections borrow their senders from one another.

    /** An informational response of as many bytes as a request may have of them. */
    private static Response longInterim() {
        Response shortOne = Response.of(Status.EARLY_HINTS).with("A", "");
        return shortOne.with("A", "x".repeat(
                ResponseSender.MAX_HEAD_BYTES - ResponseEncoder.interimBytes(shortOne)));
    }

    @Test
    void interimsOfARequestThatWasCutDoNotCountForThatOfTheNextConnection() {
        Link cut = link(Layer.NONE);
        cut.beginVisit(false);
        ResponseSender sender = cut.sender();
        sender.inform(longInterim());
        assertEquals(ResponseSender.MAX_HEAD_BYTES, cut.out.bytes().position());
        cut.discard();
        cut.endResponse();

        Link next = link(Layer.NONE);
        next.beginVisit(false);
        assertSame(sender, next.sender());
        next.sender().inform(longInterim());
        assertEquals(ResponseSender.MAX_HEAD_BYTES, next.out.bytes().position());
    }

    @Test
    void bodyThatEndedWithItsConnectionDoesNotEndThatOfTheNextConnection() throws IOException {
        Response empty = Response.of(Status.OK).with(Body.of(new byte[0]));
        Link old = link(Layer.NONE);
        old.beginVisit(false);
        ResponseSender sender = old.sender();
        sender.begin(empty, Body.UNKNOWN_LENGTH, false, false, false, true);
        assertTrue(old.isEndedByClose());
        sender.close();
        old.endResponse();
        assertFalse(old.isEndedByClose());

        Link next = link(Layer.NONE);
        next.beginVisit(false);
        assertSame(sender, next.sender());
        sender.begin(empty, 0, true, true, false, false);
        assertTrue(sender.isSending());
        assertFalse(next.isEndedByClose());
    }

    @Test
    void senderThatIsGivenBackTwiceIsLentOnce() {
        Link one = link(Layer.NONE);
        ResponseSender sender = one.sender();
        assertSame(sender, one.sender());
        one.endResponse();
        one.endResponse();
        assertSame(sender, link(Layer.NONE).sender());
        assertNotSame(sender, one.sender());
    }

    // A side that is shut before would take the rest with it.
    @Test
    void flushIsNotOverBeforeTheLayerHasSentAll() throws IOException {
        Link link = link(layer);
        link.beginVisit(false);
        link.out.bytes().put(new byte[10]);
        assertFalse(link.out.flush());
        layer.held = 0;
        assertTrue(link.out.flush());
        layer.room = 4;
        link.out.bytes().put(new byte[10]);
        assertFalse(link.out.flush());
        layer.room = Integer.MAX_VALUE;
        assertFalse(link.out.flush(), "the layer has the rest");
        layer.held = 0;
        assertTrue(link.out.flush());
    }
}
