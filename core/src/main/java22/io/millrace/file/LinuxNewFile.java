package io.millrace.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * A new file of Linux, by its descriptor.
 *
 * <p>Threads: one at a time.
 */
final class LinuxNewFile implements NewFile {

    private static final int EINTR = 4;
    private static final int CLOSED = -1;

    private int descriptor;

    LinuxNewFile(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int file = opened();
        if (!source.hasRemaining()) {
            return 0;
        }
        CallMemory memory = CallMemory.own();
        MemorySegment bytes = source.isDirect() ? MemorySegment.ofBuffer(source)
                : memory.copy(source);
        int written = LinuxCalls.write(memory, file, bytes);
        while (written == -EINTR) {
            written = LinuxCalls.write(memory, file, bytes);
        }
        if (written < 0) {
            throw failure(written);
        }
        source.position(source.position() + written);
        return written;
    }

    @Override
    public void force() throws IOException {
        int file = opened();
        CallMemory memory = CallMemory.own();
        int result = LinuxCalls.force(memory, file);
        while (result == -EINTR) {
            result = LinuxCalls.force(memory, file);
        }
        if (result < 0) {
            throw failure(result);
        }
    }

    @Override
    public FileState state() throws IOException {
        int file = opened();
        CallMemory memory = CallMemory.own();
        int result = LinuxCalls.state(memory, file, LinuxCalls.ITSELF);
        if (result < 0) {
            throw failure(result);
        }
        return memory.state();
    }

    private int opened() throws ClosedChannelException {
        if (descriptor == CLOSED) {
            throw new ClosedChannelException();
        }
        return descriptor;
    }

    @Override
    public boolean isOpen() {
        return descriptor != CLOSED;
    }

    @Override
    public void close() throws IOException {
        if (descriptor == CLOSED) {
            return;
        }
        int file = descriptor;
        descriptor = CLOSED;
        // Whatever the result, Linux has taken the descriptor back.
        int result = LinuxCalls.close(CallMemory.own(), file);
        if (result < 0 && result != -EINTR) {
            throw failure(result);
        }
    }

    /** In the system's words, as the JDK has them. */
    private static IOException failure(int result) {
        return new IOException(LinuxCalls.text(CallMemory.own(), -result));
    }
}
