package io.millrace.event;

/**
 * What becomes of a stream whose client reads more slowly than events are sent, once more bytes
 * wait for it than {@link EventBroadcast.Builder#maxQueuedBytes} allows.
 *
 * @since 0.1
 */
public enum Overflow {
    /**
     * The stream ends. The client sees that it does, reconnects, and gets what it has missed if the
     * broadcast keeps a {@linkplain EventBroadcast.Builder#history history}. The default: no event
     * is lost without a sign.
     */
    CLOSE,
    /**
     * The events that have waited longest are dropped. For values of which only the last counts,
     * such as a price or a position.
     */
    DROP_OLDEST
}
