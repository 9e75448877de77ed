package io.millrace.store;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A body that is a region of a file without a {@link java.nio.channels.FileChannel}; it closes the
 * channel. Threads: one at a time.
 */
final class SequentialBody implements Body {

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
    public void close() throws IOException {
        channel.close();
    }
}
