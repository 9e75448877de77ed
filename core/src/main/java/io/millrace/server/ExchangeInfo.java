package io.millrace.server;

import io.millrace.http.ConnectionInfo;

/**
 * Identifies a request and its response to a {@link ServerListener}. Each exchange has one, always
 * the same object.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class ExchangeInfo {

    private final ConnectionInfo connection;
    private final long number;
    private final String method;
    private final String target;
    private final long headNs;

    ExchangeInfo(ConnectionInfo connection, long number, String method, String target,
            long headNs) {
        this.connection = connection;
        this.number = number;
        this.method = method;
        this.target = target;
        this.headNs = headNs;
    }

    /** The connection of the request, as {@link io.millrace.http.RequestHead#connection} has it. */
    public ConnectionInfo connection() {
        return connection;
    }

    /** The number of the exchange, counted on its connection from 0; there may be gaps. */
    public long number() {
        return number;
    }

    /** The request's method. */
    public String method() {
        return method;
    }

    /** The request target as sent. */
    public String target() {
        return target;
    }

    /** {@link System#nanoTime} when the head was complete. */
    public long headNs() {
        return headNs;
    }

    /** The request, its number and its connection. */
    @Override
    public String toString() {
        return method + " " + target + ", request " + number + " on " + connection;
    }
}
