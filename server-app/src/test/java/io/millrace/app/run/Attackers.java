package io.millrace.app.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The clients of an {@link Attack}, never more of them at once than there may be descriptors. One
 * that is cut makes place for the next.
 *
 * <p>Threads: one.
 */
final class Attackers implements AutoCloseable {

    private static final int BURST = 64;
    private static final int WAIT_MS = 20;
    private static final long TRICKLE_NS = 100_000_000;
    /** So that the kernel holds little for a client that doesn't read. */
    private static final int RECEIVE_BYTES = 4096;
    private static final int READ_BYTES = 256 << 10;

    private final InetSocketAddress address;
    private final Attack attack;
    private final int mostOpen;
    private final Selector selector = Selector.open();
    private final ByteBuffer little = ByteBuffer.allocate(1);
    private final ByteBuffer much = ByteBuffer.allocateDirect(READ_BYTES);
    private int open;
    private long opened;
    private long cut;
    private long trickledNs = System.nanoTime();

    /**
     * An attack that has yet to begin.
     *
     * @param mostOpen connections at once
     */
    Attackers(InetSocketAddress address, Attack attack, int mostOpen) throws IOException {
        this.address = address;
        this.attack = attack;
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
        return opened == attack.clients();
    }

    /** Opens some connections, and moves what moves. */
    void turn() throws IOException {
        for (int i = 0; i < BURST && open < mostOpen && !isComplete(); i++) {
            open();
        }
        selector.select(this::move, isComplete() || open == mostOpen ? WAIT_MS : 1);
        if (attack.then() == Attack.Then.TRICKLE
                && System.nanoTime() - trickledNs >= TRICKLE_NS) {
            trickledNs = System.nanoTime();
            selector.keys().stream().filter(SelectionKey::isValid).forEach(this::trickle);
        }
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (attack.then() != Attack.Then.REPEAT) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
        }
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT,
                ByteBuffer.wrap(attack.bytes().apply(opened)));
        open++;
        opened++;
        try {
            if (channel.connect(address)) {
                connected(key);
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void connected(SelectionKey key) {
        key.interestOps(attack.then() == Attack.Then.REPEAT
                ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_WRITE);
    }

    private void move(SelectionKey key) {
        try {
            if (key.isConnectable() && ((SocketChannel) key.channel()).finishConnect()) {
                connected(key);
            } else if (key.isReadable()) {
                read(key);
            } else if (key.isWritable()) {
                write(key);
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void read(SelectionKey key) throws IOException {
        boolean reads = attack.then() == Attack.Then.REPEAT;
        if (((SocketChannel) key.channel()).read((reads ? much : little).clear()) < 0) {
            end(key);
        } else if (!reads) {
            key.interestOps(0); // it doesn't read, and so isn't told of a cut
        } else if (key.isWritable()) {
            write(key);
        }
    }

    private void write(SelectionKey key) throws IOException {
        ByteBuffer left = (ByteBuffer) key.attachment();
        ((SocketChannel) key.channel()).write(left);
        if (left.hasRemaining()) {
            return;
        }
        switch (attack.then()) {
            case REPEAT -> left.rewind();
            case LEAVE -> close(key);
            // A response stays unread; a cut is seen by the first byte that isn't.
            case WAIT, TRICKLE -> key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void trickle(SelectionKey key) {
        if (((ByteBuffer) key.attachment()).hasRemaining()) {
            return; // its head hasn't gone
        }
        try {
            ((SocketChannel) key.channel()).write(ByteBuffer.wrap(new byte[] {'x'}));
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
