package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that is always open and does one thing with each piece.
 *
 * <p>Threads: the worker that owns the connection.
 */
public interface SinkStub extends WritableByteChannel {

    /** Takes all bytes and keeps none. */
    static SinkStub dropping() {
        return source -> {
            int count = source.remaining();
            source.position(source.limit());
            return count;
        };
    }

    /** Throws at every write. */
    static SinkStub failing(String message) {
        return source -> {
            throw new IOException(message);
        };
    }

    @Override
    int write(ByteBuffer source) throws IOException;

    @Override
    default boolean isOpen() {
        return true;
    }

    @Override
    default void close() {
    }
}
