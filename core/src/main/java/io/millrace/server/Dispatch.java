package io.millrace.server;

/**
 * How the acceptor chooses the worker of a new connection.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public enum Dispatch {

    /** Each worker in turn. Balanced if connections are alike or many. */
    ROUND_ROBIN,

    /**
     * The worker with the fewest bytes in flight; among equals the one with the fewest connections,
     * then the next in turn.
     *
     * <p>In flight are the bytes still known to come in request bodies and to go in responses. A
     * connection that its worker has not taken yet counts with the average of the others, so that a
     * burst does not go to one worker. This helps if a few connections have much more to move than
     * the rest, for long, while others arrive: a connection never changes its worker.
     */
    LEAST_LOADED
}
