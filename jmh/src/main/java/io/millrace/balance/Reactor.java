package io.millrace.balance;

import io.millrace.http.HttpException;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One event loop of a draft: takes the connections that arrive and serves them to their end.
 *
 * <p>Threads: its own, but for what stands under "any thread".
 */
final class Reactor {

    /** As Millrace's. */
    private static final int PIECE_BYTES = ServerOptions.defaults().pieceBytes();
    private static final Path SINK = Path.of("/dev/null");

    private final Selector selector;
    private final Arrivals<SocketChannel> arrivals;
    private final FileChannel sink;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final Thread thread;

    private volatile boolean stopping;
    /** Written by the reactor only. */
    private volatile long bodyBytes;

    /** A reactor that {@link #start} begins and that closes the selector at its end. */
    Reactor(String name, Selector selector, Arrivals<SocketChannel> arrivals) throws IOException {
        this.selector = selector;
        this.arrivals = arrivals;
        sink = FileChannel.open(SINK, StandardOpenOption.WRITE);
        thread = new Thread(this::run, name);
    }

    // any thread

    void start() {
        thread.start();
    }

    /** Ends the loop, and returns when its connections are closed. */
    void stop() throws InterruptedException {
        stopping = true;
        arrivals.wake();
        thread.join();
    }

    /** Bytes of bodies taken so far. */
    long bodyBytes() {
        return bodyBytes;
    }

    // reactor thread

    private void run() {
        try (selector; sink) {
            while (!stopping) {
                turn();
            }
            end();
        } catch (IOException e) {
            // The clients find their connections silent, and the run ends with that.
            throw new IllegalStateException(Thread.currentThread().getName() + " broke", e);
        }
    }

    private void turn() throws IOException {
        arrivals.await(!selector.keys().isEmpty());
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof PutConnection connection) {
                visit(connection);
            }
        }
        for (SocketChannel socket = arrivals.poll(); socket != null; socket = arrivals.poll()) {
            adopt(socket);
        }
        selector.selectedKeys().clear();
    }

    private void visit(PutConnection connection) throws IOException {
        try {
            long taken = connection.visit(piece);
            if (taken < 0) {
                connection.socket().close();
            } else {
                bodyBytes += taken;
            }
        } catch (IOException | HttpException e) {
            // The client sees its connection end before its response, and the run ends with that.
            connection.socket().close();
        }
    }

    private void adopt(SocketChannel socket) throws IOException {
        socket.configureBlocking(false);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.register(selector, SelectionKey.OP_READ, new PutConnection(socket, sink));
    }

    private void end() throws IOException {
        for (SocketChannel socket = arrivals.poll(); socket != null; socket = arrivals.poll()) {
            socket.close();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
    }
}
