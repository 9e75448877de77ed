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
 * A connection to the server that is loaded: sends a request and reads its answer, blocking.
 *
 * <p>Threads: its client's, but for {@link #unblock}, {@link #expire} and {@link #close}.
 */
final class LoadConnection implements Closeable {

    private final SocketChannel channel;
    /** Tells, without reading, whether an answer has begun to arrive. */
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
     * @param body what bodies are made of, used again and again
     * @param bodyBytes of the body
     * @param in where bytes of an answer go; empty, before and after
     * @param answer reads them; if it has begun a refusal, the request has not been sent whole
     */
    void send(ByteBuffer head, ByteBuffer body, long bodyBytes, ByteBuffer in,
            ResponseParser answer) throws IOException {
        sending = true;
        try {
            long left = bodyBytes - write(head, body, bodyBytes);
            while (left > 0) {
                if (input.available() > 0 && readRefusal(in, answer)) {
                    return;
                }
                left -= write(body, left);
            }
        } catch (IOException e) {
            if (bodyBytes == 0 || expired || !canReadRefusal(in, answer)) {
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

    /** Reads what is there; whether it is the beginning of a refusal. */
    private boolean readRefusal(ByteBuffer in, ResponseParser answer) throws IOException {
        if (!read(in, answer)) {
            answer.end();
        }
        return answer.status() >= 300;
    }

    /** After a failed write the system still has what the peer sent before. */
    private boolean canReadRefusal(ByteBuffer in, ResponseParser answer) {
        try {
            while (answer.status() == 0) {
                if (!read(in, answer)) {
                    return false;
                }
            }
            return answer.status() >= 300;
        } catch (IOException noAnswer) {
            // What counts is the failure to write, which the caller reports.
            return false;
        }
    }

    /** Reads the answer on, until it is whole. */
    void receive(ByteBuffer in, ResponseParser answer) throws IOException {
        while (!answer.isWhole()) {
            if (!read(in, answer)) {
                answer.end();
            }
        }
    }

    private boolean read(ByteBuffer in, ResponseParser answer) throws IOException {
        in.clear();
        int bytes = channel.read(in);
        in.flip();
        if (bytes > 0) {
            gauge.onReceived(bytes);
            if (answer.read(in) && in.hasRemaining()) {
                throw new MalformedResponse("extra bytes after its end");
            }
        }
        return bytes >= 0;
    }

    // any thread

    /**
     * Ends the sending if it is stuck while an answer waits to be read: a server that refuses need
     * not read on.
     */
    void unblock() throws IOException {
        if (sending && input.available() > 0) {
            channel.shutdownOutput();
        }
    }

    /** Makes whatever blocks fail because its time is up. */
    void expire() throws IOException {
        expired = true;
        channel.close();
    }

    /** Whether a failure was made by {@link #expire}. */
    boolean expired() {
        return expired;
    }

    /** Also makes whatever blocks fail. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
