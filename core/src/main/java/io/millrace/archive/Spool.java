package io.millrace.archive;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that are written first and read afterwards: in memory as far as they fit, then in a
 * temporary file, which on Unix has no name any more when it is written.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
final class Spool implements Closeable {

    private final Piece memory;
    private final int memoryBytes;
    private long sizeBytes;
    private long readBytes;
    /** Null as long as all of it fits into memory. */
    private FileChannel file;

    /** @param memoryBytes how much is kept in memory */
    Spool(int memoryBytes) {
        this.memoryBytes = memoryBytes;
        this.memory = new Piece(Math.min(memoryBytes, 1024), 0);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    void write(byte[] bytes) throws IOException {
        if (memory.count() + bytes.length > memoryBytes) {
            spill();
        }
        memory.put(bytes);
        sizeBytes += bytes.length;
    }

    private void spill() throws IOException {
        if (file == null) {
            file = open(Files.createTempFile("millrace-archive-", null));
        }
        ByteBuffer buffer = memory.toBuffer();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        memory.clear();
    }

    private static FileChannel open(Path made) throws IOException {
        try {
            return FileChannel.open(made, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(made);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Appends the next bytes, as many as asked for or as are left; whether there are more. */
    boolean read(Piece out, int most) throws IOException {
        int count = (int) Math.min(most, sizeBytes - readBytes);
        out.ensure(count);
        long fileBytes = sizeBytes - memory.count();
        int ofFile = (int) Math.max(0, Math.min(count, fileBytes - readBytes));
        readFile(ByteBuffer.wrap(out.array(), out.count(), ofFile));
        out.added(ofFile);
        if (ofFile < count) {
            int from = (int) (readBytes + ofFile - fileBytes);
            System.arraycopy(memory.array(), from, out.array(), out.count(), count - ofFile);
            out.added(count - ofFile);
        }
        readBytes += count;
        return readBytes < sizeBytes;
    }

    private void readFile(ByteBuffer target) throws IOException {
        long position = readBytes;
        while (target.hasRemaining()) {
            int read = file.read(target, position);
            if (read < 0) {
                throw new EOFException("a temporary file is shorter than it was");
            }
            position += read;
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
