package io.millrace.server;

import io.millrace.codec.Limits;
import io.millrace.codec.RequestParser;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.Handler;
import io.millrace.log.LogThrottle;
import io.millrace.net.FileTransfer;
import io.millrace.net.FileTransfers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Function;

/**
 * What a worker lends to the connection that it is visiting: buffers, parsers, the encoder. An idle
 * connection holds none of it.
 *
 * <p>Threads: the owning worker only, except {@link #completions}.
 */
final class Resources {

    /**
     * A whole small response and its head fit in here, and a batch of pipelined answers, which
     * HelloLoopbackBenchmark measures.
     */
    static final int OUT_BYTES = 64 * 1024;
    private static final int CACHE_LINE_BYTES = 64;

    final ServerOptions options;
    final Limits limits;
    final Handler handler;
    final Counters counters;
    final Completions completions;
    final ResponseEncoder encoder = new ResponseEncoder();

    /** Bytes read that nobody has looked at yet. Of use during one visit only. */
    final ByteBuffer in;
    /** Bytes to be written. Of use during one visit only. */
    final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
    /** A piece of a body on its way from the socket to the sink. Empty between any two calls. */
    final ByteBuffer piece;

    /** How bodies get into files. */
    final FileTransfer transfer;

    /**
     * Parsers that no connection holds; at most as many as connections were in a request at once.
     */
    private final ArrayDeque<RequestParser> parsers = new ArrayDeque<>();

    /** Says that bodies of responses fail. */
    final LogThrottle bodyFailures = new LogThrottle();

    /** Once true this is always true: answers are the last on their connection. */
    boolean isDraining;
    /** The clock, read once per turn. */
    long nowNs;
    /** The time of day for the Date field, in milliseconds since 1970; read with {@link #nowNs}. */
    long epochMillis;

    Resources(ServerOptions options, Handler handler, Counters counters, Completions completions) {
        this(options, handler, counters, completions, FileTransfers::fastest);
    }

    /** @param transfers how bodies get into files, with the buffer that it may use */
    Resources(ServerOptions options, Handler handler, Counters counters, Completions completions,
            Function<ByteBuffer, FileTransfer> transfers) {
        this.options = options;
        this.handler = handler;
        this.counters = counters;
        this.completions = completions;
        limits = new Limits(options.maxHeadBytes(), options.maxTargetBytes(), options.maxFields(),
                options.maxBodyBytes(), options.maxChunkLineBytes());
        in = buffer(options.pieceBytes());
        piece = buffer(options.pieceBytes());
        transfer = transfers.apply(piece);
    }

    /**
     * A direct buffer that begins with a cache line. What the JDK gives begins 16 bytes into one,
     * into which a processor copies 256 KiB from a socket in 15.2 instead of 13.5 microseconds.
     */
    private static ByteBuffer buffer(int bytes) {
        ByteBuffer room = ByteBuffer.allocateDirect(bytes + CACHE_LINE_BYTES);
        return room.slice(CACHE_LINE_BYTES - room.alignmentOffset(0, CACHE_LINE_BYTES), bytes);
    }

    /** Frees what isn't memory, at the worker's end. */
    void close() {
        transfer.close();
    }

    RequestParser borrowParser() {
        RequestParser parser = parsers.pollFirst();
        return parser != null ? parser : new RequestParser(limits);
    }

    void giveBack(RequestParser parser) {
        parser.reset();
        parsers.addFirst(parser);
    }
}
