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
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * The bytes of a response.
 *
 * <p>The server reads a body from start to end, in pieces, and closes it exactly once, even if it
 * was sent only in part or (HEAD, 304) not at all. A body made by {@link #of(byte[])} or {@link
 * #absent} may be used in any number of responses at once. Every other body is for one response. A
 * body of your own implements {@link #length} and {@link #read}; the other methods are optional.
 *
 * <p>A body of {@link #UNKNOWN_LENGTH} is sent chunked, or, to an HTTP/1.0 client, until the
 * connection closes (RFC 9112 section 6.3). The server reads it only as fast as the client does.
 *
 * <p>Threads: the worker that sends the response.
 *
 * @since 0.1
 */
public interface Body extends Closeable {

    /** The value of {@link #length} for a body whose length is known only at its end. */
    long UNKNOWN_LENGTH = -1;

    /** The length in bytes, or {@link #UNKNOWN_LENGTH}. It never changes. */
    long length();

    /**
     * Reads bytes into {@code target}, which has room. Must not block.
     *
     * @param position bytes of the body read so far
     * @return the number of bytes read; 0 if none are available now, and the server then calls
     *     {@link #whenReadable}; -1 at the end of a body of unknown length
     * @throws IOException if the bytes can't be read. The server sends 500 if no byte of the
     *     response has left, and otherwise cuts the connection, so that no client mistakes a part
     *     for the whole. It does the same if the return value is not the number of bytes put into
     *     {@code target}
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Asks the body to call {@code callback} once when it has bytes, has ended or has failed;
     * immediately if that is already so. The server calls this only after {@link #read} returned 0,
     * and then leaves the connection alone until the callback, for at most {@code
     * ServerOptions.answerTimeout}.
     *
     * @param callback may be run by any thread, more than once, and after the body was closed
     */
    default void whenReadable(Runnable callback) {
        throw new IllegalStateException("read() returned 0, but whenReadable() is not implemented");
    }

    /**
     * Called when the body has had no bytes for as long as the server waits for them, before the
     * server gives it up. A body that has something to send meanwhile, such as a comment that keeps
     * the client and proxies waiting, makes it readable and returns true; the server then reads on
     * and waits as long again.
     *
     * @return whether to go on; false (the default) cuts the connection
     * @since 0.1
     */
    default boolean onStall() { // decision 435
        return false;
    }

    /**
     * Moves up to {@code count} bytes directly to {@code target}, bypassing the server's buffer.
     * For bodies that can do this faster than {@link #read}, such as files. The server calls it for
     * long bodies of known length. Bytes that the target does not accept must be available in the
     * next call.
     *
     * @param position bytes of the body moved or read so far
     * @return the number of bytes moved; 0 if the target accepts none now; -1 (the default) if no
     *     bytes were moved and the server has to read the rest of the body
     * @throws IOException if reading or writing fails. The server logs it as a failure of the body
     *     if it is an {@link java.io.EOFException} or if {@link #read} fails at this position, too.
     *     Otherwise it counts as a failure of the target
     */
    default long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return -1;
    }

    @Override
    default void close() throws IOException {
    }

    /** A body without bytes. */
    static Body empty() {
        return BytesBody.EMPTY;
    }

    /** A body of the bytes of an array. The caller must not change the array afterwards. */
    static Body of(byte[] bytes) {
        return new BytesBody(Objects.requireNonNull(bytes));
    }

    /**
     * A region of a file. The body owns the channel and closes it.
     *
     * @param channel open for reading
     * @param position start of the region, in bytes
     * @param count length of the region, in bytes
     * @throws IllegalArgumentException if {@code position} or {@code count} is negative
     */
    static Body of(FileChannel channel, long position, long count) {
        return new FileBody(Objects.requireNonNull(channel), position, count);
    }

    /**
     * A file in its current length. Bytes appended later are not sent.
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
     * The bytes of a stream, to its end; of unknown length. The stream may block.
     *
     * @param executor must not run tasks on the calling thread, which is a worker: the response is
     *     then 500. It is also 500 if the executor rejects the task
     * @param stream read by one thread of {@code executor}, at most 64 KiB ahead of the client, and
     *     then closed. It is closed unread if the body is not sent (HEAD, 304). An exception from
     *     the stream is logged and cuts the connection
     */
    static Body of(Executor executor, InputStream stream) {
        return PipedBody.read(executor, stream);
    }

    /**
     * The next {@code length} bytes of a stream. The stream may block.
     *
     * @param executor must not run tasks on the calling thread, which is a worker: the response is
     *     then 500. It is also 500 if the executor rejects the task
     * @param stream read by one thread of {@code executor}, at most 64 KiB ahead of the client and
     *     never past {@code length}, and then closed. It is closed unread if the body is empty or
     *     not sent (HEAD, 304). An exception from the stream, or its end before {@code length}, is
     *     logged and cuts the connection
     * @param length in bytes
     * @throws IllegalArgumentException if {@code length} is negative
     */
    static Body of(Executor executor, InputStream stream, long length) {
        return PipedBody.read(executor, stream, length);
    }

    /**
     * A body written by a callback; of unknown length. The writer may block, and it blocks while it
     * is 64 KiB ahead of the client. Once the client has disconnected, its next write throws.
     *
     * @param executor must not run tasks on the calling thread, which is a worker: the response is
     *     then 500. It is also 500 if the executor rejects the task
     * @param writer run once, by a thread of {@code executor}, when the server needs the first
     *     byte; never for a response to HEAD. An exception from the writer is logged and cuts the
     *     connection
     */
    static Body written(Executor executor, Writer writer) {
        return PipedBody.written(executor, writer);
    }

    /**
     * The buffers of a publisher, in order; of unknown length. The server requests a buffer when an
     * earlier one has been sent. A published buffer must not be changed. {@code onError} is logged
     * and cuts the connection. If the client disconnects, the subscription is cancelled.
     */
    static Body of(Flow.Publisher<? extends ByteBuffer> publisher) {
        return new PublishedBody(publisher, UNKNOWN_LENGTH);
    }

    /**
     * The buffers of a publisher, in order; {@code length} bytes together. As {@link
     * #of(Flow.Publisher)}, and the last buffer is sent once the publisher has called {@code
     * onComplete}. If it completes earlier, publishes more or calls {@code onError}, even after the
     * last byte, this is logged, and the client gets 500 or a connection that is cut before the
     * last byte.
     *
     * @param publisher never subscribed to if the body is empty or not sent (HEAD, 304), or the
     *     client has left before the first byte is due
     * @param length in bytes
     * @throws IllegalArgumentException if {@code length} is negative
     */
    static Body of(Flow.Publisher<? extends ByteBuffer> publisher, long length) {
        return PublishedBody.sized(publisher, length);
    }

    /**
     * A body that has a length and no bytes, for the response to HEAD where only the length is
     * known. In a response to any other method it fails as a body that can't be read: the client
     * gets 500, or its connection is cut. May be used in any number of responses.
     *
     * @param length in bytes, of the body that a GET would have
     * @throws IllegalArgumentException if {@code length} is negative
     */
    static Body absent(long length) {
        return new AbsentBody(length);
    }

    /** Writes a body from a thread of the application. */
    @FunctionalInterface
    interface Writer {

        /**
         * Writes the whole body.
         *
         * @param out accepts the bytes; blocks while the client is slow. The body ends when this
         *     method returns, whether or not {@code out} was closed
         * @throws Exception to cut the connection, so that no client mistakes a part for the whole
         */
        void write(OutputStream out) throws Exception;
    }
}
