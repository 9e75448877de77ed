package io.millrace.transfer;

import java.nio.channels.SelectionKey;

/** What a connection waits for after a visit. */
public enum Want {
    /** The socket is readable. */
    READ(SelectionKey.OP_READ),
    /** The socket is writable, which may be so at once. */
    WRITE(SelectionKey.OP_WRITE),
    /** As READ and as WRITE: the connection sends a response and still reads its request. */
    READ_WRITE(SelectionKey.OP_READ | SelectionKey.OP_WRITE),
    /** The application has a result or a signal, or the client sends or leaves. */
    APPLICATION(SelectionKey.OP_READ),
    /** As APPLICATION, but the socket is not read before. */
    APPLICATION_ALONE(0),
    /** As READ, after its sending side is shut down. */
    LINGER(SelectionKey.OP_READ),
    /** Nothing: close it. */
    CLOSE(0);

    /** What to ask a selector for. */
    public final int interest;

    Want(int interest) {
        this.interest = interest;
    }

    /** Whether what the client sends is taken next, so that what is here already need not wait. */
    public boolean isForInput() {
        return this == READ || this == APPLICATION;
    }
}
