package io.millrace.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * The bytes of a response, of known length, read at any position.
 *
 * <p>The server reads a body front to back in pieces and closes it exactly once, whether it was sent
 * whole, in part or (HEAD, 304) not at all. A body made by {@link #of(byte[])} may be used in any
 * number of responses at once; one over a file is for one response.
 *
 * <p>Threads: one at a time, the worker that sends it.
 */
public interface Body extends Closeable {

    /** Length in bytes; never changes. */
    long length();

    /**
     * Reads bytes from {@code position} on into {@code target}.
     *
     * @return the number of bytes read, at least 1 if both the body and the target have room
     * @throws IOException if the bytes can't be had; the server then cuts the connection, so that
     *     nobody takes a part for the whole
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Moves up to {@code count} bytes from {@code position} on to {@code target}, without copying
     * them through the application where the system can do that.
     *
     * @return the number of bytes moved; 0 if the target takes none now
     * @throws IOException if reading or writing fails
     */
    long transferTo(long position, long count, WritableByteChannel target) throws IOException;

    @Override
    default void close() throws IOException {
    }

    /** No bytes. */
    static Body empty() {
        return BytesBody.EMPTY;
    }

    /** The bytes of an array, which the caller must not change any more. */
    static Body of(byte[] bytes) {
        return new BytesBody(bytes);
    }

    /**
     * A region of a file. The body owns the channel and closes it.
     *
     * @param channel open for reading
     * @param position where the region begins, in bytes
     * @param count the region's length in bytes
     * @throws IllegalArgumentException if {@code position} or {@code count} is negative
     */
    static Body of(FileChannel channel, long position, long count) {
        return new FileBody(channel, position, count);
    }
}
