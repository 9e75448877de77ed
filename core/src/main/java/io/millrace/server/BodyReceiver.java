package io.millrace.server;

import io.millrace.http.PacedSink;
import io.millrace.net.PieceChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Moves one request's body from its source to the exchange's sink.
 *
 * <p>Threads: the owning worker only.
 */
final class BodyReceiver {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BodySource source;
    /** The one door for bodies into files; null if the sink is no file. */
    private final FileChannel file;
    private final WritableByteChannel sink;
    private final ByteBuffer piece;
    /** The sink, if it has no room at times; null otherwise. */
    private final PacedSink paced;
    private long received;

    BodyReceiver(BodySource source, WritableByteChannel sink, Resources resources) {
        this.source = source;
        this.sink = sink;
        piece = resources.piece;
        paced = sink instanceof PacedSink one ? one : null;
        file = sink instanceof FileChannel channel
                ? resources.transfer.channel(source, channel) : null;
    }

    /** Bytes of the body that are in the sink. */
    long received() {
        return received;
    }

    /** Whether the sink has room or wants more at some times and not at others. */
    boolean isPaced() {
        return paced != null;
    }

    /** Asks a paced sink to tell when it wants no more. */
    void whenClosed(Runnable callback) throws PieceChannel.SinkException {
        try {
            paced.whenClosed(callback);
        } catch (RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    /** Whether the sink has no room now, so that nothing more can be received. */
    boolean isFull() throws PieceChannel.SinkException {
        return paced != null && !source.isEnded() && room() == 0;
    }

    /** Asks a full sink to tell when there is room. */
    void whenRoom(Runnable callback) throws PieceChannel.SinkException {
        try {
            paced.whenRoom(callback);
        } catch (RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    /**
     * Moves up to {@code budget} bytes, or what is there.
     *
     * @return whether the body is whole
     * @throws IOException of the source, or {@link PieceChannel.SinkException} of the sink
     */
    boolean receive(long budget) throws IOException {
        long left = budget;
        while (!source.isEnded() && left > 0) {
            long moved = file != null ? file.transferFrom(source, received, left) : copy(left);
            if (moved == 0) {
                break;
            }
            received += moved;
            left -= moved;
            if (source.isSocketDrained()) {
                break;
            }
        }
        return source.isEnded();
    }

    private long copy(long count) throws IOException {
        long room = paced == null ? count : Math.min(room(), count);
        if (room == 0) {
            return 0;
        }
        piece.clear().limit((int) Math.min(piece.capacity(), room));
        int read = source.read(piece);
        if (read <= 0) {
            return 0;
        }
        piece.flip();
        try {
            while (piece.hasRemaining()) {
                if (sink.write(piece) <= 0) {
                    throw new IOException("the sink takes no more bytes");
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
        return read;
    }

    /** Asked before the source is read, so that no byte is lost to a sink that wants no more. */
    private int room() throws PieceChannel.SinkException {
        try {
            if (!paced.isOpen()) {
                paced.write(NOTHING); // it says why
                throw new ClosedChannelException();
            }
            return paced.room();
        } catch (IOException | RuntimeException | Error e) {
            throw new PieceChannel.SinkException(e);
        }
    }
}
