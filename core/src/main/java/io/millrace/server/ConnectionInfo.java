package io.millrace.server;

import java.net.SocketAddress;

/**
 * Which connection a {@link ServerListener} is told about. Immutable.
 *
 * @param id counted from 0 by each worker; with {@code worker} it is unique in a server
 * @param worker index of the worker that owns the connection
 * @param peer the client's address; null if it had left before it could be asked, or has none
 * @param acceptedNs {@link System#nanoTime} when the worker took the connection over
 * @since 0.1
 */
public record ConnectionInfo(long id, int worker, SocketAddress peer, long acceptedNs) {
}
