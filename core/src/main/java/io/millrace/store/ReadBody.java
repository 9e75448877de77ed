package io.millrace.store;

import io.millrace.http.Body;
import io.millrace.tree.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The bytes of an object that is not evicted before they have been sent. Threads: as its body.
 */
final class ReadBody implements Body {

    private final Body body;
    private final Eviction eviction;
    private final Key key;
    private boolean closed;

    /** @param key the object's, whose reading {@link Eviction} has been told of */
    ReadBody(Body body, Eviction eviction, Key key) {
        this.body = body;
        this.eviction = eviction;
        this.key = key;
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
            eviction.readingEnds(key);
            body.close();
        }
    }
}
