package io.millrace.app.load.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class SocketWireTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Wire.Opening UNHEARD = socket -> { };

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private SocketWire connect() throws IOException {
        return SocketWire.connect(address(), LONG, UNHEARD);
    }

    private static void awaitArrival(SocketWire wire) throws IOException {
        while (!wire.hasArrived()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void lookAtTheEndNeitherWaitsNorKeepsReadsFromWaiting() throws Exception {
        try (SocketWire wire = connect(); Socket peer = server.accept()) {
            assertFalse(wire.isEnded());
            FutureTask<Integer> read = new FutureTask<>(() -> wire.read(ByteBuffer.allocate(5)));
            new Thread(read).start();
            assertThrows(TimeoutException.class, () -> read.get(20, TimeUnit.MILLISECONDS));
            peer.getOutputStream().write('x');
            assertEquals(1, read.get());
            peer.shutdownOutput();
            while (!wire.isEnded()) {
                Thread.onSpinWait();
            }
        }
    }

    // What comes unasked can't be the response to the next request.
    @Test
    void connectionOnWhichSomethingCameUnaskedHasEnded() throws Exception {
        try (SocketWire wire = connect(); Socket peer = server.accept()) {
            assertFalse(wire.hasArrived());
            peer.getOutputStream().write('x');
            awaitArrival(wire);
            assertTrue(wire.isEnded());
        }
    }

    @Test
    void readWithATimeEndsWithIt() throws Exception {
        try (SocketWire wire = connect(); Socket peer = server.accept()) {
            ByteBuffer in = ByteBuffer.allocate(5);
            assertThrows(SocketTimeoutException.class, () -> wire.read(in, Duration.ofMillis(1)));
            peer.getOutputStream().write('x');
            assertEquals(1, wire.read(in, LONG));
            peer.shutdownOutput();
            assertEquals(-1, wire.read(in, LONG));
            assertEquals(1, in.position());
        }
    }

    @Test
    void socketThatIsClosedWhileItOpensConnectsToNobody() {
        assertThrows(IOException.class,
                () -> SocketWire.connect(address(), LONG, Closeable::close));
    }

    @Test
    void socketThatNobodyWantsToHearOfIsClosed() {
        List<Closeable> opened = new ArrayList<>();
        assertThrows(IOException.class, () -> SocketWire.connect(address(), LONG, socket -> {
            opened.add(socket);
            throw new IOException("for this test");
        }));
        assertFalse(((SocketChannel) opened.get(0)).isOpen());
    }

    @Test
    void whatTheServerSentIsReadBehindAnOutputThatIsShut() throws Exception {
        try (SocketWire wire = connect(); Socket peer = server.accept()) {
            peer.getOutputStream().write('x');
            wire.shutdownOutput();
            assertThrows(IOException.class, () -> wire.write(ByteBuffer.allocate(1)));
            assertEquals(1, wire.read(ByteBuffer.allocate(5)));
            assertEquals(-1, peer.getInputStream().read());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void serverThatAcceptsNobodyIsNotWaitedForLonger() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try {
            assertThrows(SocketTimeoutException.class, () -> {
                for (int i = 0; i < 10; i++) { // more than the system keeps for it
                    waiting.add(new Socket());
                    waiting.get(i).connect(address(), 100);
                }
            });
            assertThrows(SocketTimeoutException.class,
                    () -> SocketWire.connect(address(), Duration.ofMillis(20), UNHEARD));
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}
