package io.millrace.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * The bytes of a response.
 *
 * <p>The server reads a body front to back in pieces and closes it exactly once, whether it was
 * sent whole, in part or (HEAD, 304) not at all. A body made by {@link #of(byte[])} may be used in
 * any number of responses at once; every other is for one response. One of an application's own
 * has to say its {@link #length} and be {@link #read}; the rest is for bodies that can do more.
 *
 * <p>A body of {@link #UNKNOWN_LENGTH} is sent chunked, and to a client of HTTP/1.0 until the
 * connection ends (RFC 9112 section 6.3). It is read only as fast as the client takes it.
 *
 * <p>Threads: one at a time, the worker that sends it.
 *
 * @since 0.1
 */
public interface Body extends Closeable {

    /** The value of {@link #length} when the length shows only at the body's end. */
    long UNKNOWN_LENGTH = -1;

    /** Length in bytes, or {@link #UNKNOWN_LENGTH}; never changes. */
    long length();

    /**
     * Reads bytes from {@code position} on into {@code target}, which has room. Never waits for
     * them.
     *
     * @param position where the last piece ended
     * @return the number of bytes read; 0 if none are there now, and {@link #whenReadable} is asked
     *     to tell when; -1 at the end of a body of unknown length
     * @throws IOException if the bytes can't be had; the server then sends 500 if nothing of the
     *     response has left, and else cuts the connection, so that no client takes a part for the
     *     whole. It does the same if the number isn't that of the bytes in {@code target}
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Asks for one call of {@code callback} when there is something to read, or the end, or a
     * failure; at once if there is already. Called only after {@link #read} returned 0. The server
     * leaves the connection alone until then, for {@code ServerOptions.answerTimeout} at most.
     *
     * @param callback safe to be run on any thread, more than once, and after the body was closed
     */
    default void whenReadable(Runnable callback) {
        throw new IllegalStateException("a body that read no bytes has to say when there are some");
    }

    /**
     * Moves up to {@code count} bytes from {@code position} on to {@code target}, past the server's
     * buffer. Only for bodies that can do this better than by {@link #read}, as a file can; asked
     * of long bodies of known length. What the target doesn't take has to be there the next time.
     *
     * @param position where the last piece ended
     * @return the number of bytes moved; 0 if the target takes none now; -1, as by default, if none
     *     were moved and the rest of the body has to be read
     * @throws IOException if reading or writing fails. It is logged as the body's failure if it is
     *     an {@link java.io.EOFException}, or if {@link #read} fails at this position as well; else
     *     it is taken for the target's
     */
    default long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return -1;
    }

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

    /**
     * A file as it is now: what is appended later isn't sent.
     *
     * @throws IOException if the file can't be opened
     */
    static Body of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return of(channel, 0, channel.size());
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /**
     * What a stream yields, to its end; of unknown length. The stream may block.
     *
     * @param executor never the calling thread, which is the worker's: that is refused, with
     *     500. When it rejects the task, the response is 500 as well
     * @param stream read by one thread of {@code executor}, 64 KiB at most ahead of the client, and
     *     then closed; closed unread if the body is not wanted (HEAD, 304). What it throws is
     *     logged and cuts the connection
     */
    static Body of(Executor executor, InputStream stream) {
        return PipedBody.read(executor, stream);
    }

    /**
     * The next {@code length} bytes of a stream. The stream may block.
     *
     * @param executor never the calling thread, which is the worker's: that is refused, with
     *     500. When it rejects the task, the response is 500 as well
     * @param stream read by one thread of {@code executor}, 64 KiB at most ahead of the client and
     *     no further than {@code length}, and then closed; closed unread if the body is empty or
     *     not wanted (HEAD, 304). What it throws, and an end before {@code length}, is logged and
     *     cuts the connection
     * @param length in bytes
     * @throws IllegalArgumentException if {@code length} is negative
     */
    static Body of(Executor executor, InputStream stream, long length) {
        return PipedBody.read(executor, stream, length);
    }

    /**
     * What a writer writes; of unknown length. The writer may block, and is made to wait when it is
     * 64 KiB ahead of the client. When the client has left, its next write throws.
     *
     * @param executor never the calling thread, which is the worker's: that is refused, with
     *     500. When it rejects the task, the response is 500 as well
     * @param writer run once by one thread of {@code executor} when the first byte is wanted; not
     *     at all for an answer to HEAD. What it throws is logged and cuts the connection
     */
    static Body written(Executor executor, Writer writer) {
        return PipedBody.written(executor, writer);
    }

    /**
     * The buffers of a publisher, in order; of unknown length. A buffer is asked for when an
     * earlier one has been sent, and its bytes must not be changed once it is published. {@code
     * onError} is logged and cuts the connection; when the client leaves, the subscription is
     * cancelled.
     */
    static Body of(Flow.Publisher<? extends ByteBuffer> publisher) {
        return new PublishedBody(publisher);
    }

    /** Writes a body from a thread of the application's. */
    @FunctionalInterface
    interface Writer {

        /**
         * Writes the whole body.
         *
         * @param out takes the bytes; blocks while the client is slow. It may be closed, but the
         *     body ends when this method returns
         * @throws Exception to cut the connection, so that nobody takes a part for the whole
         */
        void write(OutputStream out) throws Exception;
    }
}
