package io.millrace.net;

import java.io.EOFException;
import java.nio.channels.ReadableByteChannel;

/**
 * A channel over a socket. A caller with a faster way than {@link #read} may take the next bytes
 * from the socket itself.
 *
 * <p>Threads: one at a time.
 */
public interface SocketSource extends ReadableByteChannel {

    /** The socket; it belongs to the connection. */
    ReadableByteChannel socket();

    /**
     * How many of the next bytes can be taken from the socket unchanged, now or later; 0 if the
     * next ones have been read already or need decoding.
     */
    long direct();

    /**
     * Reports that bytes have been taken from the socket.
     *
     * @param asked bytes asked for, at most {@link #direct}
     * @param count bytes taken; less than 0 at the end of the stream
     * @throws EOFException if the peer left before the last byte
     */
    void taken(int asked, int count) throws EOFException;

    /**
     * Runs an action once: before the next bytes are read here, or at {@link #close}. Replaces an
     * earlier action.
     */
    void beforeReadOrClose(Runnable action);
}
