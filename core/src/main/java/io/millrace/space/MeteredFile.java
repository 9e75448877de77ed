package io.millrace.space;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A file that takes bytes as long as their number is admitted. It is written from its beginning on.
 *
 * <p>Threads: one at a time.
 */
public final class MeteredFile extends FileChannel {

    private static final int COPY_BYTES = 8192;

    private final FileChannel file;
    private final MeteredSink.Meter meter;

    /** A file that asks the meter before each write. */
    public MeteredFile(FileChannel file, MeteredSink.Meter meter) {
        this.file = file;
        this.meter = meter;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        meter.admit(file.position() + source.remaining());
        return file.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += sources[i].remaining();
        }
        meter.admit(file.position() + bytes);
        return file.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        meter.admit(position + source.remaining());
        return file.write(source, position);
    }

    // The server moves a body by its own means; this is for whoever else is handed the sink.
    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(COPY_BYTES);
        long moved = 0;
        while (moved < count) {
            piece.clear().limit((int) Math.min(COPY_BYTES, count - moved));
            if (source.read(piece) <= 0) {
                break;
            }
            piece.flip();
            while (piece.hasRemaining()) {
                moved += write(piece, position + moved);
            }
        }
        return moved;
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

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
