package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are written while their request is read, over sockets. */
class TransformServerTest {

    private static final int BODY_BYTES = 20_000_003;
    private static final int SOCKET_BYTES = 32 << 10;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    /** What the transformation has thrown. */
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).receiveBufferBytes(SOCKET_BYTES)
                .sendBufferBytes(SOCKET_BYTES).drainTimeout(Duration.ZERO);
    }

    private HttpServer start(ServerOptions.Builder options) throws IOException {
        return HttpServer.start(options.build(), request ->
                Exchange.transform(executor, Response.of(Status.OK), (in, out) -> {
                    try {
                        invert(in, out);
                    } catch (Throwable e) {
                        ended.complete(e);
                        throw e;
                    }
                }));
    }

    private static void invert(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            out.write(inverted(piece), 0, count);
        }
    }

    private static byte[] inverted(byte[] bytes) {
        byte[] inverted = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            inverted[i] = (byte) ~bytes[i];
        }
        return inverted;
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static Socket connect(HttpServer server, String protocol) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SOCKET_BYTES);
        socket.setSendBufferSize(SOCKET_BYTES);
        socket.setSoTimeout(60_000);
        socket.connect(server.address());
        return protocol.equals("plain") ? socket
                : TestTls.over(socket, TestTls.clientContext(), protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.3", "TLSv1.2"})
    void longBodiesPassBothWaysAtOnce(String protocol) throws Exception {
        byte[] body = random(BODY_BYTES);
        ServerOptions.Builder options = protocol.equals("plain") ? options()
                : options().endpoints(TestTls.endpoint());
        try (HttpServer server = start(options); Socket socket = connect(server, protocol)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    out.write(("PUT / HTTP/1.0\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    out.write(body);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }, executor);
            byte[] response = socket.getInputStream().readAllBytes();
            sent.get(60, TimeUnit.SECONDS);
            int head = new String(response, 0, 1000, StandardCharsets.ISO_8859_1)
                    .indexOf("\r\n\r\n") + 4;
            byte[] received = new byte[response.length - head];
            System.arraycopy(response, head, received, 0, received.length);
            assertArrayEquals(inverted(body), received);
        }
    }

    /** It reads a response over HTTP/1.1 only when it has sent its request. */
    @Test
    void clientOfTheJdkGetsWhatFitsIntoTheBuffers() throws Exception {
        byte[] body = random(200_000);
        try (HttpServer server = start(ServerOptions.builder().port(0).workers(1))) {
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .executor(executor).build();
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
            for (int i = 0; i < 2; i++) {
                HttpResponse<byte[]> response = client.sendAsync(HttpRequest.newBuilder(uri)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                        HttpResponse.BodyHandlers.ofByteArray()).get(60, TimeUnit.SECONDS);
                assertArrayEquals(inverted(body), response.body());
            }
            assertEquals(1, server.stats().workers().get(0).connections());
        }
    }

    @Test
    void clientThatReadsNothingBeforeItHasSentAllIsCutAndTheReasonIsTold() throws Exception {
        CompletableFuture<ExchangeInfo> cut = new CompletableFuture<>();
        try (HttpServer server = start(options().progressTimeout(Duration.ofMillis(100))
                .listener(new ServerListener() {
                    @Override
                    public void onCut(ExchangeInfo exchange, Throwable cause, long nowNs) {
                        cut.complete(exchange);
                    }
                })); Socket socket = connect(server, "plain")) {
            assertThrows(IOException.class, () -> {
                socket.getOutputStream().write(("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                        + BODY_BYTES + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(new byte[BODY_BYTES]);
            });
            ExchangeInfo exchange = cut.get(60, TimeUnit.SECONDS);
            assertEquals(Abandonment.TOO_SLOW, exchange.whyCut());
            assertEquals("the response is read too slowly: a client has to read it while it sends"
                    + " the request", exchange.cause().getMessage());
            assertTrue(exchange.receivedBytes() < BODY_BYTES);
            assertInstanceOf(IOException.class, ended.get(60, TimeUnit.SECONDS));
            assertEquals(1, server.stats().workers().get(0).timeouts().get("progress"));
        }
    }

    @Test
    void serverThatStopsWithoutPatienceEndsTheTransformation() throws Exception {
        HttpServer server = start(options());
        try (Socket socket = connect(server, "plain")) {
            socket.getOutputStream().write(("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000"
                    + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[100_000]);
            assertTrue(socket.getInputStream().read() >= 0);
            server.close();
            assertInstanceOf(IOException.class, ended.get(60, TimeUnit.SECONDS));
        }
    }
}
