package io.millrace.server;

/** What a connection is being timed for; each has a timeout of its own in {@link ServerOptions}. */
enum Phase {
    /** Between a connection's start and the first byte of its first request. */
    FIRST_BYTE,
    /** Between requests. */
    IDLE,
    /** Between the first byte of a head and its last. */
    HEAD,
    /** A body is moving, in either direction. */
    PROGRESS,
    /** Unwanted bytes are being dropped. */
    LINGER,
    /** The application has the word: it is to answer, to make room, or to bring on its body. */
    APPLICATION,
    /** Nothing: the connection has ended. */
    NONE
}
