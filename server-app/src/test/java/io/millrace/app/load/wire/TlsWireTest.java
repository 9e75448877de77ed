package io.millrace.app.load.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.tls.SelfSignedCertificate;
import io.millrace.tls.Tls;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load tool's side of TLS, whatever the records of the server's come in. */
@Timeout(60)
class TlsWireTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    private static final String UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nbody";

    @TempDir
    private static Path folder;
    private static Tls tls;

    private final ByteBuffer in = ByteBuffer.allocate(1000);
    private final ResponseParser response = new ResponseParser();
    private ServerSocket server;
    private TlsPeer peer;
    private Wire wire;
    /** Below the wire. */
    private SocketChannel socket;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        SelfSignedCertificate.of(List.of("localhost"), Duration.ofDays(1)).write(cert, key);
        tls = Tls.builder().certificate(cert, key).build();
    }

    @BeforeEach
    void connect() throws Exception {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connect("TLSv1.3");
    }

    private void connect(String protocol) throws Exception {
        FutureTask<TlsPeer> accepted =
                new FutureTask<>(() -> TlsPeer.on(server.accept(), tls, protocol));
        new Thread(accepted).start();
        wire = connector(ClientTls.ofAny()).connect(opened -> socket = (SocketChannel) opened);
        peer = accepted.get();
    }

    private Wire.Connector connector(ClientTls trust) {
        return trust.to(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                "localhost", LONG, 1000);
    }

    @AfterEach
    void close() throws IOException {
        close(wire, peer, server);
    }

    private static void close(Closeable... all) throws IOException {
        for (Closeable each : all) {
            each.close();
        }
    }

    private void receive() throws IOException {
        response.next(false);
        new LoadConnection(wire, new ClientProgress(() -> 0)).receive(in, response);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void handshakeThatTheServerEndsIsNotWaitedFor() throws Exception {
        FutureTask<Void> ends = new FutureTask<>(() -> {
            try (Socket accepted = server.accept()) {
                DataInputStream hello = new DataInputStream(accepted.getInputStream());
                hello.readNBytes(3);
                hello.readNBytes(hello.readUnsignedShort()); // what is not read resets
                return null;
            }
        });
        new Thread(ends).start();
        assertEquals("connection closed in the TLS handshake", assertThrows(EOFException.class,
                () -> connector(ClientTls.ofAny()).connect(opened -> { })).getMessage());
        ends.get();
    }

    @Test
    void closeNotifyThatComesWithTheLastBytesEndsABodyWithoutALength() throws Exception {
        peer.send(joined(peer.records(UNTIL_CLOSE), peer.closeNotify()));
        peer.close();
        receive();
        assertEquals(4, response.bodyBytes());
    }

    @Test
    void closeNotifyBehindTheLastBytesEndsABodyWithoutALength() throws Exception {
        peer.send(peer.records(UNTIL_CLOSE));
        assertEquals(UNTIL_CLOSE, readAll(UNTIL_CLOSE.length()));
        peer.send(peer.closeNotify());
        assertEquals(-1, readOn());
        assertEquals(-1, readOn());
    }

    @Test
    void connectionThatEndsWithoutCloseNotifyCutsABodyWithoutALength() throws Exception {
        peer.send(peer.records(UNTIL_CLOSE));
        peer.close();
        assertEquals("connection closed without TLS's close_notify",
                assertThrows(EOFException.class, this::receive).getMessage());
    }

    @Test
    void responseWithItsLengthNeedsNoCloseNotify() throws Exception {
        peer.send(peer.records(OK));
        peer.close();
        receive();
        assertEquals(200, response.status());
        assertTrue(wire.isEnded());
    }

    @Test
    void recordCutAnywhereIsReadWhole() throws Exception {
        for (int cut = 1; cut < 40; cut++) {
            byte[] record = peer.records(OK);
            peer.send(Arrays.copyOf(record, cut));
            assertEquals(0, wire.read(in.clear()), "nothing of a record that isn't whole");
            peer.send(Arrays.copyOfRange(record, cut, record.length));
            receive();
            assertEquals(4, response.bodyBytes(), "cut at " + cut);
        }
    }

    @Test
    void manyRecordsInOnePieceAreReadInTheirOrder() throws Exception {
        peer.send(peer.records("HTTP/1.1 200 OK\r\n", "Content-Length: 4\r\n", "\r\nb", "", "ody"));
        receive();
        assertEquals(4, response.bodyBytes());
    }

    @Test
    void recordLongerThanTheBufferComesInPieces() throws Exception {
        String text = "0123456789".repeat(1000);
        peer.send(peer.records(text, "end"));
        in.limit(7);
        assertEquals(text + "end", readAll(text.length() + 3));
    }

    @Test
    void serverThatHasEndedTlsIsSentNothing() throws Exception {
        close(wire, peer);
        connect("TLSv1.2"); // with 1.3 its end would not be the client's
        peer.send(peer.closeNotify());
        assertEquals(-1, readOn());
        assertEquals("connection closed by TLS",
                assertThrows(EOFException.class, () -> wire.write(bytes("GET"))).getMessage());
    }

    @Test
    void handshakeThatFailsLeavesNoConnection() throws Exception {
        FutureTask<Integer> end = new FutureTask<>(() -> {
            try (Socket socket = server.accept()) {
                TlsPeer.on(socket, tls, "TLSv1.2");
                return 0;
            } catch (IOException closed) {
                return -1;
            }
        });
        new Thread(end).start();
        assertThrows(SSLException.class,
                () -> connector(ClientTls.ofJdk()).connect(socket -> { }));
        assertEquals(-1, end.get());
    }

    @Test
    void handshakeThatTheServerDelaysEndsWithItsSocket() throws Exception {
        CompletableFuture<Closeable> opened = new CompletableFuture<>();
        FutureTask<Wire> connecting =
                new FutureTask<>(() -> connector(ClientTls.ofAny()).connect(opened::complete));
        new Thread(connecting).start();
        try (Socket silent = server.accept()) {
            assertEquals(22, silent.getInputStream().read(), "a handshake begins");
            opened.get().close();
            assertThrows(ExecutionException.class, connecting::get);
        }
    }

    @Test
    void severalBuffersLeaveInTheirOrderHoweverLongTheyAre() throws Exception {
        ByteBuffer[] buffers = {bytes("head"), bytes(""), bytes("b".repeat(100_000))};
        FutureTask<Integer> sent = new FutureTask<>(() -> {
            int bytes = 0;
            while (buffers[2].hasRemaining()) {
                bytes += (int) wire.write(buffers);
            }
            return bytes;
        });
        new Thread(sent).start();
        StringBuilder came = new StringBuilder();
        while (came.length() < 100_004) {
            came.append(peer.read());
        }
        assertEquals("head" + "b".repeat(100_000), came.toString());
        assertEquals(100_004, sent.get());
    }

    @Test
    void endInGoodOrderTellsTheServer() throws Exception {
        wire.write(bytes("GET"));
        assertEquals("GET", peer.read());
        peer.send(peer.records(OK));
        receive(); // else the system would reset the connection for what is unread
        wire.end();
        assertEquals("", peer.read());
        assertTrue(peer.hasEnded());
    }

    @Test
    void refusalIsReadOverAConnectionWhoseOutputWasCut() throws Exception {
        wire.shutdownOutput();
        assertTrue(peer.hasEnded());
        peer.send(peer.records("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"));
        receive();
        assertEquals(413, response.status());
    }

    @Test
    void recordsWithoutDataAreNoResponse() throws Exception {
        peer.send(peer.records("")); // behind the tickets that TLS 1.3 may begin with
        awaitBytes();
        assertFalse(wire.hasArrived());
        byte[] record = peer.records(OK);
        peer.send(Arrays.copyOf(record, 40));
        awaitBytes();
        assertFalse(wire.hasArrived(), "nothing of a record that isn't whole");
        peer.send(Arrays.copyOfRange(record, 40, record.length));
        awaitArrival();
        assertTrue(wire.hasArrived());
        receive();
        assertEquals(4, response.bodyBytes());
        assertFalse(wire.hasArrived());
    }

    @Test
    void endOfTlsAndWhatIsNoTlsHaveArrived() throws Exception {
        peer.send(peer.closeNotify());
        awaitArrival();
        close(wire, peer);
        connect("TLSv1.3");
        peer.send("HTTP/1.1 413 Content Too Large\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        awaitArrival();
        assertThrows(SSLException.class, this::readOn, "who reads is told");
    }

    @Test
    void refusalEndsASendingThatIsStuck() throws Exception {
        LoadConnection connection = new LoadConnection(wire, new ClientProgress(() -> 0));
        response.next(false);
        FutureTask<Integer> sent = new FutureTask<>(() -> {
            connection.send(bytes("PUT / HTTP/1.1\r\n\r\n"), new RequestBody() {
                @Override
                public long bytes() {
                    return Long.MAX_VALUE;
                }

                @Override
                public ByteBuffer piece(long position) {
                    return ByteBuffer.allocate(100_000);
                }
            }, in, response);
            return response.status();
        });
        new Thread(sent).start();
        assertEquals("PUT / HTTP/1.1\r\n\r\n", peer.read().substring(0, 18), "it has begun");
        peer.send(peer.records("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"));
        while (!sent.isDone()) {
            connection.unblock();
            Thread.onSpinWait();
        }
        assertEquals(413, sent.get());
    }

    private void awaitBytes() throws IOException {
        while (socket.socket().getInputStream().available() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closeTellsTheServerNothing() throws Exception {
        wire.close();
        assertThrows(IOException.class, peer::read);
    }

    @Test
    void connectionOnWhichNothingCameHasNotEndedAndServesOn() throws Exception {
        peer.send(peer.records(OK));
        receive();
        assertFalse(wire.isEnded());
        peer.send(peer.records(OK));
        awaitArrival();
        assertFalse(wire.isEnded(), "what came is kept");
        receive();
        assertEquals(4, response.bodyBytes());
    }

    @Test
    void connectionThatEndsWithALastWordHasEnded() throws Exception {
        peer.send(peer.records(OK));
        receive();
        peer.send(peer.closeNotify());
        peer.close();
        awaitArrival();
        assertTrue(wire.isEnded());
    }

    private void awaitArrival() throws IOException {
        while (!wire.hasArrived()) {
            Thread.onSpinWait();
        }
    }

    private int readOn() throws IOException {
        int bytes = 0;
        while (bytes == 0) {
            bytes = wire.read(in.clear());
        }
        return bytes;
    }

    private String readAll(int bytes) throws IOException {
        StringBuilder text = new StringBuilder();
        int limit = in.limit();
        while (text.length() < bytes) {
            wire.read(in.clear().limit(limit));
            text.append(StandardCharsets.US_ASCII.decode(in.flip()));
        }
        return text.toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
