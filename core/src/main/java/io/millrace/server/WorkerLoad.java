package io.millrace.server;

/**
 * What a worker has to do, as the acceptor sees it.
 *
 * <p>Threads: the acceptor only.
 */
interface WorkerLoad {

    /** Connections that were dealt to the worker and are open, adopted or not. */
    long connections();

    /** Those of them that the worker has yet to adopt. */
    long waiting();

    /** Bytes that are known to be still coming or still to go on the adopted ones. */
    long bytesInFlight();
}
