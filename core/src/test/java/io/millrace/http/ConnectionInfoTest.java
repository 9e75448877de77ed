package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConnectionInfoTest {

    private static final SocketAddress PROXY = new InetSocketAddress("192.0.2.1", 1000);
    private static final SocketAddress SERVER = new InetSocketAddress("192.0.2.2", 80);
    private static final SocketAddress CLIENT = new InetSocketAddress("198.51.100.3", 2000);

    private static ConnectionInfo accepted() {
        return ConnectionInfo.builder().number(1, 2).peer(PROXY).local(SERVER)
                .accepted(3, 4_000).build();
    }

    @Test
    void whatIsBuiltIsTold() {
        ConnectionInfo info = accepted();
        assertEquals(1, info.worker());
        assertEquals(2, info.id());
        assertEquals(PROXY, info.peer());
        assertEquals(PROXY, info.socketPeer());
        assertEquals(SERVER, info.local());
        assertEquals(SERVER, info.socketLocal());
        assertEquals(3, info.acceptedNs());
        assertEquals(Instant.ofEpochSecond(4), info.acceptedAt());
        assertFalse(info.isSecure());
        assertNull(info.tlsSession());
        assertEquals("connection 1/2 of /192.0.2.1:1000", info.toString());
    }

    @Test
    void anotherPeerLeavesTheSocketsOwnAndTheRest() {
        ConnectionInfo info = accepted().toBuilder().peer(CLIENT).local(null).secure(true).build();
        assertEquals(CLIENT, info.peer());
        assertEquals(PROXY, info.socketPeer());
        assertNull(info.local());
        assertEquals(SERVER, info.socketLocal());
        assertTrue(info.isSecure());
        assertEquals(2, info.id());
        assertEquals(3, info.acceptedNs());
        ConnectionInfo third = info.toBuilder().peer(null).build();
        assertEquals(PROXY, third.socketPeer());
    }

    @Test
    void thoseOfOneConnectionAreEqualAndNoOthers() {
        ConnectionInfo first = accepted();
        ConnectionInfo second = first.toBuilder().peer(CLIENT).build();
        ConnectionInfo third = second.toBuilder().secure(true).build();
        assertEquals(first, third);
        assertEquals(third, second);
        assertEquals(first.hashCode(), third.hashCode());
        assertNotEquals(first, accepted());
    }

    @Test
    void textHasTheAddressWithoutItsPort() {
        assertEquals("192.0.2.1", accepted().peerText());
        assertEquals("2001:db8:0:0:0:0:0:1", ConnectionInfo.builder()
                .peer(new InetSocketAddress("2001:db8::1", 1)).build().peerText());
        assertEquals("unix", ConnectionInfo.builder().peer(UnixDomainSocketAddress.of(""))
                .build().peerText());
        assertEquals("unknown", ConnectionInfo.unknown().peerText());
    }

    @Test
    void requestThatNoServerHasReadHasAnUnknownConnection() {
        assertSame(ConnectionInfo.unknown(), Request.of("GET", "/").connection());
        assertNull(ConnectionInfo.unknown().peer());
    }
}
