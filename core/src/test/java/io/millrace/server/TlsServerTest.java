package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole server over TLS, with clients of the JDK. */
class TlsServerTest {

    private static final int BODY_BYTES = 5_000_003;
    private static final int SOCKET_BYTES = 16 << 10;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().endpoints(TestTls.endpoint()).workers(1)
                .drainTimeout(Duration.ZERO);
    }

    private static Socket socket(HttpServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SOCKET_BYTES);
        socket.setSoTimeout(60_000);
        socket.connect(server.address());
        return socket;
    }

    private static SSLSocket connect(HttpServer server, String... protocols) throws IOException {
        return TestTls.over(socket(server), TestTls.clientContext(), protocols);
    }

    private static String readAll(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void largeBodiesAreWholeBothWays(String protocol, @TempDir Path folder) throws Exception {
        byte[] bytes = new byte[BODY_BYTES];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("a"), bytes);
        ExchangeStub upload = new ExchangeStub();
        Handler handler = request -> request.method().equals("GET")
                ? Response.of(Status.OK).with(Body.of(file)) : upload;
        try (HttpServer server = HttpServer.start(options().receiveBufferBytes(SOCKET_BYTES)
                .sendBufferBytes(SOCKET_BYTES).build(), handler);
                SSLSocket socket = connect(server, protocol)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    send(socket, "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes.length
                            + "\r\n\r\n");
                    socket.getOutputStream().write(bytes);
                    send(socket, "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            byte[] all = socket.getInputStream().readAllBytes();
            sent.get(60, TimeUnit.SECONDS);
            assertArrayEquals(bytes, upload.bytes.toByteArray());
            byte[] body = Arrays.copyOfRange(all, all.length - bytes.length, all.length);
            assertArrayEquals(bytes, body);
        }
    }

    @Test
    void clientOfTheJdkIsServed() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Response.text(request.method() + " " + request.target()))) {
            HttpsURLConnection client = (HttpsURLConnection) URI.create(
                    "https://localhost:" + server.address().getPort() + "/x").toURL()
                    .openConnection();
            client.setSSLSocketFactory(TestTls.clientContext().getSocketFactory());
            assertEquals("GET /x", readAll(client.getInputStream()));
        }
    }

    @Test
    void handlerSeesThatTheConnectionIsSecure() throws Exception {
        CompletableFuture<ConnectionInfo> seen = new CompletableFuture<>();
        try (HttpServer server = HttpServer.start(options().build(), request -> {
            seen.complete(request.connection());
            return Response.text("x");
        }); SSLSocket socket = connect(server, "TLSv1.3")) {
            send(socket, GET);
            assertTrue(socket.getInputStream().read() >= 0);
            ConnectionInfo info = seen.get(60, TimeUnit.SECONDS);
            assertTrue(info.isSecure());
            assertEquals("TLSv1.3", info.tlsProtocol());
            assertEquals(socket.getSession().getCipherSuite(), info.tlsCipher());
        }
    }

    @Test
    void plainRequestGets400ThatSaysSo() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), request -> Response.text("x"));
                Socket socket = socket(server)) {
            send(socket, GET);
            String response = readAll(socket.getInputStream());
            assertTrue(response.startsWith("HTTP/1.1 400 Bad Request\r\n"), response);
            assertTrue(response.endsWith("this address needs TLS: use https\n"), response);
        }
    }

    @Test
    void tlsOnAPlainAddressGets400AndALogLine() throws Exception {
        try (Logged log = new Logged(Connection.class);
                HttpServer server = HttpServer.start(
                        ServerOptions.builder().port(0).workers(1).build(), r -> null);
                Socket socket = socket(server)) {
            assertThrows(SSLException.class,
                    () -> TestTls.over(socket, TestTls.clientContext()));
            assertEquals(List.of("client 127.0.0.1 began with TLS on an address without it; "
                    + "its request gets 400"), log.lines());
        }
    }

    @Test
    void lastResponseEndsWithACloseNotify() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(), request -> Response.text("x"));
                SSLSocket socket = connect(server)) {
            send(socket, "GET / HTTP/1.0\r\n\r\n");
            // Without one the JDK's socket would throw, or the next read would.
            assertTrue(readAll(socket.getInputStream()).endsWith("\r\n\r\nx"));
        }
    }

    @Test
    void bodyThatFailsDoesNotEndWithACloseNotify() throws Exception {
        Body failing = new Body() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public int read(long position, ByteBuffer target) throws IOException {
                if (position > 1 << 20) {
                    throw new IOException("a test's");
                }
                int count = target.remaining();
                target.put(new byte[count]);
                return count;
            }
        };
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Response.of(Status.OK).with(failing));
                SSLSocket socket = connect(server)) {
            send(socket, "GET / HTTP/1.0\r\n\r\n");
            assertThrows(IOException.class, () -> readAll(socket.getInputStream()));
        }
    }

    @Test
    void handshakeThatStopsIsEndedInTheTimeOfAHead() throws Exception {
        try (HttpServer server = HttpServer.start(
                options().headTimeout(Duration.ofMillis(200)).build(), r -> null);
                Socket socket = socket(server)) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {22, 3, 1, 2, 0});
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void connectionThatShakesHandsDoesNotHoldAStop() throws Exception {
        HttpServer server = HttpServer.start(options().build(), r -> null);
        try (Socket socket = socket(server)) {
            socket.getOutputStream().write(22);
            while (server.stats().workers().get(0).openConnections() == 0) {
                Pause.briefly();
            }
            server.stop(Duration.ofMinutes(1));
            assertEquals(-1, socket.getInputStream().read());
        } finally {
            server.close();
        }
    }

    @Test
    void manyClientsMayShakeHandsAtOnce() throws Exception {
        try (HttpServer server = HttpServer.start(options().build(),
                request -> Response.text("x"))) {
            int clients = 40;
            CountDownLatch done = new CountDownLatch(clients);
            for (int i = 0; i < clients; i++) {
                Thread thread = new Thread(() -> {
                    try (SSLSocket socket = connect(server)) {
                        send(socket, "GET / HTTP/1.0\r\n\r\n");
                        if (readAll(socket.getInputStream()).endsWith("x")) {
                            done.countDown();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                thread.start();
            }
            assertTrue(done.await(60, TimeUnit.SECONDS), "left " + done.getCount());
        }
    }

    @Test
    void plainAndSecureAddressesAreServedTogether() throws Exception {
        Endpoint plain = Endpoint.of(new InetSocketAddress("127.0.0.1", 0));
        try (HttpServer server = HttpServer.start(ServerOptions.builder()
                .endpoints(plain, TestTls.endpoint()).workers(1).build(),
                request -> Response.text(String.valueOf(request.connection().isSecure())));
                Socket first = new Socket("127.0.0.1", server.address().getPort());
                Socket second = new Socket("127.0.0.1", ((InetSocketAddress)
                        server.addresses().get(1)).getPort())) {
            send(first, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(first.getInputStream()).endsWith("false"));
            SSLSocket secure = TestTls.over(second, TestTls.clientContext());
            send(secure, "GET / HTTP/1.0\r\n\r\n");
            assertTrue(readAll(secure.getInputStream()).endsWith("true"));
        }
    }
}
