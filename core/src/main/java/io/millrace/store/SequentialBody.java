package io.millrace.store;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A body that is a region of a file without a {@link java.nio.channels.FileChannel}; it closes the
 * channel. Threads: one at a time.
 */
final class SequentialBody implements Body {

    /** What one transfer copies at most, through an array: such file systems are slow anyway. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final SeekableByteChannel channel;
    private final long start;
    private final long length;

    SequentialBody(SeekableByteChannel channel, long start, long length) {
        this.channel = channel;
        this.start = start;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int most = (int) Math.min(length - position, target.remaining());
        if (channel.position() != start + position) {
            channel.position(start + position);
        }
        int limit = target.limit();
        target.limit(target.position() + most);
        int read = channel.read(target);
        target.limit(limit);
        if (read < 0) {
            throw new EOFException("the file has shrunk: " + position + " of " + length
                    + " bytes were there");
        }
        return read;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        long most = Math.min(length - position, count);
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(most, PIECE_BYTES));
        read(position, piece);
        piece.flip();
        // What the target doesn't take is read again: it knows its position, the channel follows.
        return target.write(piece);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
