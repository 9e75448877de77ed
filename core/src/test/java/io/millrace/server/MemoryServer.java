package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

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

    /** A server that never listens. */
    public MemoryServer(ServerOptions options, Handler handler) {
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
        ScriptedChannel channel = new ScriptedChannel(bytes, pieceEnds, writeBytes, endsAtOnce);
        Connection connection = new Connection(channel, resources);
        try {
            long visits = 0;
            long mostVisits = VISITS_BESIDES_BYTES + 4L * bytes.length;
            Want want;
            do {
                resources.nowNs = System.nanoTime();
                want = connection.visit();
                if (want == Want.LINGER) {
                    channel.isShut = true;
                }
                if (want == Want.READ || want == Want.LINGER) {
                    channel.arrive();
                }
                channel.writable();
                visits++;
                if (visits > mostVisits + channel.sent.size() / writeBytes) {
                    throw new IllegalStateException("the server turns in circles: " + want);
                }
            } while (want != Want.CLOSE);
            connection.close(Abandonment.PEER_LEFT, new EOFException("closed"));
        } catch (IOException e) {
            connection.close(Abandonment.PEER_LEFT, e);
        }
        return new Outcome(channel.sent.toByteArray(), channel.sentBeforeEnd);
    }

    private static final class ScriptedChannel implements ByteChannel {

        private final ByteBuffer input;
        private final int[] pieceEnds;
        private final int writeBytes;
        private final boolean endsAtOnce;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private int piece;
        private int writableBytes;
        private boolean isEnded;
        private boolean isEndRead;
        private boolean isShut;
        private int sentBeforeEnd = -1;

        ScriptedChannel(byte[] bytes, int[] pieceEnds, int writeBytes, boolean endsAtOnce) {
            input = ByteBuffer.wrap(bytes);
            this.pieceEnds = pieceEnds;
            this.writeBytes = writeBytes;
            this.endsAtOnce = endsAtOnce;
            writableBytes = writeBytes;
            input.limit(pieceEnds.length == 0 ? bytes.length : pieceEnds[0]);
            endIfAtOnce();
        }

        private void endIfAtOnce() {
            if (endsAtOnce && input.limit() == input.capacity()) {
                isEnded = true;
            }
        }

        /** The server waits to read: what was read is followed by more, or by the end. */
        void arrive() {
            if (input.hasRemaining()) {
                return;
            }
            if (input.limit() < input.capacity()) {
                piece++;
                input.limit(piece < pieceEnds.length ? pieceEnds[piece] : input.capacity());
                endIfAtOnce();
            } else if (!isEnded) {
                isEnded = true;
                sentBeforeEnd = sent.size();
            } else if (isEndRead) {
                throw new IllegalStateException("the server waits for more than the end");
            }
        }

        void writable() {
            writableBytes = writeBytes;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!input.hasRemaining()) {
                isEndRead = isEnded;
                return isEnded ? -1 : 0;
            }
            int count = Math.min(input.remaining(), target.remaining());
            target.put(target.position(), input, input.position(), count);
            target.position(target.position() + count);
            input.position(input.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer source) {
            if (isShut) {
                throw new IllegalStateException("the server writes after it has ended its side");
            }
            int count = Math.min(source.remaining(), writableBytes);
            byte[] bytes = new byte[count];
            source.get(bytes);
            sent.writeBytes(bytes);
            writableBytes -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
