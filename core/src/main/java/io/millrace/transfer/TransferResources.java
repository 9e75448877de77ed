package io.millrace.transfer;

import io.millrace.codec.Limits;
import io.millrace.codec.ResponseEncoder;
import io.millrace.net.FileTransfer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Function;

/**
 * What a worker lends to the connection it is visiting for moving bytes: buffers, the encoder, the
 * clock, and the figures to count them in. An idle connection holds none of it.
 *
 * <p>Threads: the owning worker only.
 */
public class TransferResources {

    /**
     * A whole small response and its head fit in here, and a batch of pipelined responses, which
     * HelloLoopbackBenchmark measures.
     */
    public static final int OUT_BYTES = 64 * 1024;
    /** What is read before it is looked at is copied once more: that gets slower beyond a cache. */
    private static final int MOST_IN_BYTES = 256 * 1024;
    private static final int CACHE_LINE_BYTES = 64;
    /** More would only serve as many connections that respond at once. */
    private static final int MOST_SENDERS = 128;

    public final Limits limits;
    public final Counters counters;
    public final ResponseEncoder encoder;

    /** Bytes read that nothing has looked at yet. Of use during one visit only. */
    final ByteBuffer in;
    /** Bytes to be written. Of use during one visit only. */
    final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
    /** A piece of a body on its way from the socket to the sink. Empty between any two calls. */
    final ByteBuffer piece;

    /** How bodies get into files. */
    public final FileTransfer transfer;

    /** Senders that no connection holds. */
    private final ArrayDeque<ResponseSender> senders = new ArrayDeque<>(MOST_SENDERS);

    /** The clock, read once per turn. */
    public long nowNs;
    /** The time of day for the Date field, in milliseconds since 1970; read with {@link #nowNs}. */
    public long epochMillis;

    /**
     * @param pieceBytes of bodies, moved by one system call
     * @param encoder writes the heads of responses
     * @param transfers how bodies get into files, with the buffer that it may use
     */
    public TransferResources(Limits limits, int pieceBytes, ResponseEncoder encoder,
            Counters counters, Function<ByteBuffer, FileTransfer> transfers) {
        this.limits = limits;
        this.encoder = encoder;
        this.counters = counters;
        in = buffer(inBytes(pieceBytes, limits.maxHeadBytes()));
        piece = buffer(pieceBytes);
        transfer = transfers.apply(piece);
    }

    /**
     * Most bytes that are read before anything has looked at them and may have to be kept: a head
     * at least.
     *
     * @param pieceBytes no fewer than a head may have
     */
    public static int inBytes(int pieceBytes, int maxHeadBytes) { // decision 476
        return Math.min(pieceBytes, Math.max(MOST_IN_BYTES, maxHeadBytes));
    }

    /**
     * A direct buffer that begins with a cache line. What the JDK gives begins 16 bytes into one,
     * into which a processor copies 256 KiB from a socket in 15.2 instead of 13.5 microseconds.
     */
    private static ByteBuffer buffer(int bytes) {
        ByteBuffer room = ByteBuffer.allocateDirect(bytes + CACHE_LINE_BYTES);
        return room.slice(CACHE_LINE_BYTES - room.alignmentOffset(0, CACHE_LINE_BYTES), bytes);
    }

    /** A sender that writes to this buffer, to be given back. */
    ResponseSender borrowSender(OutputBuffer out) {
        ResponseSender pooled = senders.pollFirst();
        ResponseSender sender = pooled != null ? pooled : new ResponseSender(this);
        sender.lendTo(out);
        return sender;
    }

    void giveBack(ResponseSender sender) {
        if (senders.size() < MOST_SENDERS) {
            sender.reset(); // what an idle connection has sent isn't kept
            senders.addFirst(sender);
        }
    }

    /** Frees what isn't memory, at the worker's end. */
    public void close() {
        transfer.close();
    }
}
