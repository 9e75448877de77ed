package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Handler;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.function.Function;

/**
 * A server without threads and sockets: connections that are visited as a worker would visit them,
 * over a channel in memory that yields what it is told to yield.
 *
 * <p>Threads: one at a time.
 */
public final class MemoryServer {

    /** More visits than any conversation of this many bytes may need. */
    private static final int VISITS_BESIDES_BYTES = 1000;

    private final Resources resources;
    private final Function<ByteChannel, Layer> layers;

    /** A server that never listens. */
    public MemoryServer(ServerOptions options, Handler handler) {
        this(options, handler, channel -> Layer.NONE);
    }

    /** @param layers what stands before each connection's channel */
    MemoryServer(ServerOptions options, Handler handler,
            Function<ByteChannel, Layer> layers) {
        this.layers = layers;
        Counters counters = new Counters();
        resources = new Resources(options, handler, counters, new Completions(() -> { }));
    }

    /**
     * What came of a conversation.
     *
     * @param sent all that the server sent
     * @param sentBeforeEnd how many bytes of it it had sent when the client ended its side; of no
     *     meaning if that was at once
     */
    public record Outcome(byte[] sent, int sentBeforeEnd) {
    }

    /**
     * Sends bytes on a new connection, then ends the client's side, and goes on until the server
     * has closed the connection.
     *
     * @param bytes what the client sends
     * @param pieceEnds where to cut it, ascending; a piece is only there once the server has read
     *     all before it and wants more
     * @param writeBytes how many bytes at most the socket takes at a time
     * @param endsAtOnce whether the end is there together with the last bytes, rather than when the
     *     server has read them and wants more
     * @throws IllegalStateException if the server neither closes the connection nor waits for bytes
     */
    public Outcome converse(byte[] bytes, int[] pieceEnds, int writeBytes, boolean endsAtOnce) {
        Script script = new Script(bytes, pieceEnds, endsAtOnce);
        MemoryChannel channel = script.channel;
        channel.room = writeBytes;
        Connection connection = new Connection(channel, layers.apply(channel), resources);
        try {
            long visits = 0;
            long mostVisits = VISITS_BESIDES_BYTES + 4L * bytes.length;
            Want want;
            do {
                resources.nowNs = System.nanoTime();
                want = connection.visit();
                if (want == Want.LINGER) {
                    channel.shut = true;
                }
                if (want == Want.READ || want == Want.LINGER) {
                    script.arrive();
                }
                channel.room = writeBytes;
                visits++;
                if (visits > mostVisits + channel.out.size() / writeBytes) {
                    throw new IllegalStateException("the server turns in circles: " + want);
                }
            } while (want != Want.CLOSE);
            connection.close(Abandonment.PEER_LEFT, new EOFException("closed"));
        } catch (IOException e) {
            connection.close(Abandonment.PEER_LEFT, e);
        }
        return new Outcome(channel.out.toByteArray(), script.sentBeforeEnd);
    }

    /** What the client sends, piece by piece, over the channel. */
    private static final class Script {

        final MemoryChannel channel = new MemoryChannel();
        private final byte[] bytes;
        private final int[] pieceEnds;
        private final boolean endsAtOnce;
        private int piece;
        private int arrivedBytes;
        private int sentBeforeEnd = -1;

        Script(byte[] bytes, int[] pieceEnds, boolean endsAtOnce) {
            this.bytes = bytes;
            this.pieceEnds = pieceEnds;
            this.endsAtOnce = endsAtOnce;
            arrivePiece();
        }

        private void arrivePiece() {
            int end = piece < pieceEnds.length ? pieceEnds[piece] : bytes.length;
            channel.append(bytes, arrivedBytes, end);
            arrivedBytes = end;
            piece++;
            channel.ended = endsAtOnce && end == bytes.length;
        }

        /** The server waits to read: what was read is followed by more, or by the end. */
        void arrive() {
            if (channel.endRead) {
                throw new IllegalStateException("the server waits for more than the end");
            }
            if (channel.isReadable()) {
                return;
            }
            if (arrivedBytes < bytes.length) {
                arrivePiece();
            } else {
                channel.ended = true;
                sentBeforeEnd = channel.out.size();
            }
        }
    }
}
