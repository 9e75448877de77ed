package io.millrace.app.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A client connection of the load tool: sends a request and reads its response, blocking.
 *
 * <p>Threads: its client's; any for {@link #unblock}, {@link #expire} and {@link #close}.
 */
final class LoadConnection implements Closeable {

    private final SocketChannel channel;
    /** Tells, without reading, whether a response has begun to arrive. */
    private final InputStream input;
    private final ClientProgress gauge;
    private volatile boolean sending;
    /** Once true this is always true. */
    private volatile boolean expired;

    private LoadConnection(SocketChannel channel, InputStream input, ClientProgress gauge) {
        this.channel = channel;
        this.input = input;
        this.gauge = gauge;
    }

    /** Connects. */
    static LoadConnection open(InetSocketAddress address, Duration timeout, ClientProgress gauge)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address,
                    (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
            return new LoadConnection(channel, channel.socket().getInputStream(), gauge);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    // client's thread

    /**
     * Sends a request. A refusal that arrives before the body is sent ends the sending, and so does
     * a failure after which a refusal can still be read.
     *
     * @param head the head
     * @param body a piece of body, sent repeatedly
     * @param bodyBytes of the body
     * @param in buffer for bytes of the response; empty before and after
     * @param response parses them; if it holds a refusal, the request was not sent completely
     */
    void send(ByteBuffer head, ByteBuffer body, long bodyBytes, ByteBuffer in,
            ResponseParser response) throws IOException {
        sending = true;
        try {
            long left = bodyBytes - write(head, body, bodyBytes);
            while (left > 0) {
                if (input.available() > 0 && readRefusal(in, response)) {
                    return;
                }
                left -= write(body, left);
            }
        } catch (IOException e) {
            if (bodyBytes == 0 || expired || !canReadRefusal(in, response)) {
                throw e;
            }
        } finally {
            sending = false;
        }
    }

    /** Head and first piece leave together, so that a small request is one segment. */
    private long write(ByteBuffer head, ByteBuffer body, long bodyBytes) throws IOException {
        body.clear().limit((int) Math.min(body.capacity(), bodyBytes));
        int pieceBytes = body.remaining();
        if (pieceBytes == 0) {
            while (head.hasRemaining()) {
                channel.write(head);
            }
            return 0;
        }
        ByteBuffer[] both = {head, body};
        while (body.hasRemaining()) {
            gauge.onSent(channel.write(both));
        }
        return pieceBytes;
    }

    private long write(ByteBuffer body, long left) throws IOException {
        body.clear().limit((int) Math.min(body.capacity(), left));
        int pieceBytes = body.remaining();
        while (body.hasRemaining()) {
            gauge.onSent(channel.write(body));
        }
        return pieceBytes;
    }

    /** Reads available bytes; returns whether they begin a refusal. */
    private boolean readRefusal(ByteBuffer in, ResponseParser response) throws IOException {
        if (!read(in, response)) {
            response.end();
        }
        return response.status() >= 300;
    }

    /** After a failed write the system still has the bytes that the server sent before. */
    private boolean canReadRefusal(ByteBuffer in, ResponseParser response) {
        try {
            while (response.status() == 0) {
                if (!read(in, response)) {
                    return false;
                }
            }
            return response.status() >= 300;
        } catch (IOException noResponse) {
            // The caller reports the failed write.
            return false;
        }
    }

    /** Reads until the response is complete. */
    void receive(ByteBuffer in, ResponseParser response) throws IOException {
        while (!response.isWhole()) {
            if (!read(in, response)) {
                response.end();
            }
        }
    }

    private boolean read(ByteBuffer in, ResponseParser response) throws IOException {
        in.clear();
        int bytes = channel.read(in);
        in.flip();
        if (bytes > 0) {
            gauge.onReceived(bytes);
            if (response.read(in) && in.hasRemaining()) {
                throw new MalformedResponse("extra bytes after its end");
            }
        }
        return bytes >= 0;
    }

    // any thread

    /**
     * Stops sending if it is stuck while a response waits to be read: a server that refuses a
     * request need not read the rest.
     */
    void unblock() throws IOException {
        if (sending && input.available() > 0) {
            channel.shutdownOutput();
        }
    }

    /** Makes blocked calls fail: the request timed out. */
    void expire() throws IOException {
        expired = true;
        channel.close();
    }

    /** Whether {@link #expire} caused a failure. */
    boolean expired() {
        return expired;
    }

    /** Also makes blocked calls fail. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
