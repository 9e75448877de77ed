package io.millrace.http;

/**
 * Why the body of a request can't become whole, and so who is to blame. More reasons may be added;
 * an exchange treats one that it doesn't know like {@link #PEER_LEFT}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public enum Abandonment {
    /** The client closed or reset the connection before the body's end. */
    PEER_LEFT,
    /** The client sent the body, or took what was sent before, too slowly. */
    TOO_SLOW,
    /** The client sent a malformed body. */
    MALFORMED,
    /** The body grew over a limit. */
    TOO_LARGE,
    /**
     * The sink, or {@link Exchange#onProgress}, threw the cause, or the sink broke its contract.
     */
    SINK_FAILED,
    /**
     * The application took too long: its sink had no room in time, or it decided on the exchange
     * after the request had ended.
     */
    APPLICATION_TOO_SLOW,
    /** An executor of the application rejected or refused the task that was to go on. */
    EXECUTOR_FAILED,
    /** The server stops, and its time to wait is up. */
    SERVER_STOPS,
    /** The server itself failed. */
    SERVER_FAILED
}
