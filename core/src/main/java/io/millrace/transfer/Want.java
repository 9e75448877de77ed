package io.millrace.transfer;

/** What a connection waits for after a visit. */
public enum Want {
    /** The socket is readable. */
    READ,
    /** The socket is writable, which may be so at once. */
    WRITE,
    /** As READ and as WRITE: the connection sends a response and still reads its request. */
    READ_WRITE,
    /** The application has a result or a signal, or the client sends or leaves. */
    APPLICATION,
    /** As APPLICATION, but the socket is not read before. */
    APPLICATION_ALONE,
    /** As READ, after its sending side is shut down. */
    LINGER,
    /** Nothing: close it. */
    CLOSE
}
