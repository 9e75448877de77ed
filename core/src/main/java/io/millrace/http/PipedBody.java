package io.millrace.http;

import io.millrace.log.SafeLog;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A body that a thread of the application writes while it is sent; the thread waits when the client
 * is slow. Threads: one worker, and the writer's.
 */
final class PipedBody implements Body {

    /** What is read of a stream at once. */
    private static final int PIECE_BYTES = 8 * 1024;

    private final Executor executor;
    private final Writer writer;
    /** The stream to close in any case; null if there is none. */
    private final InputStream source;
    private final long length;
    /**
     * Set by the writer's thread when it begins, or by the worker when the body has ended before.
     * The thread that sets it closes the source.
     */
    private final AtomicBoolean isTaken = new AtomicBoolean();
    /** Null until the first byte is asked for: a response to HEAD never starts the writer. */
    private Pipe pipe;

    private PipedBody(Executor executor, Writer writer, InputStream source, long length) {
        this.executor = Objects.requireNonNull(executor);
        this.writer = Objects.requireNonNull(writer);
        this.source = source;
        this.length = length;
    }

    static PipedBody written(Executor executor, Writer writer) {
        return new PipedBody(executor, writer, null, UNKNOWN_LENGTH);
    }

    static PipedBody read(Executor executor, InputStream source) {
        return new PipedBody(executor, source::transferTo, source, UNKNOWN_LENGTH);
    }

    static PipedBody read(Executor executor, InputStream source, long length) {
        Objects.requireNonNull(source);
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        return new PipedBody(executor, out -> copy(source, length, out), source, length);
    }

    // worker thread

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (pipe == null) {
            pipe = new Pipe();
            start();
        }
        return pipe.take(target);
    }

    private void start() throws IOException {
        try {
            Offload.execute(executor, this::write, pipe::breakOff);
        } catch (RuntimeException | Error e) {
            throw new IOException("the executor rejected the response body's task", e);
        }
    }

    @Override
    public void whenReadable(Runnable callback) {
        pipe.whenReadable(callback);
    }

    @Override
    public void close() {
        if (pipe != null) {
            pipe.breakOff(new IOException("the response has ended or the client has disconnected"));
        }
        if (isTaken.compareAndSet(false, true)) {
            closeSource();
        }
    }

    // the writer's thread

    private void write() {
        if (!isTaken.compareAndSet(false, true)) {
            return; // the body was closed while this waited for a thread
        }
        try {
            writer.write(pipe.output());
            pipe.end();
        } catch (Throwable e) {
            // The worker cuts the connection; the client must see that the body is incomplete.
            pipe.breakOff(e);
        } finally {
            closeSource();
        }
    }

    private static void copy(InputStream source, long length, OutputStream out)
            throws IOException {
        byte[] piece = new byte[(int) Math.min(length, PIECE_BYTES)];
        long copied = 0;
        while (copied < length) {
            int read = source.read(piece, 0, (int) Math.min(length - copied, piece.length));
            if (read < 0) {
                throw new EOFException(
                        "the stream ended after " + copied + " of " + length + " bytes");
            }
            out.write(piece, 0, read);
            copied += read;
        }
    }

    // the thread that set isTaken

    private void closeSource() {
        try {
            if (source != null) {
                source.close();
            }
        } catch (IOException | RuntimeException e) {
            SafeLog.log(PipedBody.class, Level.WARNING,
                    "failed to close a response body's stream", e);
        }
    }
}
