package io.millrace.content;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/**
 * A body that is a region of a channel.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class ChannelBody implements Body {

    private final SeekableByteChannel channel;
    private final long start;
    private final long length;

    private ChannelBody(SeekableByteChannel channel, long start, long length) {
        this.channel = channel;
        this.start = start;
        this.length = length;
    }

    /**
     * A region of a channel. The kernel sends it if the channel is a {@link FileChannel}; any other
     * channel is read in sequence. The body owns the channel and closes it.
     *
     * @param channel open for reading
     * @param position start of the region, in bytes
     * @param count length of the region, in bytes
     * @throws IllegalArgumentException if {@code position} or {@code count} is negative
     */
    public static Body of(SeekableByteChannel channel, long position, long count) {
        if (channel instanceof FileChannel file) {
            return Body.of(file, position, count);
        }
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException(
                    "position and count must not be negative: " + position + ", " + count);
        }
        return new ChannelBody(channel, position, count);
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
            throw new EOFException("the file was truncated: only " + position + " of " + length
                    + " bytes could be read");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
