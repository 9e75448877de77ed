package io.millrace.server;

import java.net.SocketAddress;

/**
 * Identifies a connection to a {@link ServerListener}. Each connection has one, always the same
 * object.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class ConnectionInfo {

    private final long id;
    private final int worker;
    private final SocketAddress peer;
    private final long acceptedNs;

    ConnectionInfo(long id, int worker, SocketAddress peer, long acceptedNs) {
        this.id = id;
        this.worker = worker;
        this.peer = peer;
        this.acceptedNs = acceptedNs;
    }

    /**
     * The number of the connection, counted by its worker from 0; unique together with {@link
     * #worker}.
     */
    public long id() {
        return id;
    }

    /** The index of the worker that owns the connection. */
    public int worker() {
        return worker;
    }

    /** The client's address; null if the client left too early or has none. */
    public SocketAddress peer() {
        return peer;
    }

    /** {@link System#nanoTime} when the worker took the connection. */
    public long acceptedNs() {
        return acceptedNs;
    }

    /** The worker, the number and the client's address. */
    @Override
    public String toString() {
        return "connection " + worker + "/" + id + " of " + peer;
    }
}
