package io.millrace.app.run;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Thousands of clients that read events, on one selector. It looks for the end of an event or a
 * comment only: two line feeds.
 *
 * <p>Threads: one at a time.
 */
final class EventClients implements Closeable {

    private static final byte[] REQUEST =
            "GET /events HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** One client. */
    private static final class Client {

        final int index;
        private boolean isBehindLineFeed;

        Client(int index) {
            this.index = index;
        }

        /** Ends of events in these bytes. */
        int count(ByteBuffer bytes) {
            int count = 0;
            while (bytes.hasRemaining()) {
                boolean isLineFeed = bytes.get() == '\n';
                count += isLineFeed && isBehindLineFeed ? 1 : 0;
                isBehindLineFeed = isLineFeed;
            }
            return count;
        }
    }

    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

    EventClients() throws IOException {
    }

    /** Opens streams until there are so many; returns when the response of each has begun. */
    void open(int port, int count) throws IOException {
        for (int i = channels.size(); i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channels.add(channel);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(REQUEST));
            buffer.clear();
            int end = 0;
            while (end < 4) { // the end of the head, CR LF CR LF
                buffer.clear().limit(1);
                if (channel.read(buffer) < 0) {
                    throw new EOFException("stream " + i + " is refused");
                }
                int next = buffer.get(0);
                end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Client(i));
        }
    }

    /**
     * Reads until each client has got an event or comment, and no client more than one.
     *
     * @param timeoutNs after which this fails
     * @return when each had it, as {@link System#nanoTime}, ascending
     */
    long[] awaitOne(long timeoutNs) throws IOException {
        long deadlineNs = System.nanoTime() + timeoutNs;
        long[] times = new long[channels.size()];
        int missing = times.length;
        while (missing > 0) {
            long waitNs = deadlineNs - System.nanoTime();
            if (waitNs <= 0) {
                throw new IOException(missing + " of " + times.length + " clients got nothing");
            }
            selector.select(waitNs / 1_000_000 + 1);
            for (SelectionKey key : selector.selectedKeys()) {
                Client client = (Client) key.attachment();
                if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
                    throw new EOFException("stream " + client.index + " was ended");
                }
                int count = client.count(buffer.flip());
                if (count > 0 && times[client.index] == 0) {
                    times[client.index] = System.nanoTime();
                    missing--;
                }
            }
            selector.selectedKeys().clear();
        }
        Arrays.sort(times);
        return times;
    }

    /** All clients leave. */
    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        channels.clear();
        selector.selectNow(); // which closes them indeed
        selector.close();
    }
}
