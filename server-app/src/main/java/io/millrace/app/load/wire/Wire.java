package io.millrace.app.load.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one connection to a server, blocking: those of a socket, or what TLS makes of them.
 *
 * <p>Threads: its client's, but for {@link #hasArrived}, {@link #shutdownOutput} and {@link
 * #close}, which any may call.
 */
public interface Wire extends Closeable {

    /** Makes a wire; each call, which any thread may make, another one. */
    interface Connector {

        /**
         * Connects, and agrees on keys if there is TLS.
         *
         * @param opening is told the socket before either
         * @throws IOException if the server can't be reached, or isn't trusted
         */
        Wire connect(Opening opening) throws IOException;
    }

    /** Hears of a socket that is to be connected. */
    interface Opening {

        /** Its close, by any thread, makes the connecting fail, whatever it waits for. */
        void opens(Closeable socket) throws IOException;
    }

    /** Writes bytes of buffers, in their order; returns how many, 0 only if there are none. */
    long write(ByteBuffer... buffers) throws IOException;

    /**
     * Reads what there is, and waits if there is nothing.
     *
     * @return how many bytes, -1 at the end; 0 if what arrived was of TLS only
     */
    int read(ByteBuffer in) throws IOException;

    /** Whether the server has ended the connection while nobody read; doesn't wait. */
    boolean isEnded() throws IOException;

    /** Tells the server that the connection ends, if TLS wants that, and closes it. */
    void end() throws IOException;

    // any thread

    /** Whether bytes are there that were not read. */
    boolean hasArrived() throws IOException;

    /** Makes a write that is blocked fail; what the server sent can still be read. */
    void shutdownOutput() throws IOException;

    /** Makes whatever is blocked fail. */
    @Override
    void close() throws IOException;
}
