package io.millrace.server;

/** What a connection is waiting for; each has its own timeout in {@link ServerOptions}. */
enum Phase {
    /** Waiting for the first byte of the first request. */
    FIRST_BYTE,
    /** Waiting for the next request. */
    IDLE,
    /** Waiting for the rest of a request head. */
    HEAD,
    /** A body is moving, in either direction. */
    PROGRESS,
    /** Discarding an unread body after the last response. */
    LINGER,
    /** Waiting for the application: for a response, for room in a sink, or for bytes of a body. */
    APPLICATION,
    /** Nothing: the connection has ended. */
    NONE
}
