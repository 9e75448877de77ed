package io.millrace.store;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The bytes of an object that is not evicted before they have been sent. Threads: as its body.
 */
final class ReadBody implements Body {

    private final Body body;
    private final Eviction eviction;
    private final String name;
    private boolean closed;

    /** @param name the object's, whose reading {@link Eviction} has been told of */
    ReadBody(Body body, Eviction eviction, String name) {
        this.body = body;
        this.eviction = eviction;
        this.name = name;
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
            eviction.readingEnds(name);
            body.close();
        }
    }
}
