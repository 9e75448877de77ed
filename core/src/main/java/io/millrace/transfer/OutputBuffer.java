package io.millrace.transfer;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * What is to be sent on a connection and has not left yet: in the worker's buffer during a visit,
 * on the heap between two if the socket did not take all.
 *
 * <p>Threads: the owning worker only.
 */
public final class OutputBuffer {

    private final ByteChannel socket;
    private final Layer layer;
    final TransferResources resources;
    /** What the socket did not take in the last visit; null if it took all. */
    private ByteBuffer unsent;
    private long sent;
    /** Where the response in progress begins in the buffer; -1 once bytes of it may have left. */
    private int mark = -1;

    /**
     * @param socket what is written to: the socket, or the layer
     * @param layer what stands before the socket
     */
    public OutputBuffer(ByteChannel socket, Layer layer, TransferResources resources) {
        this.socket = socket;
        this.layer = layer;
        this.resources = resources;
    }

    public void beginVisit() {
        resources.out.clear();
        mark = -1;
    }

    /** What is written from here on can be taken back, until it is flushed. */
    public void mark() {
        mark = resources.out.position();
    }

    /** Takes back what was written since the {@link #mark}; false if some of it may have left. */
    public boolean takeBack() {
        if (mark < 0) {
            return false;
        }
        resources.out.position(mark);
        return true;
    }

    /** Where to write what is to be sent, during a visit and after all that is unsent. */
    public ByteBuffer bytes() {
        return resources.out;
    }

    /**
     * Makes room for an interim response and a head: sends gathered responses if need be. Whether
     * there is room now.
     */
    public boolean makeRoom(VisitBudget budget) throws IOException {
        if (resources.out.remaining()
                >= ResponseSender.MAX_HEAD_BYTES + resources.encoder.continueBytes()) {
            return true;
        }
        long before = sent;
        boolean taken = flush();
        budget.spend(sent - before);
        return taken;
    }

    /** Whether the socket has yet to take something. */
    public boolean hasUnsent() {
        return unsent != null || layer.unsentBytes() > 0;
    }

    /** Bytes of memory that what is unsent takes. */
    public int keptBytes() {
        return unsent == null ? 0 : unsent.capacity();
    }

    /** Gives back what is unsent: the connection has ended. */
    public void discard() {
        unsent = null;
    }

    /** Bytes written to the socket since the connection began. */
    public long sent() {
        return sent;
    }

    /**
     * Writes what is in the buffer.
     *
     * @return whether the socket took all of it
     */
    public boolean flush() throws IOException {
        ByteBuffer out = resources.out;
        mark = -1;
        if (unsent != null) {
            return flushUnsent(out);
        }
        if (out.position() == 0) {
            return layer.flush();
        }
        out.flip();
        count(socket.write(out));
        if (out.hasRemaining()) {
            unsent = ByteBuffer.allocate(out.remaining()).put(out).flip();
        }
        out.clear();
        return unsent == null && layer.flush();
    }

    private boolean flushUnsent(ByteBuffer out) throws IOException {
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
        return layer.flush();
    }

    /**
     * Moves bytes of a body straight to the socket, after a {@link #flush} that left nothing.
     *
     * @return the number of bytes; 0 if the socket takes none now; -1 if they have to be read
     */
    public long transfer(Body body, long position, long count) throws IOException {
        WritableByteChannel direct = layer.direct(socket);
        if (direct == null) {
            return -1;
        }
        long moved = body.transferTo(position, count, direct);
        if (moved > 0) {
            count(moved);
        }
        return moved;
    }

    private void count(long bytes) {
        sent += bytes;
        resources.counters.add(Counters.Figure.BYTES_OUT, bytes);
    }
}
