package io.millrace.transfer;

import io.millrace.codec.ChunkedDecoder;
import io.millrace.codec.Framing;
import io.millrace.http.HttpException;
import io.millrace.net.SocketSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * A request body as a channel: first the bytes that were read with the head, then those of the
 * socket, without framing and never beyond the body. It distinguishes "not now" from "the end", for
 * which {@link java.nio.channels.FileChannel#transferFrom} returns 0 alike.
 *
 * <p>Threads: the owning worker only.
 */
public final class BodySource implements SocketSource {

    /** Smaller reads are not worth a system call. */
    private static final int MIN_READ_BYTES = 4096;

    private final ReadableByteChannel socket;
    private final TransferResources resources;
    /** Null if the body has a length. */
    private final ChunkedDecoder chunks;
    /** Bytes still to come; unused if the body is chunked. */
    private long remaining;
    /** Unread bytes of the connection, for the current visit. */
    private ByteBuffer in;
    private long wireBytes;
    private boolean socketDrained;
    /** Run once, before the socket is read here or at close; null for nothing. */
    private Runnable beforeRead;

    public BodySource(ReadableByteChannel socket, TransferResources resources, Framing framing) {
        this.socket = socket;
        this.resources = resources;
        chunks = framing.isChunked() ? new ChunkedDecoder(resources.limits) : null;
        remaining = framing.bodyLength();
        resources.counters.inFlight(0, knownRemaining());
    }

    /** Begins a visit: {@code in} holds the bytes that were read and not used yet. */
    public void visit(ByteBuffer in) {
        this.in = in;
        socketDrained = false;
    }

    /**
     * Unread bytes at the end of the visit; another buffer than at its start if that was used up.
     */
    public ByteBuffer in() {
        return in;
    }

    /** Whether the whole body has been read. */
    public boolean isEnded() {
        return chunks != null ? chunks.isDone() : remaining == 0;
    }

    /** Bytes that are certain to come; 0 if the body is chunked. */
    public long knownRemaining() {
        return chunks != null ? 0 : remaining;
    }

    /** Bytes consumed so far, framing included. */
    public long wireBytes() {
        return wireBytes;
    }

    /** Whether the last read from the socket got less than it asked for: nothing more is there. */
    public boolean isSocketDrained() {
        return socketDrained;
    }

    /**
     * Reads on.
     *
     * @return the number of bytes of the body; 0 if none is there now; -1 at the body's end
     * @throws EOFException if the connection ended inside the request body
     * @throws MalformedBodyException if the framing is malformed or the body too large
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (isEnded()) {
            return -1;
        }
        return chunks != null ? readChunked(target) : readPlain(target);
    }

    @Override
    public ReadableByteChannel socket() {
        return socket;
    }

    @Override
    public long direct() {
        return chunks == null && !in.hasRemaining() ? remaining : 0;
    }

    @Override
    public void taken(int asked, int count) throws EOFException {
        assert asked <= direct() : asked;
        note(asked, count);
        moved(count);
    }

    @Override
    public void beforeReadOrClose(Runnable action) {
        beforeRead = action;
    }

    private int readPlain(ByteBuffer target) throws IOException {
        int limit = target.limit();
        if (remaining < target.remaining()) {
            target.limit(target.position() + (int) remaining);
        }
        int count;
        if (in.hasRemaining()) {
            count = Math.min(in.remaining(), target.remaining());
            target.put(target.position(), in, in.position(), count);
            target.position(target.position() + count);
            in.position(in.position() + count);
        } else {
            notTaken();
            count = readSocket(target);
        }
        target.limit(limit);
        moved(count);
        return count;
    }

    /** Counts bytes read of a body with a length. */
    private void moved(long count) {
        resources.counters.inFlight(remaining, remaining - count);
        remaining -= count;
        wireBytes += count;
    }

    /** Runs the action: the next bytes are read here, not taken from the socket. */
    private void notTaken() {
        if (beforeRead != null) {
            Runnable action = beforeRead;
            beforeRead = null;
            action.run();
        }
    }

    private int readChunked(ByteBuffer target) throws IOException {
        int count = 0;
        while (count == 0 && !chunks.isDone()) {
            if (!in.hasRemaining()) {
                // Little more than needed: left-over bytes would have to be kept on the heap.
                int most = Math.max(target.remaining(), MIN_READ_BYTES);
                in = resources.in.clear().limit(Math.min(resources.in.capacity(), most));
                int read = readSocket(in);
                in.flip();
                if (read == 0) {
                    break;
                }
            }
            int start = in.position();
            try {
                count = chunks.decode(in, target);
            } catch (HttpException e) {
                throw new MalformedBodyException(e);
            }
            wireBytes += in.position() - start;
        }
        return count == 0 && chunks.isDone() ? -1 : count;
    }

    private int readSocket(ByteBuffer target) throws IOException {
        int asked = target.remaining();
        int count = socket.read(target);
        note(asked, count);
        return count;
    }

    /** Counts bytes from the socket; a negative count is its end. */
    private void note(int asked, int count) throws EOFException {
        if (count < 0) {
            throw new EOFException("the connection ended inside the request body");
        }
        socketDrained = count < asked;
        resources.counters.add(Counters.Figure.BYTES_IN, count);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Ends the body; at most once. The socket belongs to the connection. */
    @Override
    public void close() {
        resources.counters.inFlight(knownRemaining(), 0);
        notTaken();
    }

    /** A refusal on its way through methods that throw only IOException. */
    public static final class MalformedBodyException extends IOException {

        private static final long serialVersionUID = 1L;

        public final transient HttpException refusal;

        MalformedBodyException(HttpException refusal) {
            super(refusal.getMessage(), refusal);
            this.refusal = refusal;
        }
    }
}
