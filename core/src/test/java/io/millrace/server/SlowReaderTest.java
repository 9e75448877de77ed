package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that the kernel reports to the server less often than they read. */
@Timeout(60)
class SlowReaderTest {

    private static final int BODY_BYTES = 32 << 20;
    private static final int PIECE_BYTES = 10_000;
    private static final int PIECES = 50;

    // The kernel reports a socket as writable when a third of its buffer is free, a megabyte
    // perhaps; a reader may take longer for that than the window is long.
    @Test
    void readerThatIsFasterThanTheMinimumRateIsNeverCut() throws Exception {
        Body body = Body.of(new byte[BODY_BYTES]);
        ServerOptions options = ServerOptions.builder().port(0).workers(1)
                .progressTimeout(Duration.ofMillis(1500)).build();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (HttpServer server = HttpServer.start(options,
                request -> Response.of(Status.OK).with(body));
                Socket socket = new Socket(server.address().getAddress(),
                        server.address().getPort())) {
            socket.getOutputStream().write(
                    "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            CountDownLatch pieces = new CountDownLatch(PIECES);
            clock.scheduleAtFixedRate(() -> read(in, pieces), 0, 100, TimeUnit.MILLISECONDS);
            pieces.await();
            clock.shutdown();
            assertTrue(clock.awaitTermination(10, TimeUnit.SECONDS));
            int head = in.readAllBytes().length - BODY_BYTES + PIECES * PIECE_BYTES;
            assertTrue(head > 0 && head < 1000, "bytes beside the body: " + head);
        } finally {
            clock.shutdownNow();
        }
    }

    private static void read(InputStream in, CountDownLatch pieces) {
        try {
            if (pieces.getCount() > 0) {
                in.readNBytes(PIECE_BYTES);
                pieces.countDown();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
