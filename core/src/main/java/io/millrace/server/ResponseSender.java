package io.millrace.server;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Sends responses in order: heads and small bodies gather in the worker's buffer and leave together
 * in one write; large bodies go from their source to the socket.
 *
 * <p>Threads: the owning worker only.
 */
final class ResponseSender {

    /** Heads that are longer are refused, so that there is always room for the next one. */
    static final int MAX_HEAD_BYTES = 16 * 1024;
    /** Bodies up to here are copied behind their head: cheaper than a system call of their own. */
    private static final int SMALL_BODY_BYTES = 32 * 1024;

    private final WritableByteChannel socket;
    private final Resources resources;
    /** What the socket did not take in the last visit; null if it took all. */
    private ByteBuffer unsent;
    /** Owned from {@link #begin} until it is sent or {@link #close}; null otherwise. */
    private Body body;
    private long bodyPosition;
    private long bodyEnd;
    private long sent;

    ResponseSender(WritableByteChannel socket, Resources resources) {
        this.socket = socket;
        this.resources = resources;
    }

    /** Bytes written to the socket since the connection began. */
    long sent() {
        return sent;
    }

    /** Whether there is room for an interim answer and a head. */
    boolean hasRoom() {
        return resources.out.remaining()
                >= MAX_HEAD_BYTES + resources.encoder.continueBytes();
    }

    /** Whether the socket has yet to take something. */
    boolean hasUnsent() {
        return unsent != null;
    }

    void sendContinue() {
        resources.encoder.encodeContinue(resources.out);
    }

    /**
     * Takes a response over, its body included, and writes its head to the buffer.
     *
     * @param withBody false for an answer to HEAD
     */
    void begin(Response response, boolean http11, boolean keepAlive, boolean withBody) {
        assert body == null;
        body = response.body();
        bodyPosition = 0;
        bodyEnd = withBody && !response.status().isBodiless() ? body.length() : 0;
        resources.encoder.encode(response, http11, keepAlive, System.currentTimeMillis(),
                resources.out);
    }

    /**
     * Sends on, at most {@code budget} bytes of a large body.
     *
     * @return whether the whole response is sent or in the buffer
     * @throws IOException of the socket or the body; the connection has to be cut
     */
    boolean send(long budget) throws IOException {
        long left = budget;
        while (bodyPosition < bodyEnd) {
            long remaining = bodyEnd - bodyPosition;
            if (remaining <= SMALL_BODY_BYTES) {
                if (resources.out.remaining() < remaining && !flush()) {
                    return false;
                }
                bodyPosition += body.read(bodyPosition, resources.out);
                continue;
            }
            if (!flush() || left <= 0) {
                return false;
            }
            long asked = Math.min(remaining, left);
            long moved = body.transferTo(bodyPosition, asked, socket);
            if (moved == 0) {
                return false;
            }
            count(moved);
            bodyPosition += moved;
            left -= moved;
        }
        close();
        return true;
    }

    /**
     * Writes what is in the buffer.
     *
     * @return whether the socket took all of it
     */
    boolean flush() throws IOException {
        ByteBuffer out = resources.out;
        if (unsent != null) {
            assert out.position() == 0;
            out.put(unsent.duplicate()).flip();
            int written = socket.write(out);
            out.clear();
            count(written);
            unsent.position(unsent.position() + written);
            if (unsent.hasRemaining()) {
                return false;
            }
            unsent = null;
            return true;
        }
        if (out.position() == 0) {
            return true;
        }
        out.flip();
        count(socket.write(out));
        if (out.hasRemaining()) {
            unsent = ByteBuffer.allocate(out.remaining()).put(out).flip();
        }
        out.clear();
        return unsent == null;
    }

    /** Closes the body, sent or not. */
    void close() throws IOException {
        if (body != null) {
            Body closing = body;
            body = null;
            closing.close();
        }
    }

    private void count(long bytes) {
        sent += bytes;
        resources.counters.add(Counters.Figure.BYTES_OUT, bytes);
    }
}
