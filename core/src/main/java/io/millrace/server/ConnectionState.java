package io.millrace.server;

/** Where a {@link Connection} is between two requests or within one. */
enum ConnectionState {
    /** Waiting for a request's head, or in the middle of one. */
    HEAD,
    /** A request is being responded to. */
    EXCHANGE,
    /** What came is no request; the refusal is in the buffer. */
    REFUSED,
    /** Dropping the rest of a short unwanted body, to use the connection again. */
    SKIP,
    /** Dropping what still comes, so that the last response arrives. */
    LINGER,
    /** Nothing is called any more. */
    CLOSED
}
