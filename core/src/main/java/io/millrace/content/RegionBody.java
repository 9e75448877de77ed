package io.millrace.content;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A region of another body, which it owns and which must be readable at any position. Threads: one
 * at a time.
 */
final class RegionBody implements Body {

    private final Body whole;
    private final ByteRange range;

    RegionBody(Body whole, ByteRange range) {
        this.whole = whole;
        this.range = range;
    }

    @Override
    public long length() {
        return range.length();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int limit = target.limit();
        target.limit(target.position()
                + (int) Math.min(length() - position, target.remaining()));
        try {
            return whole.read(range.first() + position, target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return whole.transferTo(range.first() + position, Math.min(length() - position, count),
                target);
    }

    @Override
    public void whenReadable(Runnable callback) {
        whole.whenReadable(callback);
    }

    @Override
    public boolean onStall() {
        return whole.onStall();
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}
