package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ConnectionInfo;
import io.millrace.transfer.Layer;
import io.millrace.transfer.OpeningException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.junit.jupiter.api.Test;

/** TLS over another layer, such as a proxy's: what is asked of the one is asked of both. */
class TlsOverLayerTest {

    private static final int PIECE_BYTES = 16 << 10;

    /** Passes bytes on unchanged, and says what a test wants. */
    private static final class LayerStub implements Layer {

        private ByteChannel socket;
        int begun;
        int ended;
        int unsentBytes;
        int keptBytes;
        boolean hasInput;
        boolean hasBegun;
        boolean isFull;
        int outputEnds;

        LayerStub over(ByteChannel socket) {
            this.socket = socket;
            return this;
        }

        @Override
        public void beginVisit() {
            begun++;
        }

        @Override
        public void endVisit() {
            ended++;
        }

        @Override
        public int unsentBytes() {
            return unsentBytes;
        }

        @Override
        public int keptBytes() {
            return keptBytes;
        }

        @Override
        public boolean hasInput() {
            return hasInput;
        }

        @Override
        public boolean hasBegun() {
            return hasBegun;
        }

        @Override
        public boolean flush() {
            return !isFull;
        }

        @Override
        public ConnectionInfo tell(ConnectionInfo known) {
            return known.toBuilder().peer(new InetSocketAddress("192.0.2.1", 1)).build();
        }

        @Override
        public void endOutput() {
            outputEnds++;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return socket.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return socket.write(source);
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final LayerStub below = new LayerStub();
    private final TlsClient client = new TlsClient("TLSv1.3", PIECE_BYTES, below::over);
    private final TlsLayer layer = client.layer;

    TlsOverLayerTest() throws IOException {
    }

    @Test
    void visitsOfBothBeginAndEndTogether() {
        layer.beginVisit();
        assertEquals(1, below.begun);
        assertEquals(0, below.ended);
        layer.endVisit();
        assertEquals(1, below.ended);
    }

    @Test
    void whatTheOtherHoldsIsUnsentKeptAndAtHand() {
        layer.beginVisit();
        assertFalse(layer.hasBegun());
        assertFalse(layer.hasInput());
        below.unsentBytes = 5;
        below.keptBytes = 7;
        below.hasInput = true;
        below.hasBegun = true;
        assertEquals(5, layer.unsentBytes());
        assertEquals(7, layer.keptBytes());
        assertTrue(layer.hasInput());
        assertTrue(layer.hasBegun());
        layer.endVisit();
        assertEquals(7, layer.keptBytes());
        assertEquals(5, layer.unsentBytes());
    }

    @Test
    void flushIsWholeOnceTheOthersIs() throws IOException {
        layer.beginVisit();
        assertTrue(layer.flush());
        below.isFull = true;
        assertFalse(layer.flush());
        layer.endVisit();
    }

    @Test
    void clientIsTheOneThatTheOtherTellsOf() throws IOException {
        assertEquals("192.0.2.1", layer.tell(ConnectionInfo.unknown()).peerText());
        client.open();
        ConnectionInfo info = layer.tell(ConnectionInfo.unknown());
        assertEquals("192.0.2.1", info.peerText());
        assertTrue(info.isSecure());
    }

    @Test
    void endOfOutputIsToldToTheOtherBehindTheAlert() throws IOException {
        client.open();
        layer.endOutput();
        assertEquals(1, below.outputEnds);
        client.receive();
        assertTrue(client.engine.isInboundDone());
        assertEquals(below.begun, below.ended, "a visit of its own has ended");
    }

    @Test
    void endOfOutputWithinAVisitLeavesItOpen() throws IOException {
        client.open();
        layer.beginVisit();
        layer.endOutput();
        assertEquals(below.begun, below.ended + 1);
        layer.endVisit();
        assertEquals(below.begun, below.ended);
    }

    @Test
    void behindAPlainRequestBytesPassUnchanged() throws IOException {
        client.channel.append("GET");
        assertThrows(OpeningException.class, client::visit);
        assertFalse(layer.isOpening());
        layer.beginVisit(); // that of the failure is over
        assertFalse(layer.hasInput());
        below.hasInput = true;
        assertTrue(layer.hasInput());
        client.channel.append("more");
        ByteBuffer target = ByteBuffer.allocate(100);
        assertEquals(4, layer.read(target));
        assertEquals('m', target.get(0));
        layer.endVisit();
        assertEquals(0, layer.keptBytes());
    }

    @Test
    void closeClosesTheSocket() throws IOException {
        assertTrue(layer.isOpen());
        layer.close();
        assertFalse(layer.isOpen());
        assertFalse(client.channel.isOpen());
    }
}
