package io.millrace.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * An application's file, with a {@link #transferFrom} that moves large pieces through the worker's
 * direct buffer and reports a failed write exactly. The JDK's own copies through 8 KiB on the heap
 * and loses bytes already read when a write fails. BodyTransferBenchmark compares the two.
 *
 * <p>Threads: the owning worker only.
 */
public class PieceChannel extends FileChannel { // decision 76: not final

    /**
     * Most bytes of a piece for a device, which doesn't read them: so they had better stay in the
     * processor's cache until the next piece takes their place. Files are the faster the longer the
     * pieces are.
     */
    private static final int DEVICE_PIECE_BYTES = 256 * 1024; // decision 476

    private final FileChannel file;
    /** The worker's; empty before and after each call. */
    private final ByteBuffer piece;
    /** Most bytes of a piece; 0 until the first one has shown what kind of file this is. */
    private int mostBytes;
    /** Whether the last read filled its buffer. */
    private boolean sourceHasMore;

    /** @param piece the worker's direct buffer, empty before and after each call */
    public PieceChannel(FileChannel file, ByteBuffer piece) {
        this.file = file;
        this.piece = piece;
    }

    /**
     * Moves up to {@code count} bytes. Stops early when the source has none now, or gave less than
     * a whole piece.
     *
     * @return the number of bytes that are in the file
     * @throws IOException of the source, or a {@link SinkException} of the file; the
     *     number of bytes moved before is lost, as the body is incomplete anyway
     */
    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        long moved = 0;
        sourceHasMore = true;
        while (sourceHasMore && moved < count) {
            moved += move(source, position + moved, count - moved);
        }
        return moved;
    }

    /**
     * Moves some of the bytes and calls {@link #moreAfter}. May do neither when it needs to be
     * called again to take another way.
     */
    int move(ReadableByteChannel source, long position, long count) throws IOException {
        return copy(source, position, count);
    }

    final int copy(ReadableByteChannel source, long position, long count) throws IOException {
        piece.clear().limit((int) Math.min(mostBytes(position, count), count));
        int asked = piece.remaining();
        int read = source.read(piece);
        moreAfter(asked, read);
        if (read <= 0) {
            return 0;
        }
        piece.flip();
        writeWhole(position);
        return read;
    }

    private int mostBytes(long position, long count) {
        if (mostBytes == 0 && position > 0 && count > DEVICE_PIECE_BYTES) {
            mostBytes = keepsNothing(file)
                    ? Math.min(piece.capacity(), DEVICE_PIECE_BYTES) : piece.capacity();
        }
        return mostBytes == 0 ? piece.capacity() : mostBytes;
    }

    /** Whether a file that has been written to is still empty, as devices are. */
    static boolean keepsNothing(FileChannel file) {
        try {
            return file.size() == 0;
        } catch (IOException | RuntimeException e) {
            return false; // the next write will tell; another provider's may have no size
        }
    }

    /** Notes a read of the source: the bytes asked for and the bytes given. */
    final void moreAfter(int asked, int given) {
        sourceHasMore = given == asked;
    }

    final ByteBuffer piece() {
        return piece;
    }

    /** Writes the whole piece. */
    final void writeWhole(long position) throws SinkException {
        long at = position;
        while (piece.hasRemaining()) {
            try {
                int start = piece.position();
                int limit = piece.limit();
                int written = file.write(piece, at);
                checkTaken(file, written, piece, start, limit);
                at += written;
            } catch (IOException | RuntimeException | Error e) {
                throw new SinkException(e);
            }
        }
    }

    /**
     * Checks the return value of a sink's {@code write} against the bytes it consumed.
     *
     * @param start the piece's position before the call
     * @param limit the piece's limit before the call
     * @throws IllegalStateException naming the sink's class, if they differ
     * @throws IOException if it consumed nothing
     */
    public static void checkTaken(WritableByteChannel sink, int written, ByteBuffer piece,
            int start, int limit) throws IOException {
        int taken = piece.position() - start;
        if (written != taken || piece.limit() != limit) {
            throw new IllegalStateException(sink.getClass().getName() + ": write() consumed "
                    + taken + " bytes but returned " + written);
        }
        if (written == 0) {
            throw new IOException("the sink's write() consumed no bytes");
        }
    }

    /** The sink failed, not the source. */
    public static final class SinkException extends IOException {

        private static final long serialVersionUID = 1L;

        /** The cause is what the sink threw. */
        public SinkException(Throwable failure) {
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
