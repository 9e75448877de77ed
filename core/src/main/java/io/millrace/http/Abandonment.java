package io.millrace.http;

/**
 * Why a request body could not be received completely, and therefore who is to blame. Later
 * versions may add reasons: an exchange should treat an unknown one like {@link #PEER_LEFT}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public enum Abandonment {
    /** The client closed or reset the connection before the end of the body. */
    PEER_LEFT,
    /** The client sent the body, or read an earlier response, too slowly. */
    TOO_SLOW,
    /** The client sent a malformed body. */
    MALFORMED,
    /** The body exceeded a limit. */
    TOO_LARGE,
    /** The sink or {@link Exchange#onProgress} threw the cause, or the sink broke its contract. */
    SINK_FAILED,
    /**
     * The application took too long: its sink had no room in time, or it decided on the exchange
     * after the request had ended.
     */
    APPLICATION_TOO_SLOW,
    /**
     * An executor of the application rejected or refused the task that was to continue the
     * exchange.
     */
    EXECUTOR_FAILED,
    /**
     * The application wants no more of the body: {@link RequestHead#stopBody}.
     *
     * @since 0.1
     */
    STOPPED,
    /** The server is shutting down, and its drain time has passed. */
    SERVER_STOPS,
    /** The server itself failed. */
    SERVER_FAILED
}
