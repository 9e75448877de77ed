package io.millrace.store;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One response's share in a body that several responses have, each at its own position. The last
 * that is closed closes the body.
 *
 * <p>Threads: one at a time; the body itself is read by several at once, as one that is in memory
 * or of a {@link java.nio.channels.FileChannel} can be.
 */
final class SharedBody implements Body {

    private final Body body;
    /** Shares that are not closed. */
    private final AtomicInteger users;
    private boolean closed;

    SharedBody(Body body, AtomicInteger users) {
        this.body = body;
        this.users = users;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return body.read(position, target);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return body.transferTo(position, count, target);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (users.decrementAndGet() == 0) {
                body.close();
            }
        }
    }
}
