package io.millrace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/**
 * A worker's pipe in the kernel, through which bytes go from a socket to a file without passing
 * through the JVM's memory. It is empty between any two pieces of a body; what a failed write
 * leaves in it is thrown away together with the pipe, so that it never reaches another body.
 *
 * <p>Threads: the owning worker only.
 */
interface KernelPipe {

    /** The peer sends no more. */
    int END = -1;
    /** The kernel doesn't do it between these two; nothing was moved, and a copy may do better. */
    int REFUSED = -2;

    /**
     * Whether both ends are of the kinds that the pipe can join, and a copy would not be faster; opens
     * it at its first use.
     *
     * @param position how much of the body is in the file
     */
    boolean joins(ReadableByteChannel socket, FileChannel file, long position);

    /** Bytes that one {@link #fill} moves at most. */
    int capacityBytes();

    /**
     * Moves up to {@code count} bytes from a socket into the pipe, which is empty before.
     *
     * @return the number of bytes; 0 if none is there now; {@link #END} or {@link #REFUSED}
     * @throws IOException if the connection is broken
     */
    int fill(SocketChannel socket, long count) throws IOException;

    /** Bytes in the pipe. */
    int held();

    /**
     * Moves bytes from the pipe, which has some, to a position of a file.
     *
     * @return the number of bytes, at least 1; or {@link #REFUSED}
     * @throws java.nio.channels.ClosedChannelException if the file is closed
     */
    int empty(FileChannel file, long position) throws IOException;

    /**
     * Reads bytes from the pipe, which has some, as many as there is room for in a direct buffer.
     */
    void read(ByteBuffer target) throws IOException;

    /**
     * Lets selectors report a socket as readable when so many bytes are there, or all that there is
     * room for, or its peer has ended. Sockets begin with 1. No more than a wish: without it the
     * socket is reported more often.
     */
    void wakeAt(SocketChannel socket, int bytes);

    /** Closes the pipe and what is in it. The next user gets another one. */
    void discard();
}
