package io.millrace.server;

/**
 * The load of a worker, as the acceptor sees it.
 *
 * <p>Threads: the acceptor only.
 */
interface WorkerLoad {

    /** Open connections that were dealt to the worker, adopted or not. */
    long connections();

    /** Those of them that the worker has not adopted yet. */
    long waiting();

    /** Bytes known to be still to come or to go on the adopted ones. */
    long bytesInFlight();
}
