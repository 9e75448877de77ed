package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerLimitTest {

    private final List<SocketChannel> channels = new ArrayList<>();
    private final ServerSocketChannel listener;

    PeerLimitTest() throws IOException {
        listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void end() throws IOException {
        listener.close();
        close();
    }

    private void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        channels.clear();
    }

    private SocketChannel accept() throws IOException {
        channels.add(SocketChannel.open(listener.getLocalAddress()));
        SocketChannel accepted = listener.accept();
        channels.add(accepted);
        return accepted;
    }

    @Test
    void peerHasAsManyConnectionsAsItMayAndNotOneMore() throws IOException {
        PeerLimit limit = new PeerLimit(2, peer -> false);
        SocketChannel first = accept();
        assertTrue(limit.admit(first));
        assertTrue(limit.admit(accept()));
        assertFalse(limit.admit(accept()));
        first.close();
        assertTrue(limit.admit(accept()));
        assertFalse(limit.admit(accept()));
    }

    @Test
    void clientsOfAProxyAreCountedByTheirOwnAddresses() throws IOException {
        PeerLimit limit = new PeerLimit(1, peer -> false);
        SocketChannel first = accept();
        assertTrue(limit.admit(new InetSocketAddress("192.0.2.1", 1), first));
        assertTrue(limit.admit(new InetSocketAddress("192.0.2.2", 1), accept()));
        assertFalse(limit.admit(new InetSocketAddress("192.0.2.1", 2), accept()));
        assertEquals(1, limit.refused());
        first.close();
        assertTrue(limit.admit(new InetSocketAddress("192.0.2.1", 2), accept()));
        assertEquals(1, limit.refused());
    }

    @Test
    void exemptPeersAndUnixDomainSocketsHaveNoLimit() throws IOException {
        PeerLimit limit = new PeerLimit(1,
                new InetSocketAddress("192.0.2.1", 1)::equals);
        for (int i = 0; i < 2; i++) {
            assertTrue(limit.admit(new InetSocketAddress("192.0.2.1", 1), accept()));
            assertTrue(limit.admit(UnixDomainSocketAddress.of(""), accept()));
        }
        assertEquals(0, limit.remembered());
    }

    @Test
    void closedConnectionsAreForgottenThoughTheirPeerIsFarFromTheLimit() {
        PeerLimit limit = new PeerLimit(1 << 24, peer -> false);
        for (int i = 0; i < 3000; i++) {
            StubChannel channel = new StubChannel();
            assertTrue(limit.admit(address(i % 7), channel));
            channel.close();
            assertEquals(1 + i % 1024, limit.remembered());
        }
    }

    @Test
    void openConnectionsAreRememberedWhenClosedOnesAreForgotten() {
        PeerLimit limit = new PeerLimit(600, peer -> false);
        List<StubChannel> own = admit(limit, address(1), 600);
        admit(limit, address(2), 424).forEach(StubChannel::close);
        assertEquals(1024, limit.remembered());
        assertTrue(limit.admit(address(3), new StubChannel()));
        assertEquals(601, limit.remembered());
        assertEquals(2, limit.peers(), "that of none is forgotten, too");
        assertFalse(limit.admit(address(1), new StubChannel()));
        own.get(0).close();
        assertTrue(limit.admit(address(1), new StubChannel()));
        assertEquals(601, limit.remembered());
    }

    // With a sweep for every few connections the acceptor would do little else.
    @Test
    void sweepWaitsForTwiceAsManyConnectionsAsTheLastOneLeft() {
        PeerLimit limit = new PeerLimit(1 << 24, peer -> false);
        admit(limit, address(1), 1024);
        admit(limit, address(2), 1).get(0).close();
        admit(limit, address(2), 1023);
        assertEquals(2048, limit.remembered(), "with the one that is closed");
        admit(limit, address(2), 1);
        assertEquals(2048, limit.remembered());
    }

    /** A connection that is open until a test closes it. */
    private static final class StubChannel implements Channel {

        private boolean isClosed;

        @Override
        public boolean isOpen() {
            return !isClosed;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static InetSocketAddress address(int peer) {
        return new InetSocketAddress("192.0.2." + peer, 1);
    }

    private static List<StubChannel> admit(PeerLimit limit, InetSocketAddress peer, int count) {
        List<StubChannel> admitted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            admitted.add(new StubChannel());
            assertTrue(limit.admit(peer, admitted.get(i)));
        }
        return admitted;
    }

    @Test
    void peerIsAnAddressOfIpv4OrANetworkOfIpv6() throws IOException {
        assertEquals(peer("2001:db8:0:1::1"), peer("2001:db8:0:1:ffff::2"));
        assertNotEquals(peer("2001:db8:0:1::1"), peer("2001:db8:0:2::1"));
        assertNotEquals(peer("192.0.2.1"), peer("192.0.2.2"));
        assertNotEquals(peer("192.0.2.255"), peer("192.0.3.255"));
    }

    private static long peer(String address) throws IOException {
        return PeerLimit.peer(InetAddress.getByName(address));
    }
}
