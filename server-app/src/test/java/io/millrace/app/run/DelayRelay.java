package io.millrace.app.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to a server that takes its time: each byte arrives half of a round trip after it was sent,
 * in both directions, and as many as there are. It needs no rights and no kernel's help (decision
 * 368).
 *
 * <p>Threads: any; it has four for each connection.
 */
final class DelayRelay implements Closeable {

    private static final int PIECE_BYTES = 64 * 1024;
    /** Pieces on the way, in one direction: 64 MB, more than such a network would hold. */
    private static final int MOST_PIECES = 1024;

    /** @param bytes empty at the end of the stream */
    private record Piece(long dueNs, byte[] bytes) {
    }

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final long delayNs;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** @param url of the server, with a port */
    DelayRelay(String url, int roundTripMs) throws IOException {
        URI uri = URI.create(url);
        host = uri.getHost();
        port = uri.getPort();
        delayNs = TimeUnit.MILLISECONDS.toNanos(roundTripMs) / 2;
        listener = new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1"));
        start(this::accept);
    }

    /** The server's URL by this way. */
    String url(String url) {
        return url.replace(host + ":" + port, "127.0.0.1:" + listener.getLocalPort());
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "delay-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                start(() -> connect(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        try {
            LockSupport.parkNanos(2 * delayNs); // the handshake
            Socket server = new Socket(host, port);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            relay(client, server);
            relay(server, client);
        } catch (IOException e) {
            end(client); // as a server that isn't there: the client learns it
        }
    }

    private void relay(Socket from, Socket to) {
        BlockingQueue<Piece> way = new ArrayBlockingQueue<>(MOST_PIECES);
        start(() -> read(from, way));
        start(() -> write(way, from, to));
    }

    private void read(Socket from, BlockingQueue<Piece> way) {
        byte[] bytes = new byte[PIECE_BYTES];
        int count;
        try {
            do {
                count = read(from, bytes);
                way.put(new Piece(System.nanoTime() + delayNs,
                        Arrays.copyOf(bytes, Math.max(count, 0))));
            } while (count > 0);
        } catch (InterruptedException e) {
            throw new AssertionError("its threads are its own", e);
        }
    }

    /** Reads some bytes; less than 1 at the end, however that comes. */
    private static int read(Socket from, byte[] bytes) {
        try {
            return from.getInputStream().read(bytes);
        } catch (IOException e) {
            return -1; // a reset ends the other side, too
        }
    }

    private void write(BlockingQueue<Piece> way, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            while (true) {
                Piece piece = way.take();
                for (long leftNs = piece.dueNs - System.nanoTime(); leftNs > 0;
                        leftNs = piece.dueNs - System.nanoTime()) {
                    LockSupport.parkNanos(leftNs);
                }
                if (piece.bytes.length == 0) {
                    to.shutdownOutput();
                    return;
                }
                out.write(piece.bytes);
            }
        } catch (IOException e) {
            end(from); // what can't be passed on isn't to be sent
            end(to);
        } catch (InterruptedException e) {
            throw new AssertionError("its threads are its own", e);
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(this::end);
    }
}
