package io.millrace.tree;

import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** A file, in sequence or by seeking. */
final class PlainChannel implements SeekableByteChannel {

    private final PlainFileSystem system;
    private final Path real;
    private final SeekableByteChannel inner;

    PlainChannel(PlainFileSystem system, Path real, SeekableByteChannel inner) {
        this.system = system;
        this.real = real;
        this.inner = inner;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        system.enter(Operation.READ, real);
        return inner.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        system.enter(Operation.WRITE, real);
        return inner.write(source);
    }

    @Override
    public long position() throws IOException {
        return inner.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        inner.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return inner.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        inner.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public void close() throws IOException {
        inner.close();
        system.enter(Operation.CLOSE, real);
    }
}
