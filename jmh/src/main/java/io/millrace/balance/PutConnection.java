package io.millrace.balance;

import io.millrace.codec.Limits;
import io.millrace.codec.ParsedHead;
import io.millrace.codec.RequestParser;
import io.millrace.http.HttpException;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection of a draft: takes PUTs with a length, one after the other, and writes their bodies
 * to one file that keeps nothing. As little as the load needs, so that only the dealing differs.
 *
 * <p>Threads: the owning reactor only.
 */
final class PutConnection {

    /** As much as Millrace's, so that the drafts are as fair within a reactor. */
    private static final int VISIT_BYTES = ServerOptions.defaults().bytesPerVisit();
    private static final Limits LIMITS = new Limits(16 * 1024, 8192, 100, Long.MAX_VALUE, 256);
    private static final ByteBuffer ANSWER = ByteBuffer.wrap(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
            .asReadOnlyBuffer();

    private final SocketChannel socket;
    private final FileChannel sink;
    private final RequestParser parser = new RequestParser(LIMITS);
    /** Of the body that is being taken; 0 between a body and the end of the next head. */
    private long remaining;

    PutConnection(SocketChannel socket, FileChannel sink) {
        this.socket = socket;
        this.sink = sink;
    }

    SocketChannel socket() {
        return socket;
    }

    /**
     * Takes what is there, within a bound.
     *
     * @param piece the reactor's, empty before and after
     * @return bytes of bodies, or -1 if the client has left between two requests
     */
    long visit(ByteBuffer piece) throws IOException, HttpException {
        long taken = 0;
        boolean isDrained = false;
        while (!isDrained && taken < VISIT_BYTES) {
            piece.clear();
            int read = socket.read(piece);
            if (read < 0) {
                if (remaining > 0 || parser.isInHead()) {
                    throw new IOException("the client left in the middle of a request");
                }
                return taken == 0 ? -1 : taken;
            }
            isDrained = piece.hasRemaining();
            piece.flip();
            while (piece.hasRemaining()) {
                taken += remaining > 0 ? takeBody(piece) : takeHead(piece);
            }
        }
        return taken;
    }

    private int takeHead(ByteBuffer piece) throws IOException, HttpException {
        ParsedHead head = parser.parse(piece);
        if (head != null) {
            remaining = head.framing().bodyLength();
            parser.reset();
            if (remaining <= 0) {
                throw new IOException("a draft takes only bodies with a length");
            }
        }
        return 0;
    }

    private int takeBody(ByteBuffer piece) throws IOException {
        int count = (int) Math.min(remaining, piece.remaining());
        int limit = piece.limit();
        piece.limit(piece.position() + count);
        while (piece.hasRemaining()) {
            sink.write(piece);
        }
        piece.limit(limit);
        remaining -= count;
        if (remaining == 0) {
            answer();
        }
        return count;
    }

    // The client waits for each answer, so there is always room for one.
    private void answer() throws IOException {
        ByteBuffer answer = ANSWER.duplicate();
        socket.write(answer);
        if (answer.hasRemaining()) {
            throw new IOException("the client doesn't read its answers");
        }
    }
}
