package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {

    private static final SocketAddress TCP =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    private Path folder;

    private static Listener.Settings settings(int backlog) {
        return new Listener.Settings(backlog, false, 0, 0, Set.of());
    }

    /** How many of so many clients the system connects, though nothing accepts them. */
    private static int connected(SocketAddress address, int backlog, int clients)
            throws IOException {
        List<SocketChannel> all = new ArrayList<>();
        Listener listener = Listener.open(address, settings(backlog));
        try {
            int connected = 0;
            for (int i = 0; i < clients; i++) {
                SocketChannel client = address instanceof UnixDomainSocketAddress
                        ? SocketChannel.open(StandardProtocolFamily.UNIX)
                        : SocketChannel.open();
                all.add(client);
                client.configureBlocking(false);
                connected += isConnected(client, listener.address()) ? 1 : 0;
            }
            return connected;
        } finally {
            for (SocketChannel client : all) {
                client.close();
            }
            listener.close();
        }
    }

    private static boolean isConnected(SocketChannel client, SocketAddress address)
            throws IOException {
        try {
            return client.connect(address) || client.finishConnect();
        } catch (SocketException e) {
            return false; // of a Unix domain, whose clients don't wait
        }
    }

    /** Linux keeps one more than it is told. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void systemKeepsAsManyConnectionsAsTheBacklogSays() throws Exception {
        assertEquals(3, connected(TCP, 2, 10));
        assertEquals(90, connected(TCP, 100, 90));
        assertEquals(3, connected(UnixDomainSocketAddress.of(folder.resolve("a")), 2, 10));
        assertEquals(90, connected(UnixDomainSocketAddress.of(folder.resolve("b")), 100, 90));
    }

    @Test
    void listenerThatCannotBeRegisteredIsClosedWithTheOthers() throws Exception {
        Selector closed = Selector.open();
        closed.close();
        Path file = folder.resolve("a");
        assertThrows(ClosedSelectorException.class, () -> Listeners.open(
                List.of(UnixDomainSocketAddress.of(file)), settings(10), closed));
        assertFalse(Files.exists(file));
    }
}
