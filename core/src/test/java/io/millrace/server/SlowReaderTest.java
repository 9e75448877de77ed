package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Readers that the kernel reports to the server less often than they read. */
class SlowReaderTest {

    /** More than two sockets hold. */
    private static final long BODY_BYTES = 1L << 40;
    private static final int PIECE_BYTES = 10_000;
    private static final int READS = 5;

    /**
     * A body whose client reads when the server finds the socket full, once in a visit, until the
     * socket takes a little again: a part of what the kernel wants free before it reports the
     * socket as writable. So no pause of a thread, however long, looks like a slow reader.
     */
    private static final class ReadInVisits implements Body {

        private final CompletableFuture<InputStream> client = new CompletableFuture<>();
        /** Done when the client has read in so many visits; failed if it is cut before. */
        private final CompletableFuture<Integer> reads = new CompletableFuture<>();
        private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        private int read;
        private boolean hasRead;

        @Override
        public long length() {
            return BODY_BYTES;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            throw new AssertionError();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            int most = (int) Math.min(count, PIECE_BYTES);
            long moved = target.write(piece.clear().limit(most));
            if (moved > 0 || hasRead) {
                hasRead = moved > 0 && hasRead;
                return moved;
            }
            while (moved == 0) {
                client.join().readNBytes(PIECE_BYTES);
                moved = target.write(piece.clear().limit(most));
            }
            hasRead = true;
            if (++read == READS) {
                reads.complete(read);
            }
            return moved;
        }

        @Override
        public void close() {
            reads.completeExceptionally(new EOFException("cut after " + read));
        }
    }

    // The kernel reports a socket as writable when a third of its buffer is free, a megabyte
    // perhaps; a reader may take longer for that than the window is long.
    @Test
    void readerThatIsFasterThanTheMinimumRateIsNeverCut() throws Exception {
        ReadInVisits body = new ReadInVisits();
        ServerOptions options = ServerOptions.builder().port(0).workers(1)
                .progressTimeout(Duration.ofMillis(200)).drainTimeout(Duration.ZERO).build();
        try (HttpServer server = HttpServer.start(options,
                request -> Response.of(Status.OK).with(body));
                Socket socket = new Socket(server.address().getAddress(),
                        server.address().getPort())) {
            body.client.complete(socket.getInputStream());
            socket.getOutputStream().write(
                    "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(READS, body.reads.get());
        }
    }
}
