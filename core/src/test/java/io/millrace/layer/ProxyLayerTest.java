package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ProxyHeaders;
import io.millrace.http.ConnectionInfo;
import io.millrace.net.PeerLimit;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.OpeningException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProxyLayerTest {

    private static final String LINE = "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n";
    private static final ConnectionInfo SOCKET = ConnectionInfo.builder()
            .peer(new InetSocketAddress("10.0.0.1", 1)).build();

    private final MemoryChannel channel = new MemoryChannel();
    private final ProxyLayer layer = new ProxyLayer(channel, null);
    private final ByteBuffer target = ByteBuffer.allocate(100);

    private int read() throws IOException {
        return layer.read(target);
    }

    private String got() {
        return new String(target.array(), 0, target.position(), StandardCharsets.ISO_8859_1);
    }

    private String refusal() {
        OpeningException refusal = assertThrows(OpeningException.class, this::read);
        assertNull(refusal.refusal, "a proxy understands no response");
        assertEquals(Level.WARNING, refusal.level);
        return refusal.getMessage();
    }

    @Test
    void bytesBehindTheHeaderAreTheClients() throws Exception {
        target.put("kept ".getBytes(StandardCharsets.US_ASCII));
        channel.append(LINE + "GET");
        assertTrue(layer.isOpening());
        assertEquals(3, read());
        assertEquals("kept GET", got());
        assertFalse(layer.isOpening());
        assertEquals("192.0.2.1", layer.tell(SOCKET).peerText());
        assertEquals(SOCKET.peer(), layer.tell(SOCKET).socketPeer());
        channel.append(" / HTTP");
        assertEquals(7, read());
        assertEquals("kept GET / HTTP", got());
    }

    @Test
    void headerMayComeInPiecesOfAnySize() throws Exception {
        for (int i = 0; i < LINE.length(); i++) {
            channel.append(LINE.substring(i, i + 1));
            assertEquals(0, read());
            assertEquals(0, target.position());
            assertTrue(layer.hasBegun());
            assertEquals(i < LINE.length() - 1, layer.isOpening());
        }
        assertEquals(0, read());
        channel.append("G");
        assertEquals(1, read());
    }

    @Test
    void readThatIsFullOfTheHeaderGoesOnToTheSocketsEnd() throws Exception {
        channel.append(LINE + "GET / HTTP/1.1");
        ByteBuffer small = ByteBuffer.allocate(3);
        assertEquals(3, layer.read(small));
        assertArrayEquals(new byte[] {'G', 'E', 'T'}, small.array());
        assertEquals(11, read());
    }

    @Test
    void endBehindAReadThatIsFullKeepsNothingFromTheClient() throws Exception {
        channel.append(LINE + "GET");
        channel.ended = true;
        ByteBuffer full = ByteBuffer.allocate(LINE.length() + 3);
        assertEquals(3, layer.read(full));
        assertEquals(-1, layer.read(full));
    }

    @Test
    void onlyAHeaderThatHasBegunHoldsMemory() throws Exception {
        assertFalse(layer.hasBegun());
        assertEquals(0, layer.keptBytes());
        assertEquals(0, read());
        assertEquals(0, layer.keptBytes());
        channel.append("PROXY");
        read();
        assertTrue(layer.keptBytes() > 0);
        channel.append(LINE.substring(5));
        read();
        assertEquals(0, layer.keptBytes());
    }

    @Test
    void healthCheckIsTheProxysOwnConnection() throws Exception {
        channel.append(ProxyHeaders.of(0x20, 0).bytes());
        channel.append("HEAD");
        assertEquals(4, read());
        assertSame(SOCKET, layer.tell(SOCKET));
    }

    @Test
    void proxyThatLeavesBeforeAByteIsNoFault() throws Exception {
        channel.ended = true;
        target.position(5);
        assertEquals(-1, read());
        assertEquals(-1, read());
    }

    @Test
    void endWithinTheHeaderIsRefused() throws Exception {
        channel.append("PROXY TCP4");
        assertEquals(0, read());
        channel.ended = true;
        assertEquals("it ended within its PROXY header", refusal());
        assertEquals(-1, read());
    }

    @Test
    void endBehindTheHeaderIsTheClients() throws Exception {
        channel.append(LINE + "G");
        channel.ended = true;
        assertEquals(1, read());
        assertEquals(-1, read());
    }

    @Test
    void whatIsNoHeaderIsRefusedAndWhatFollowsIsDropped() throws Exception {
        channel.append("GET / HTTP/1.1\r\n\r\n");
        assertEquals("it does not begin with a PROXY header", refusal());
        assertFalse(layer.isOpening());
        assertSame(SOCKET, layer.tell(SOCKET));
        assertEquals(-1, read());
    }

    @Test
    void clientAtItsLimitIsRefused() throws Exception {
        PeerLimit limit = new PeerLimit(1, peer -> false);
        channel.append(LINE + "G");
        assertEquals(1, new ProxyLayer(channel, limit).read(target));
        channel.append(LINE.replace("192.0.2.1", "192.0.2.9") + "G");
        assertEquals(1, new ProxyLayer(channel, limit).read(target));
        channel.append("PROXY UNKNOWN\r\nG");
        assertEquals(1, new ProxyLayer(channel, limit).read(target));
        channel.append(LINE + "G");
        ProxyLayer over = new ProxyLayer(channel, limit);
        assertEquals("its client 192.0.2.1 has 1 open", assertThrows(OpeningException.class,
                () -> over.read(target)).getMessage());
        assertEquals(-1, over.read(target));
    }

    @Test
    void bodiesGoByTheSocketItself() throws Exception {
        assertSame(channel, layer.direct(layer));
        assertEquals(1, layer.write(ByteBuffer.wrap(new byte[] {'x'})));
        assertEquals("x", channel.written());
    }

    @Test
    void layerIsOpenAsLongAsItsSocket() throws Exception {
        assertTrue(layer.isOpen());
        layer.close();
        assertFalse(layer.isOpen());
        assertFalse(channel.isOpen());
    }
}
