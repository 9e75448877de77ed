package io.millrace.wire;

import io.millrace.Pause;
import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.ServerStats;
import io.millrace.server.TestTls;
import io.millrace.server.WorkerStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A server with one worker and a client that talks to it over a socket, one connection after the
 * other. It sees from the server's figures when a piece has been read, so that cuts are exact
 * without a pause.
 *
 * <p>Threads: one at a time.
 */
final class WireLane implements AutoCloseable {

    /** No answer takes that long; nothing waits for so long unless something is wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The server's patience: what it says must not hang on the time that a client takes. */
    private static final Duration HOUR = Duration.ofHours(1);
    /** How long to look without a pause; a yield could cost a whole turn of a busy processor. */
    private static final long SPIN_NS = 100_000;
    private static final long PAUSE_NS = 50_000;

    private final HttpServer server;
    /** Null if the client doesn't encrypt. */
    private final SSLContext client;
    private long conversations;

    /** Starts a server with these options, but one worker, a port the system picks, and time. */
    WireLane(ServerOptions.Builder options) throws IOException {
        this(options, new EchoHandler());
    }

    /** As the other, with a handler that has to respond as an {@link EchoHandler} does. */
    WireLane(ServerOptions.Builder options, Handler handler) throws IOException {
        this(options.port(0), null, handler);
    }

    private WireLane(ServerOptions.Builder options, SSLContext client, Handler handler)
            throws IOException {
        this.client = client;
        server = HttpServer.start(options.workers(1).headTimeout(HOUR).idleTimeout(HOUR)
                .progressTimeout(HOUR).lingerTimeout(HOUR).build(), handler);
    }

    /** The same over TLS. */
    static WireLane secure(ServerOptions.Builder options) throws IOException {
        return new WireLane(options.endpoints(TestTls.endpoint()), TestTls.clientContext(),
                new EchoHandler());
    }

    /** What the server has done. */
    ServerStats stats() {
        return server.stats();
    }

    /** A new connection, closed by the caller, who then calls {@link #settle}. */
    Socket connect() throws IOException {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        conversations++;
        return client == null ? socket : TestTls.over(socket, client);
    }

    /**
     * Sends bytes on a new connection and reads until the server closes it.
     *
     * @param pieceEnds where to cut the bytes, ascending; each piece is sent when the server has
     *     read all before it
     * @param halfClose whether to end the client's side behind the bytes
     * @param mayReset whether the server may be gone before it has read all
     * @return all that the server sent
     */
    byte[] converse(byte[] bytes, int[] pieceEnds, boolean halfClose, boolean mayReset)
            throws IOException {
        long readBefore = server.stats().bytesIn();
        byte[] sent;
        try (Socket socket = connect()) {
            sent = converse(socket, bytes, pieceEnds, halfClose, mayReset, readBefore);
        }
        settle();
        return sent;
    }

    private byte[] converse(Socket socket, byte[] bytes, int[] pieceEnds, boolean halfClose,
            boolean mayReset, long readBefore) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        // What comes in one record with the last request is dropped with it, and not counted.
        long lingeredBefore = lingered(server.stats());
        try {
            int start = 0;
            for (int end : pieceEnds) {
                out.write(bytes, start, end - start);
                await(stats -> stats.bytesIn() - readBefore >= end || isClosed(stats)
                        || client != null && lingered(stats) > lingeredBefore);
                start = end;
            }
            out.write(bytes, start, bytes.length - start);
            if (halfClose) {
                socket.shutdownOutput();
            }
        } catch (SocketException e) {
            if (!mayReset) {
                throw e;
            }
        }
        return readAll(in, mayReset);
    }

    private static byte[] readAll(InputStream in, boolean mayReset) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        try {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                all.write(piece, 0, read);
            }
        } catch (SocketException e) {
            if (!mayReset) {
                throw e;
            }
        }
        return all.toByteArray();
    }

    private static long lingered(ServerStats stats) {
        return stats.workers().get(0).lingered();
    }

    private boolean isClosed(ServerStats stats) {
        WorkerStats worker = stats.workers().get(0);
        return worker.connections() == conversations && worker.openConnections() == 0;
    }

    /** Waits until the server has closed every connection, so that its figures stand still. */
    void settle() {
        await(this::isClosed);
    }

    /** Waits for the server's figures to be so. */
    void await(Predicate<ServerStats> condition) {
        long startNs = System.nanoTime();
        while (!condition.test(server.stats())) {
            long waitedNs = System.nanoTime() - startNs;
            if (waitedNs > PATIENCE.toNanos()) {
                throw new AssertionError("waited in vain: " + server.stats());
            }
            if (waitedNs < SPIN_NS) {
                Pause.briefly();
            } else {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
    }
}
