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
 * <p>Threads: the owning worker only.
 */
public interface Layer extends ByteChannel { // decision 207

    /** Nothing: the connection reads from its socket and writes to it. */
    Layer NONE = new None();

    /** Borrows the worker's buffers and loads what was kept. */
    void beginVisit();

    /** Keeps what is left and gives the buffers back. */
    void endVisit();

    /** Whether a request can't come yet. */
    boolean isOpening();

    /** Whether a byte has come from the peer. */
    boolean hasBegun();

    /** Whether a read would get something that no selector reports, as it is here already. */
    boolean hasInput();

    /** Bytes of what was written here that the socket has yet to take. */
    int unsentBytes();

    /** Writes what the socket has yet to take; whether it took all. */
    boolean flush() throws IOException;

    /** Whether nothing goes on here before the {@link #task} has been run. */
    boolean isBusy();

    /**
     * Takes what has to be done on another thread; null if there is nothing, or if it has been
     * taken. The connection is visited again when it has been run.
     */
    Runnable task();

    /** Bytes of memory that are kept between two visits. */
    int keptBytes();

    /**
     * The channel that gives and takes the bytes of bodies unchanged, so that the system may move
     * them by itself; null if they are changed on their way.
     *
     * @param socket what the connection reads from and writes to
     */
    ByteChannel direct(ByteChannel socket);

    /** What is known of the connection, with what was learned here, once it is open. */
    ConnectionInfo tell(ConnectionInfo known);

    /**
     * Tells the peer that no more is sent, if the socket takes it now. Nothing is written after
     * this. May be called between two visits.
     */
    void endOutput() throws IOException;

    /** The layer of a connection that has none. */
    final class None implements Layer {

        private None() {
        }

        @Override
        public void beginVisit() {
        }

        @Override
        public void endVisit() {
        }

        @Override
        public boolean isOpening() {
            return false;
        }

        @Override
        public boolean hasBegun() {
            return true;
        }

        @Override
        public boolean hasInput() {
            return false;
        }

        @Override
        public int unsentBytes() {
            return 0;
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public boolean isBusy() {
            return false;
        }

        @Override
        public Runnable task() {
            return null;
        }

        @Override
        public int keptBytes() {
            return 0;
        }

        @Override
        public ByteChannel direct(ByteChannel socket) {
            return socket;
        }

        @Override
        public ConnectionInfo tell(ConnectionInfo known) {
            return known;
        }

        @Override
        public void endOutput() {
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
