package io.millrace.objects;

import io.millrace.http.Body;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A body whose closing, the first time, does something else, such as to close the body for the last
 * of several that share it. Threads: as its body.
 */
public final class ClosingBody implements Body {

    private final Body body;
    private final Closeable closing;
    private boolean closed;

    /** @param closing takes the place of closing the body */
    public ClosingBody(Body body, Closeable closing) {
        this.body = body;
        this.closing = closing;
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
            closing.close();
        }
    }
}
