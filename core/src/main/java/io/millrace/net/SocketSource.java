package io.millrace.net;

import java.io.EOFException;
import java.nio.channels.ReadableByteChannel;

/**
 * A channel whose next bytes may be taken from the socket behind it instead of being read from it,
 * for those who have a faster way than {@link #read}.
 *
 * <p>Threads: one at a time.
 */
public interface SocketSource extends ReadableByteChannel {

    /** The socket; it belongs to the connection. */
    ReadableByteChannel socket();

    /**
     * How many of the next bytes are in the socket just as {@link #read} would give them, or will
     * come to be; 0 if the next ones have been read already, or need to be decoded.
     */
    long direct();

    /**
     * Tells that the next bytes have been taken from the socket.
     *
     * @param asked how many were asked for, at most {@link #direct}
     * @param count how many there were; less than 0 at the end of the stream
     * @throws EOFException if the peer left before the last byte
     */
    void taken(int asked, int count) throws EOFException;

    /**
     * Has an action run once: before the next bytes are read instead of taken, or when no more are
     * waited for. Replaces the one before.
     */
    void beforeReadOrClose(Runnable action);
}
