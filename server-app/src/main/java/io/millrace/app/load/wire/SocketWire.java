package io.millrace.app.load.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The bytes of a TCP connection as they are.
 *
 * <p>Threads: as {@link Wire}.
 */
public final class SocketWire implements Wire {

    private final SocketChannel channel;
    /** Tells, without reading, whether a response has begun to arrive. */
    private final InputStream input;

    private SocketWire(SocketChannel channel, InputStream input) {
        this.channel = channel;
        this.input = input;
    }

    /** Connects; tells of the socket before. */
    public static SocketWire connect(InetSocketAddress address, Duration timeout, Opening opening)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            opening.opens(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, millis(timeout));
            return new SocketWire(channel, channel.socket().getInputStream());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static int millis(Duration timeout) {
        return (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    }

    @Override
    public long write(ByteBuffer... buffers) throws IOException {
        return channel.write(buffers);
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        return channel.read(in);
    }

    /** Reads, and waits no longer than this; only the stream of a socket keeps to a time. */
    int read(ByteBuffer in, Duration timeout) throws IOException {
        byte[] piece = new byte[in.remaining()];
        channel.socket().setSoTimeout(millis(timeout));
        int bytes = input.read(piece);
        in.put(piece, 0, Math.max(0, bytes));
        return bytes;
    }

    @Override
    public boolean isEnded() throws IOException {
        return readNow(ByteBuffer.allocate(1)) != 0;
    }

    /** Reads what is there without waiting; 0 if there is nothing. */
    int readNow(ByteBuffer in) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(in);
        } finally {
            channel.configureBlocking(true);
        }
    }

    @Override
    public void end() throws IOException {
        close();
    }

    @Override
    public boolean hasArrived() throws IOException {
        return input.available() > 0;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
