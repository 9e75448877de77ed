package io.millrace.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * What has come on a connection and was not used yet: in the worker's buffer during a visit, on the
 * heap between two if anything is left then.
 *
 * <p>Threads: the owning worker only.
 */
public final class InputBuffer {

    private final ByteChannel socket;
    private final TransferResources resources;
    /** What was left when the last visit ended; null if nothing, and during a visit. */
    private ByteBuffer kept;
    /** The bytes, during a visit; the worker's buffer or what was kept. */
    private ByteBuffer bytes;
    /** Once true this is always true: the peer sends no more. */
    private boolean ended;
    /** The last read got less than it asked for, in this visit: nothing more is there. */
    private boolean drained;

    /** Bytes of bodies that were used or dropped since the connection began. */
    private long bodyBytes;

    public InputBuffer(ByteChannel socket, TransferResources resources) {
        this.socket = socket;
        this.resources = resources;
    }

    public void beginVisit() {
        drained = false;
        bytes = kept != null ? kept : resources.in.clear().limit(0);
        kept = null;
    }

    public void endVisit() {
        if (bytes.hasRemaining()) {
            // The buffer is lent for this visit only; what was kept before is the connection's own.
            kept = bytes.isDirect()
                    ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip() : bytes;
        }
    }

    /** What is read from. */
    ByteChannel socket() {
        return socket;
    }

    /** The unused bytes, during a visit. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Takes over what a body's source has left. */
    public void bytes(ByteBuffer left) {
        bytes = left;
    }

    public boolean hasBytes() {
        return bytes.hasRemaining();
    }

    /** Whether there are bytes between two visits. */
    public boolean hasKept() {
        return kept != null;
    }

    /** Bytes of memory that are taken between two visits. */
    public int keptBytes() {
        return kept == null ? 0 : kept.capacity();
    }

    /** Gives back what is kept: the connection has ended. */
    public void discard() {
        kept = null;
    }

    public boolean isEnded() {
        return ended;
    }

    public void end() {
        ended = true;
    }

    public boolean isDrained() {
        return drained;
    }

    /** Reads on when all is used; the number of bytes. */
    public int fill() throws IOException {
        bytes = resources.in.clear().limit(resources.limits.maxHeadBytes());
        int asked = bytes.remaining();
        int read = socket.read(bytes);
        bytes.flip();
        ended = read < 0;
        drained = read < asked;
        int count = Math.max(read, 0);
        resources.counters.add(Counters.Figure.BYTES_IN, count);
        return count;
    }

    /** Whether more may be read before what is there is used: as much as a head may have. */
    public boolean hasRoomAhead() {
        return !ended && bytes.remaining() < resources.limits.maxHeadBytes();
    }

    /** Reads on although not all is used, if {@link #hasRoomAhead}; the number of bytes. */
    public int readAhead() throws IOException {
        if (!bytes.hasRemaining()) {
            return fill();
        }
        ByteBuffer unused = bytes;
        bytes = resources.in.clear().limit(resources.limits.maxHeadBytes()).put(unused);
        int read = socket.read(bytes);
        ended = read < 0;
        drained = bytes.hasRemaining();
        bytes.flip();
        int count = Math.max(read, 0);
        resources.counters.add(Counters.Figure.BYTES_IN, count);
        return count;
    }

    /** Bytes of bodies that were used or dropped since the connection began; only grows. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** So many bytes of a body have been used. */
    void countBody(long bytes) {
        bodyBytes += bytes;
    }

    /** Drops what is unused. */
    public void drop() {
        bytes.position(bytes.limit());
    }

    /** Drops bytes of a body; the number, or what {@link BodySource#read} tells else. */
    public int drop(BodySource body) throws IOException {
        body.visit(bytes);
        try {
            return body.read(resources.piece.clear());
        } finally {
            bytes = body.in();
        }
    }

    /** Drops what is unused and up to about {@code budget} bytes from the socket. The number. */
    public long dropFromSocket(long budget) throws IOException {
        drop();
        long dropped = 0;
        drained = false;
        while (dropped < budget && !drained && !ended) {
            ByteBuffer piece = resources.piece.clear();
            int read = socket.read(piece);
            ended = read < 0;
            drained = piece.hasRemaining();
            dropped += Math.max(read, 0);
        }
        resources.counters.add(Counters.Figure.BYTES_IN, dropped);
        return dropped;
    }
}
