package io.millrace.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file channel of a {@link PlainFileSystem}: a whole one, or one that knows sequences only, as
 * those of some providers. Threads: one at a time.
 */
final class PlainFileChannel extends FileChannel {

    private final PlainFileSystem system;
    private final Path real;
    private final boolean whole;
    private final FileChannel inner;

    PlainFileChannel(PlainFileSystem system, Path real, boolean whole,
            Set<? extends OpenOption> options) throws IOException {
        this.system = system;
        this.real = real;
        this.whole = whole;
        this.inner = FileChannel.open(real, options);
    }

    private FileChannel whole() {
        if (!whole) {
            throw new UnsupportedOperationException();
        }
        return inner;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return inner.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return inner.read(targets, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        system.enter(PlainFileSystem.Operation.WRITE, real);
        return inner.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return inner.write(sources, offset, length);
    }

    @Override
    public long position() throws IOException {
        return inner.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        inner.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return inner.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        whole().truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        whole();
        system.enter(PlainFileSystem.Operation.FORCE, real);
        inner.force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return whole().transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        whole();
        system.enter(PlainFileSystem.Operation.WRITE, real);
        return inner.transferFrom(source, position, count);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return whole().read(target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        whole();
        system.enter(PlainFileSystem.Operation.WRITE, real);
        return inner.write(source, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean state) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        inner.close();
    }
}
