package io.millrace.transfer;

import io.millrace.http.PacedSink;
import io.millrace.net.PieceChannel;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * Writes body bytes to an application's sink and checks what the sink returns.
 *
 * <p>Threads: the owning worker only.
 */
public final class SinkContract {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private SinkContract() {
    }

    /** Writes all of the piece. */
    public static void write(WritableByteChannel sink, ByteBuffer piece)
            throws PieceChannel.SinkException {
        try {
            while (piece.hasRemaining()) {
                int start = piece.position();
                int limit = piece.limit();
                PieceChannel.checkTaken(sink, sink.write(piece), piece, start, limit);
            }
        } catch (Throwable e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    /** The room of an open sink. Asked before the source is read, so that no byte is lost. */
    public static int room(PacedSink sink) throws PieceChannel.SinkException {
        try {
            if (!sink.isOpen()) {
                sink.write(NOTHING.duplicate()); // it throws the reason
                throw new ClosedChannelException();
            }
            int room = sink.room();
            if (room < 0) {
                throw new IllegalStateException(
                        sink.getClass().getName() + ": room() returned " + room);
            }
            return room;
        } catch (Throwable e) {
            throw new PieceChannel.SinkException(e);
        }
    }
}
