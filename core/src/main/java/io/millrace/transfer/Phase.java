package io.millrace.transfer;

import io.millrace.transfer.Counters.Figure;

/**
 * What a connection is waiting for; each has its own timeout in {@code ServerOptions}.
 *
 * <p>Threads: any, immutable.
 */
public enum Phase {
    /** Waiting for the first byte of the first request. */
    FIRST_BYTE(Figure.FIRST_BYTE_TIMEOUTS),
    /** Waiting for the next request. */
    IDLE(Figure.IDLE_TIMEOUTS),
    /** Waiting for the rest of a request head. */
    HEAD(Figure.HEAD_TIMEOUTS),
    /** A body is moving, in either direction. */
    PROGRESS(Figure.PROGRESS_TIMEOUTS),
    /** Discarding an unread body after the last response. */
    LINGER(Figure.LINGER_TIMEOUTS),
    /** Waiting for the application: for a response, for room in a sink, or for bytes of a body. */
    APPLICATION(Figure.APPLICATION_TIMEOUTS),
    /** Nothing: the connection has ended. */
    NONE(null);

    /** What its timeouts are counted in; null if it has none. */
    public final Figure timeouts;

    Phase(Figure timeouts) {
        this.timeouts = timeouts;
    }
}
