package io.millrace.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** A body that sends a region of a file and owns its channel. Threads: one at a time. */
final class FileBody implements Body {

    private final FileChannel channel;
    private final long start;
    private final long length;

    FileBody(FileChannel channel, long start, long length) {
        if (start < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "position and count must not be negative: " + start + ", " + length);
        }
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
        int limit = target.limit();
        target.limit(target.position() + (int) Math.min(length - position, target.remaining()));
        int read = channel.read(target, start + position);
        target.limit(limit);
        if (read < 0) {
            throw shrunk(position);
        }
        return read;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        long most = Math.min(length - position, count);
        long moved = channel.transferTo(start + position, most, target);
        // 0 means "the socket is full" or "the file ends here"; only the file can tell which.
        if (moved == 0 && channel.size() <= start + position) {
            throw shrunk(position);
        }
        return moved;
    }

    private EOFException shrunk(long position) {
        return new EOFException("the file was truncated: only " + position + " of " + length
                + " bytes could be read");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
