package io.millrace.server;

/**
 * Which exchange a {@link ServerListener} is told about. Immutable.
 *
 * @param connection where it takes place
 * @param number counted from 0 on its connection; numbers may be left out
 * @param method the request's method
 * @param target the request target as it was sent
 * @param headNs {@link System#nanoTime} when the head was complete
 * @since 0.1
 */
public record ExchangeInfo(ConnectionInfo connection, long number, String method, String target,
        long headNs) {
}
