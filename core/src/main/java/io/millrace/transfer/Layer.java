package io.millrace.transfer;

import io.millrace.http.ConnectionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * What stands between a connection and its socket: it reads and writes for the connection, and has
 * bytes of its own to exchange with the peer before the first request, such as a handshake.
 *
 * <p>A read that gets less than it asks for has emptied the socket, unless {@link #task} has
 * something to do, or {@link #hasInput} tells of more. What is left in between two visits, {@link
 * #endVisit} keeps.
 *
 * <p>What a layer doesn't override is that of none, over which a connection reads from its socket
 * and writes to it.
 *
 * <p>Threads: the owning worker only.
 */
public interface Layer extends ByteChannel { // decision 207

    /** Nothing: the connection reads from its socket and writes to it. */
    Layer NONE = new None();

    /** Borrows the worker's buffers and loads what was kept. */
    default void beginVisit() {
    }

    /** Keeps what is left and gives the buffers back. */
    default void endVisit() {
    }

    /** Whether a request can't come yet. */
    default boolean isOpening() {
        return false;
    }

    /** Whether a byte of what comes before the first request has come. */
    default boolean hasBegun() {
        return false;
    }

    /** Whether a read would get something that no selector reports, as it is here already. */
    default boolean hasInput() {
        return false;
    }

    /** Bytes of what was written here that the socket has yet to take. */
    default int unsentBytes() {
        return 0;
    }

    /** Writes what the socket has yet to take; whether it took all. */
    default boolean flush() throws IOException {
        return true;
    }

    /** Whether nothing goes on here before the {@link #task} has been run. */
    default boolean isBusy() {
        return false;
    }

    /**
     * Takes what has to be done on another thread; null if there is nothing, or if it has been
     * taken. The connection is visited again when it has been run.
     */
    default Runnable task() {
        return null;
    }

    /** Bytes of memory that are kept between two visits. */
    default int keptBytes() {
        return 0;
    }

    /**
     * The channel that gives and takes the bytes of bodies unchanged, so that the system may move
     * them by itself; null if they are changed on their way.
     *
     * @param socket what the connection reads from and writes to
     */
    default ByteChannel direct(ByteChannel socket) {
        return socket;
    }

    /** What is known of the connection, with what was learned here, once it is open. */
    default ConnectionInfo tell(ConnectionInfo known) {
        return known;
    }

    /**
     * Tells the peer that no more is sent, if the socket takes it now. Nothing is written after
     * this. May be called between two visits.
     */
    default void endOutput() throws IOException {
    }

    /** The layer of a connection that has none. */
    final class None implements Layer {

        private None() {
        }

        @Override
        public int read(ByteBuffer target) {
            throw new IllegalStateException("there is no layer");
        }

        @Override
        public int write(ByteBuffer source) {
            throw new IllegalStateException("there is no layer");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
