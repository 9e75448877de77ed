package io.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A body of unknown length that a thread of the application writes while it is sent; the thread
 * waits when the client is slow. Threads: one worker, and the writer's.
 */
final class PipedBody implements Body {

    private static final System.Logger LOG = System.getLogger(PipedBody.class.getName());

    private final Executor executor;
    private final Writer writer;
    /** What has to be closed in any case; null if nothing. */
    private final InputStream source;
    /** Null until the first byte is asked for: an answer to HEAD never starts the writer. */
    private Pipe pipe;

    private PipedBody(Executor executor, Writer writer, InputStream source) {
        this.executor = Objects.requireNonNull(executor);
        this.writer = Objects.requireNonNull(writer);
        this.source = source;
    }

    static PipedBody written(Executor executor, Writer writer) {
        return new PipedBody(executor, writer, null);
    }

    static PipedBody read(Executor executor, InputStream source) {
        return new PipedBody(executor, source::transferTo, Objects.requireNonNull(source));
    }

    @Override
    public long length() {
        return UNKNOWN_LENGTH;
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
            executor.execute(this::write);
        } catch (RuntimeException | Error e) {
            closeSource();
            throw new IOException("no thread to write a response's body", e);
        }
    }

    private void write() {
        try {
            writer.write(pipe.output());
            pipe.end();
        } catch (Throwable e) {
            // The worker cuts the connection; that a part is not the whole must show.
            pipe.breakOff(e instanceof IOException io ? io : new IOException(e.toString(), e));
        } finally {
            closeSource();
        }
    }

    @Override
    public void whenReadable(Runnable callback) {
        pipe.whenReadable(callback);
    }

    @Override
    public void close() {
        if (pipe == null) {
            closeSource();
        } else {
            pipe.breakOff(new IOException("the response has ended, or its client has left"));
        }
    }

    private void closeSource() {
        try {
            if (source != null) {
                source.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a response's stream can't be closed", e);
        }
    }
}
