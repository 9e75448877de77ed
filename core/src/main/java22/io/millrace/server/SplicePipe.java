package io.millrace.server;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/**
 * A pipe that is filled and emptied by {@code splice(2)}: the pages that the network has filled are
 * handed on, and copied once, into the file's.
 *
 * <p>Threads: the owning worker only.
 */
final class SplicePipe implements KernelPipe {

    /** What an unprivileged process may ask for; BodyTransferBenchmark compares sizes. */
    private static final int WANTED_BYTES = 1 << 20;
    /** A pipe's size unless somebody asks for more; below that, a copy is as fast. */
    private static final int LEAST_BYTES = 64 * 1024;
    private static final int NONE = -1;

    private final SystemCalls calls = new SystemCalls();
    private final boolean anyFile;
    /** Both ends, or {@link #NONE} while the pipe is not open. */
    private int readEnd = NONE;
    private int writeEnd = NONE;
    private int capacityBytes;
    private int held;
    /** Once true this is always true: the system has refused a pipe. */
    private boolean refused;

    /** @param anyFile whether to join files, too, into which a copy is faster */
    SplicePipe(boolean anyFile) {
        this.anyFile = anyFile;
    }

    @Override
    public boolean joins(ReadableByteChannel socket, FileChannel file, long position) {
        return Descriptors.isSocket(socket) && Descriptors.isFile(file)
                && (anyFile || position > 0 && keepsNothing(file)) && open();
    }

    /**
     * Whether a file that has been written to is still empty, as devices are. They take the pages as
     * they are. A disk's file is copied into all the same, and a pipe takes 1.7 times the processor
     * that two copies through a warm buffer take (PUT of 40 MB to files, docs/benchmarks.md).
     */
    private static boolean keepsNothing(FileChannel file) {
        try {
            return file.size() == 0;
        } catch (IOException e) {
            return false; // the copy will tell
        }
    }

    /** False if there is no pipe to be had, for want of descriptors or memory. */
    private boolean open() {
        if (readEnd != NONE) {
            return true;
        }
        // Asking once is enough: copying does the same work, and asking again would cost each body.
        refused = refused || calls.pipe() < 0;
        if (refused) {
            return false;
        }
        readEnd = calls.readEnd();
        writeEnd = calls.writeEnd();
        for (int bytes = WANTED_BYTES; bytes > LEAST_BYTES; bytes /= 2) {
            // Refused beyond /proc/sys/fs/pipe-max-size, or when this user's pipes have too much.
            if (calls.setPipeBytes(writeEnd, bytes) >= 0) {
                break;
            }
        }
        capacityBytes = calls.pipeBytes(writeEnd);
        if (capacityBytes < LEAST_BYTES) {
            refused = true;
            discard();
        }
        return !refused;
    }

    @Override
    public int capacityBytes() {
        return capacityBytes;
    }

    @Override
    public void wakeAt(SocketChannel socket, int bytes) {
        calls.setLowWater(Descriptors.of(socket), bytes);
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public int fill(SocketChannel socket, long count) throws IOException {
        assert held == 0 : held;
        int asked = (int) Math.min(count, capacityBytes);
        while (true) {
            int moved = calls.spliceIn(Descriptors.of(socket), writeEnd, asked);
            if (moved > 0) {
                held = moved;
                return moved;
            }
            switch (moved) {
                case 0:
                    return END;
                case -SystemCalls.EAGAIN:
                    return 0;
                case -SystemCalls.EINTR:
                    break;
                case -SystemCalls.ECONNRESET:
                    // Reported once only: a read would find nothing but the end.
                    throw new SocketException("Connection reset");
                default:
                    return REFUSED;
            }
        }
    }

    @Override
    public int empty(FileChannel file, long position) throws IOException {
        int ticket = Descriptors.enter(file);
        try {
            while (true) {
                int moved = calls.spliceOut(readEnd, Descriptors.of(file), position, held);
                if (moved > 0) {
                    held -= moved;
                    return moved;
                }
                // Whoever closes the file while it is in use interrupts the call, and waits.
                if (moved != -SystemCalls.EINTR) {
                    return REFUSED;
                }
            }
        } finally {
            Descriptors.leave(file, ticket);
        }
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        int count = Math.min(held, target.remaining());
        MemorySegment room = MemorySegment.ofBuffer(target).asSlice(0, count);
        int read = calls.read(readEnd, room);
        if (read <= 0) {
            throw new IOException("the pipe has lost bytes: error " + -read);
        }
        target.position(target.position() + read);
        held -= read;
    }

    @Override
    public void discard() {
        if (readEnd != NONE) {
            calls.close(readEnd);
            calls.close(writeEnd);
            readEnd = NONE;
            writeEnd = NONE;
            held = 0;
        }
    }
}
