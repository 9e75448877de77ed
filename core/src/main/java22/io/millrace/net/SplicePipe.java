package io.millrace.net;

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
final class SplicePipe { // decision 32

    /** The peer sends no more. */
    static final int END = -1;
    /** The kernel doesn't do it between these two; nothing was moved, and a copy may do better. */
    static final int REFUSED = -2;

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

    /**
     * Whether both ends are of the kinds that the pipe can join, and a copy would not be faster;
     * opens it at its first use. Devices take the pages as they are. A disk's file is copied into
     * all the same, and a pipe takes 1.7 times the processor that two copies through a warm buffer
     * take (PUT of 40 MB to files, docs/benchmarks.md).
     *
     * @param position how much of the body is in the file
     */
    boolean joins(ReadableByteChannel socket, FileChannel file, long position) {
        return Descriptors.isSocket(socket) && Descriptors.isFile(file)
                && (anyFile || position > 0 && PieceChannel.keepsNothing(file))
                && open();
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

    /** Bytes that one {@link #fill} moves at most. */
    int capacityBytes() {
        return capacityBytes;
    }

    /**
     * Lets selectors report a socket as readable when so many bytes are there, or all that there is
     * room for, or its peer has ended. Sockets begin with 1. No more than a wish: without it the
     * socket is reported more often.
     */
    void wakeAt(SocketChannel socket, int bytes) {
        calls.setLowWater(Descriptors.of(socket), bytes);
    }

    /** Bytes in the pipe. */
    int held() {
        return held;
    }

    /**
     * Moves up to {@code count} bytes from a socket into the pipe, which is empty before.
     *
     * @return the number of bytes; 0 if none is there now; {@link #END} or {@link #REFUSED}
     * @throws IOException if the connection is broken
     */
    int fill(SocketChannel socket, long count) throws IOException {
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

    /**
     * Moves bytes from the pipe, which has some, to a position of a file.
     *
     * @return the number of bytes, at least 1; or {@link #REFUSED}
     * @throws java.nio.channels.ClosedChannelException if the file is closed
     */
    int empty(FileChannel file, long position) throws IOException {
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

    /**
     * Reads bytes from the pipe, which has some, as many as there is room for in a direct buffer.
     */
    void read(ByteBuffer target) throws IOException {
        int count = Math.min(held, target.remaining());
        MemorySegment room = MemorySegment.ofBuffer(target).asSlice(0, count);
        int read = calls.read(readEnd, room);
        if (read <= 0) {
            throw new IOException("splice left bytes in the pipe: errno " + -read);
        }
        target.position(target.position() + read);
        held -= read;
    }

    /** Closes the pipe and what is in it. The next user gets another one. */
    void discard() {
        if (readEnd != NONE) {
            calls.close(readEnd);
            calls.close(writeEnd);
            readEnd = NONE;
            writeEnd = NONE;
            held = 0;
        }
    }
}
