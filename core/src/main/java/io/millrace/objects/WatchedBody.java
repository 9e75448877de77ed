package io.millrace.objects;

import io.millrace.http.Body;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * A body that is read as long as a client waits for what is made of it. Threads: as its body.
 *
 * @param cancelled whether no client waits any more
 */
public record WatchedBody(Body body, BooleanSupplier cancelled) implements Body {

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (cancelled.getAsBoolean()) {
            throw new InterruptedIOException("no client waits for this digest");
        }
        return body.read(position, target);
    }

    /** The body is closed by whom it belongs to. */
    @Override
    public void close() {
    }
}
