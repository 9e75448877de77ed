package io.millrace.server;

import io.millrace.http.PacedSink;
import io.millrace.net.PieceChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * Hands a body's bytes to an application's sink, and believes nothing that it says of them.
 *
 * <p>Threads: the owning worker only.
 */
final class SinkContract {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private SinkContract() {
    }

    /** Writes all of the piece. */
    static void write(WritableByteChannel sink, ByteBuffer piece)
            throws PieceChannel.SinkException {
        try {
            while (piece.hasRemaining()) {
                int start = piece.position();
                int limit = piece.limit();
                check(sink, sink.write(piece), piece, start, limit);
            }
        } catch (Throwable e) {
            throw new PieceChannel.SinkException(e);
        }
    }

    /**
     * Checks what one call of {@code write} has said against what it did.
     *
     * @param start the piece's position before the call
     * @param limit the piece's limit before the call
     */
    static void check(WritableByteChannel sink, int written, ByteBuffer piece, int start,
            int limit) throws IOException {
        int taken = piece.position() - start;
        if (written != taken || piece.limit() != limit) {
            throw new IllegalStateException(sink.getClass().getName() + ": write() took " + taken
                    + " bytes and returned " + written);
        }
        if (written == 0) {
            throw new IOException("the sink takes no more bytes");
        }
    }

    /** The room of an open sink. Asked before the source is read, so that no byte is lost. */
    static int room(PacedSink sink) throws PieceChannel.SinkException {
        try {
            if (!sink.isOpen()) {
                sink.write(NOTHING.duplicate()); // it says why
                throw new ClosedChannelException();
            }
            int room = sink.room();
            if (room < 0) {
                throw new IllegalStateException(
                        sink.getClass().getName() + ": room() is " + room);
            }
            return room;
        } catch (Throwable e) {
            throw new PieceChannel.SinkException(e);
        }
    }
}
