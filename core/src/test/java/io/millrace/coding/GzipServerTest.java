package io.millrace.coding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventBroadcast;
import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Routes;
import io.millrace.server.ExchangeInfo;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerListener;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed responses over sockets. */
class GzipServerTest {

    private static final byte[] TEXT =
            "line after line\n".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
    private static final int TIMEOUT_MS = 60_000;
    private static final long ZEROS = 200L << 20;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final SubmissionPublisher<ByteBuffer> events =
            new SubmissionPublisher<>(executor, 16);
    private final EventBroadcast broadcast = EventBroadcast.create();
    /** What the writer is to write; empty to end. */
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Gzip gzip = Gzip.builder().types("text/event-stream").build();
    /** Done when the zeros are read. */
    private final CountDownLatch begun = new CountDownLatch(1);
    /** The targets of the requests in the order in which they were answered. */
    private final LinkedBlockingQueue<String> answered = new LinkedBlockingQueue<>();
    private HttpServer server;

    @TempDir
    Path folder;

    private static Response text(Body body) {
        return Response.of(Status.OK).set("Content-Type", "text/plain").with(body);
    }

    @BeforeEach
    void start() throws IOException {
        Path file = Files.write(folder.resolve("f"), TEXT);
        Handler written = request -> text(Body.written(executor, out -> {
            for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
                out.write(line.getBytes(StandardCharsets.US_ASCII));
            }
        }));
        Routes routes = Routes.builder()
                .get("/array", request -> text(Body.of(TEXT)).set("ETag", "\"1\""))
                .get("/file", request -> text(Body.of(file)))
                .get("/stream", request -> text(Body.of(executor,
                        new ByteArrayInputStream(TEXT))))
                .get("/zeros", request -> text(new Zeros()))
                .get("/events", request -> text(Body.of(events))
                        .set("Content-Type", "text/event-stream"))
                .get("/broadcast", broadcast::open)
                .get("/written", written)
                .get("/failing", request -> text(Body.written(executor, out -> {
                    out.write(TEXT);
                    throw new IOException("broken on purpose");
                })))
                .build();
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                .listener(new ServerListener() {
                    @Override
                    public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                            long nowNs) {
                        answered.add(exchange.target());
                    }
                })
                .drainTimeout(Duration.ZERO).build(), gzip.around(routes));
    }

    @AfterEach
    void stop() {
        lines.add("");
        server.close();
        events.close();
        broadcast.close();
        executor.shutdownNow();
    }

    /** Zeros, which shrink a thousand times. */
    private final class Zeros implements Body {

        @Override
        public long length() {
            return ZEROS;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            begun.countDown();
            int count = (int) Math.min(target.remaining(), ZEROS - position);
            target.put(new byte[count]);
            return count;
        }
    }

    private HttpURLConnection open(String method, String path, String accepted)
            throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:"
                + server.address().getPort() + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Accept-Encoding", accepted);
        connection.setReadTimeout(TIMEOUT_MS);
        return connection;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/array", "/file", "/stream"})
    void bodyOfEachKindArrivesCompressedOrNot(String path) throws Exception {
        HttpURLConnection zipped = open("GET", path, "gzip");
        byte[] sent = zipped.getInputStream().readAllBytes();
        assertEquals("gzip", zipped.getHeaderField("Content-Encoding"));
        assertTrue(sent.length < TEXT.length / 50, sent.length + " bytes");
        assertArrayEquals(TEXT,
                new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes());
        HttpURLConnection plain = open("GET", path, "br");
        assertArrayEquals(TEXT, plain.getInputStream().readAllBytes());
        assertNull(plain.getHeaderField("Content-Encoding"));
        assertEquals("Accept-Encoding", plain.getHeaderField("Vary"));
    }

    @Test
    void headIsSentWithoutABody() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server.address());
            socket.getOutputStream().write(("HEAD /array HTTP/1.1\r\nHost: a\r\nAccept-Encoding:"
                    + " gzip\r\n\r\nHEAD /array HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String sent = new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.US_ASCII).replaceAll("Date: [^\r]*\r\n", "");
            assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: W/\"1\"\r\n"
                    + "Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"1\"\r\n"
                    + "Vary: Accept-Encoding\r\nContent-Length: " + TEXT.length
                    + "\r\nConnection: close\r\n\r\n", sent);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            assertTrue(c >= 0, "ended after " + line);
            line.append((char) c);
        }
        return line.toString();
    }

    @Test
    void eventArrivesBeforeTheNextOneIsMade() throws Exception {
        HttpURLConnection connection = open("GET", "/events", "gzip");
        try (InputStream in = new GZIPInputStream(connection.getInputStream())) {
            assertEquals("gzip", connection.getHeaderField("Content-Encoding"));
            for (int i = 0; i < 100; i++) {
                events.submit(ByteBuffer.wrap(("data: " + i + "\n").getBytes()));
                assertEquals("data: " + i, line(in));
            }
        }
    }

    @Test
    void eventStreamIsCompressedEventByEvent() throws Exception {
        HttpURLConnection connection = open("GET", "/broadcast", "gzip");
        try (InputStream in = new GZIPInputStream(connection.getInputStream())) {
            assertEquals("text/event-stream", connection.getHeaderField("Content-Type"));
            assertEquals("gzip", connection.getHeaderField("Content-Encoding"));
            for (int i = 0; i < 10; i++) {
                broadcast.send("event " + i);
                String line = line(in);
                while (!line.startsWith("data")) { // an empty line or a comment
                    line = line(in);
                }
                assertEquals("data: event " + i, line);
            }
        }
    }

    @Test
    void lineThatIsWrittenArrivesBeforeTheNextOne() throws Exception {
        HttpURLConnection connection = open("GET", "/written", "gzip");
        try (InputStream in = new GZIPInputStream(connection.getInputStream())) {
            for (int i = 0; i < 100; i++) {
                lines.add("line " + i + "\n");
                assertEquals("line " + i, line(in));
            }
            lines.add("");
            assertEquals(-1, in.read());
        }
    }

    // One worker, which is at the zeros for a second or so.
    @Test
    void othersAreServedWhileALongBodyIsCompressed() throws Exception {
        HttpURLConnection zeros = open("GET", "/zeros", "gzip");
        try (InputStream in = zeros.getInputStream()) {
            assertTrue(begun.await(TIMEOUT_MS, TimeUnit.MILLISECONDS));
            open("GET", "/array", "br").getInputStream().readAllBytes();
            assertTrue(in.readAllBytes().length > 1000);
        }
        assertEquals("/array", answered.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS));
        assertEquals("/zeros", answered.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    @Test
    void bodyThatFailsCutsTheConnection() throws Exception {
        HttpURLConnection connection = open("GET", "/failing", "gzip");
        assertThrows(IOException.class,
                () -> connection.getInputStream().readAllBytes());
    }

    @Test
    void clientThatLeavesGivesItsCompressorBack() throws Exception {
        HttpURLConnection connection = open("GET", "/written", "gzip");
        InputStream in = new GZIPInputStream(connection.getInputStream());
        lines.add("one\n");
        assertEquals("one", line(in));
        assertEquals(1, gzip.inUse());
        connection.disconnect();
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (gzip.inUse() > 0) {
            assertTrue(System.nanoTime() < endNs, "still in use");
            lines.add("two\n");
        }
    }
}
