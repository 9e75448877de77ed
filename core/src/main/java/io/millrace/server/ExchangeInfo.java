package io.millrace.server;

/**
 * Which exchange a {@link ServerListener} is told about. Immutable; each exchange has one, which
 * stays the same object. Threads: any.
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

    /** The connection that the request came on. */
    public ConnectionInfo connection() {
        return connection;
    }

    /** The number of the exchange, counted from 0 on its connection; there may be gaps. */
    public long number() {
        return number;
    }

    /** The request's method. */
    public String method() {
        return method;
    }

    /** The request target as it was sent. */
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
