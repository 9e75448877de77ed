package io.millrace.app.load.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A client connection of the load tool: sends a request and reads its response, blocking.
 *
 * <p>Threads: its client's; any for {@link #unblock}, {@link #expire} and {@link #close}.
 */
public final class LoadConnection implements Closeable {

    private final Wire wire;
    private final ClientProgress progress;
    private volatile boolean sending;
    /** Once true this is always true. */
    private volatile boolean expired;

    /** A connection over a wire that it closes. */
    public LoadConnection(Wire wire, ClientProgress progress) {
        this.wire = wire;
        this.progress = progress;
    }

    // client's thread

    /**
     * Sends a request. A refusal that arrives before the body is sent ends the sending, and so does
     * a failure after which a refusal can still be read.
     *
     * @param in buffer for bytes of the response; empty before and after
     * @param response parses them; if it holds a refusal, the request was not sent completely
     */
    public void send(ByteBuffer head, RequestBody body, ByteBuffer in, ResponseParser response)
            throws IOException {
        long sent = 0;
        sending = true;
        try {
            // Head and first piece leave together, so that a small request is one segment.
            while (head.hasRemaining() || sent < body.bytes()) {
                if (sent > 0 && wire.hasArrived() && readRefusal(in, response)) {
                    return;
                }
                ByteBuffer piece = body.piece(sent);
                int headBytes = head.remaining();
                long bytes = headBytes > 0 ? wire.write(head, piece) : wire.write(piece);
                sent += bytes - (headBytes - head.remaining());
                progress.onSent(bytes);
            }
        } catch (IOException e) {
            if (body.bytes() == 0 || expired || !canReadRefusal(in, response)) {
                throw e;
            }
        } finally {
            sending = false;
        }
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
    public void receive(ByteBuffer in, ResponseParser response) throws IOException {
        while (!response.isWhole()) {
            if (!read(in, response)) {
                response.end();
            }
        }
    }

    private boolean read(ByteBuffer in, ResponseParser response) throws IOException {
        in.clear();
        int bytes = wire.read(in);
        in.flip();
        if (bytes > 0) {
            progress.onReceived(bytes);
            if (response.read(in) && in.hasRemaining()) {
                throw new MalformedResponse("extra bytes after its end");
            }
        }
        return bytes >= 0;
    }

    /** Whether the server has ended the connection since its last response. */
    public boolean isEnded() {
        try {
            return wire.isEnded();
        } catch (IOException reset) {
            // Nothing was asked of the server, so this is the end of the connection, too.
            return true;
        }
    }

    /** Ends the connection in good order. */
    public void end() throws IOException {
        wire.end();
    }

    // any thread

    /**
     * Stops sending if it is stuck while a response waits to be read: a server that refuses a
     * request need not read the rest.
     */
    public void unblock() throws IOException {
        if (sending && wire.hasArrived()) {
            wire.shutdownOutput();
        }
    }

    /** Makes blocked calls fail: the request timed out. */
    public void expire() throws IOException {
        expired = true;
        wire.close();
    }

    /** Whether {@link #expire} caused a failure. */
    public boolean expired() {
        return expired;
    }

    /** Also makes blocked calls fail. */
    @Override
    public void close() throws IOException {
        wire.close();
    }
}
