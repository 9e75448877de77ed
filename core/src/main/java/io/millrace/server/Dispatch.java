package io.millrace.server;

/**
 * How the acceptor chooses the worker of a new connection.
 *
 * @since 0.1
 */
public enum Dispatch {

    /** Each worker in its turn. Even where connections are alike, or many. */
    ROUND_ROBIN,

    /**
     * The worker with the fewest bytes in flight, among equals the one with the fewest connections,
     * among equals the next in turn. In flight is what is known to be still coming of request
     * bodies and still to go of responses. A connection that its worker has yet to adopt is taken
     * to bring as much as the others have on average, so that a burst doesn't go to one worker. Of
     * use where a few connections have much more to move than the rest for long, and others come
     * meanwhile: a connection never changes its worker.
     */
    LEAST_LOADED
}
