package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
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
    void closedConnectionsAreForgottenThoughTheirPeerIsFarFromTheLimit() throws IOException {
        PeerLimit limit = new PeerLimit(1 << 24, peer -> false);
        for (int i = 0; i < 3000; i++) {
            SocketChannel accepted = accept();
            assertTrue(limit.admit(accepted));
            close();
            assertTrue(limit.remembered() <= 1024, "remembered " + limit.remembered());
        }
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
