package io.millrace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * An application's file, with a {@link #transferFrom} that moves large pieces through a pipe in the
 * kernel where there is one, else through the worker's direct buffer, and reports a failed write
 * exactly. The JDK's own goes through 8 KiB on the heap and loses bytes that it has read when a
 * write fails; BodyTransferBenchmark holds them side by side.
 *
 * <p>Threads: the owning worker only.
 */
final class PieceChannel extends FileChannel {

    private final FileChannel file;
    /** The worker's; empty before and after each call. */
    private final ByteBuffer piece;
    /** Once true this is always true: this source or file is none for a pipe. */
    private boolean pipeRefused;
    /** The last step got all that it had asked for. */
    private boolean sourceHasMore;

    PieceChannel(FileChannel file, ByteBuffer piece) {
        this.file = file;
        this.piece = piece;
    }

    /**
     * Moves up to {@code count} bytes. Stops early when the source has none now, or gave less than
     * a whole piece.
     *
     * @return the number of bytes that are in the file
     * @throws IOException of the source, or a {@link SinkException} of the file; what was moved
     *     before is then not told, as the body can't become whole any more
     */
    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        long moved = 0;
        sourceHasMore = true;
        while (sourceHasMore && moved < count) {
            KernelPipe pipe = source instanceof BodySource body
                    ? pipe(body, position + moved, count - moved) : null;
            moved += pipe != null
                    ? pass((BodySource) source, pipe, position + moved, count - moved)
                    : copy(source, position + moved, count - moved);
        }
        return moved;
    }

    private KernelPipe pipe(BodySource source, long position, long count) {
        if (pipeRefused || !source.isPipeable(count)) {
            return null;
        }
        KernelPipe pipe = source.pipeTo(file, position);
        // A file that keeps what it is given will go on to: to ask anew is a system call a piece.
        pipeRefused = pipe == null && position > 0;
        return pipe;
    }

    private int copy(ReadableByteChannel source, long position, long count) throws IOException {
        piece.clear().limit((int) Math.min(piece.capacity(), count));
        int asked = piece.remaining();
        int read = source.read(piece);
        sourceHasMore = read == asked;
        if (read <= 0) {
            return 0;
        }
        piece.flip();
        writeWhole(position);
        return read;
    }

    /** Moves bytes through the pipe; none if it refuses, after which the rest is copied. */
    private int pass(BodySource source, KernelPipe pipe, long position, long count)
            throws IOException {
        try {
            int moved = source.read(pipe, count);
            if (moved == KernelPipe.REFUSED) {
                pipeRefused = true;
                return 0;
            }
            sourceHasMore = !source.isSocketDrained();
            empty(pipe, position);
            return moved;
        } finally {
            if (pipe.held() > 0) {
                pipe.discard();
            }
        }
    }

    private void empty(KernelPipe pipe, long position) throws SinkException {
        long at = position;
        try {
            while (pipe.held() > 0) {
                int moved = pipe.empty(file, at);
                if (moved == KernelPipe.REFUSED) {
                    // Whatever speaks against it, be it that the file is open for appending or that
                    // the disk is full: a copy works, or tells in the JDK's words why not.
                    pipeRefused = true;
                    piece.clear();
                    pipe.read(piece);
                    moved = piece.flip().remaining();
                    writeWhole(at);
                }
                at += moved;
            }
        } catch (SinkException e) {
            throw e;
        } catch (IOException e) {
            throw new SinkException(e);
        }
    }

    private void writeWhole(long position) throws SinkException {
        long at = position;
        while (piece.hasRemaining()) {
            try {
                int start = piece.position();
                int limit = piece.limit();
                int written = file.write(piece, at);
                SinkContract.check(file, written, piece, start, limit);
                at += written;
            } catch (IOException | RuntimeException | Error e) {
                throw new SinkException(e);
            }
        }
    }

    /** The sink failed, as against the source. */
    static final class SinkException extends IOException {

        private static final long serialVersionUID = 1L;

        /** The cause is what the sink threw. */
        SinkException(Throwable failure) {
            super(failure.getMessage(), failure);
        }
    }

    // Everything else is the file's own.

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return file.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return file.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return file.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return file.write(source, position);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return file.transferTo(position, count, target);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return file.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    /** Closes nothing: the file belongs to the exchange. */
    @Override
    protected void implCloseChannel() {
    }
}
