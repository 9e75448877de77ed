package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads from a bucket with the server in front: what is on the wire. */
@Timeout(120)
class ReadOverSocketsTest {

    private static final int TIMEOUT_MS = 60_000;
    private static final int BUFFER_BYTES = 100_000;
    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");

    private S3Double engine;
    private BucketClient store;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        store = BucketClient.of(engine);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(2)
                .sendBufferBytes(BUFFER_BYTES).build(), store::handle);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        store.close();
        engine.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(BUFFER_BYTES);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(server.address());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("ended after " + head);
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 9));
        }
        return bytes;
    }

    @Test
    void eachKindOfReadKeepsTheConnection() throws Exception {
        String tag = engine.place("a", "0123456789").etag();
        try (Socket socket = connect()) {
            InputStream in = socket.getInputStream();
            send(socket, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + tag + "\r\n\r\n"
                    + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=2-4\r\n\r\n");
            String head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 200 "), head);
            assertTrue(head.contains("Content-Length: 10\r\n"), head);
            head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 304 "), head);
            head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 404 "), head);
            in.readNBytes("not found\n".length());
            head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 206 "), head);
            assertTrue(head.contains("Content-Length: 3\r\n"), head);
            assertEquals("234", new String(in.readNBytes(3), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void objectThatIsLongerThanAllBuffersComesWhole() throws Exception {
        byte[] bytes = bytes(20 << 20);
        engine.place("a", bytes, Map.of());
        engine.next(GET, S3Fault.halfBody());
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            InputStream in = socket.getInputStream();
            assertTrue(head(in).contains("Content-Length: " + bytes.length + "\r\n"));
            assertArrayEquals(bytes, in.readAllBytes());
        }
    }

    @Test
    void engineThatBringsNoMoreCutsTheConnection() throws Exception {
        byte[] bytes = bytes(1 << 20);
        engine.place("a", bytes, Map.of());
        engine.next(GET, S3Fault.halfBody());
        engine.next(GET, S3Fault.answer(404, "NoSuchKey"));
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            InputStream in = socket.getInputStream();
            head(in);
            in.transferTo(got);
        } catch (IOException e) {
            assertFalse(got.size() == bytes.length, e.toString()); // a reset is as good an end
        }
        assertTrue(got.size() < bytes.length);
        assertArrayEquals(Arrays.copyOf(bytes, got.size()), got.toByteArray());
    }

    @Test
    void clientThatDoesNotReadHoldsUpTheEngineAndNotTheMemory() throws Exception {
        engine.place("a", new byte[64 << 20], Map.of());
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            head(socket.getInputStream());
            assertEquals(1, store.state.client().inFlight()); // far from read to its end
        }
        while (store.state.client().inFlight() > 0 || engine.connections() > 0) {
            Pause.briefly(); // the client has left, and so does its request
        }
    }

    @Test
    void clientThatLeavesBeforeTheEngineAnswersEndsItsRequest() throws Exception {
        engine.next(GET, S3Fault.silence());
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            engine.await(GET);
            socket.setSoLinger(true, 0); // a reset: one that only closes may still wait
        }
        engine.await(GET.and(DoubleCall::clientLeft));
    }

    @Test
    void longListingIsSentInChunks() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            engine.place("key" + i, "x");
        }
        try (Socket socket = connect()) {
            send(socket, "GET /?format=json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            InputStream in = socket.getInputStream();
            assertTrue(head(in).contains("Transfer-Encoding: chunked\r\n"));
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(text.contains("\"key2999\""));
            assertTrue(text.endsWith("\r\n0\r\n\r\n"));
        }
    }
}
