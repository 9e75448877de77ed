package io.millrace.server;

/** What a connection wants when a visit to it ends. */
enum Want {
    /** To be visited when there is something to read. */
    READ,
    /** To be visited when there is room to write, or at once if there is. */
    WRITE,
    /** To be visited when the application has something to say, or the client sends or leaves. */
    APPLICATION,
    /** As APPLICATION, but no more can be read before. */
    APPLICATION_ALONE,
    /** Its sending side shut; then to be visited when there is something to read. */
    LINGER,
    /** To be closed. */
    CLOSE
}
