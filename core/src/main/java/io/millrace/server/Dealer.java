package io.millrace.server;

import java.util.List;

/**
 * Chooses which worker a new connection is offered to first.
 *
 * <p>Threads: the acceptor only.
 */
abstract class Dealer {

    /** What a worker has to do, as the acceptor sees it. */
    interface WorkerLoad {

        /** Connections that were dealt to the worker and are open, adopted or not. */
        long connections();

        /** Those of them that the worker has yet to adopt. */
        long waiting();

        /** Bytes that are known to be still coming or still to go on the adopted ones. */
        long bytesInFlight();
    }

    final List<? extends WorkerLoad> workers;
    /** Whose turn it is. */
    int next;

    private Dealer(List<? extends WorkerLoad> workers) {
        this.workers = workers;
    }

    /** A dealer to these workers. */
    static Dealer of(Dispatch dispatch, List<? extends WorkerLoad> workers) {
        return switch (dispatch) {
            case ROUND_ROBIN -> new RoundRobin(workers);
            case LEAST_LOADED -> new LeastLoaded(workers);
        };
    }

    /** The worker to try first. If its inbox is full, the next ones are tried in order. */
    abstract int choose();

    /** A worker has taken the connection. */
    void dealt(int worker) {
        next = (worker + 1) % workers.size();
    }

    private static final class RoundRobin extends Dealer { // decision 23

        RoundRobin(List<? extends WorkerLoad> workers) {
            super(workers);
        }

        @Override
        int choose() {
            return next;
        }
    }

    private static final class LeastLoaded extends Dealer { // decision 24

        private final long[] bytes;
        private final long[] waiting;

        LeastLoaded(List<? extends WorkerLoad> workers) {
            super(workers);
            bytes = new long[workers.size()];
            waiting = new long[workers.size()];
        }

        @Override
        int choose() {
            long bytesEach = readAll();
            int best = next;
            for (int i = 1; i < bytes.length; i++) {
                int worker = (next + i) % bytes.length;
                if (compare(worker, best, bytesEach) < 0) {
                    best = worker;
                }
            }
            return best;
        }

        /** Reads the workers' counters; returns the average of an adopted connection. */
        private long readAll() {
            long allBytes = 0;
            long adopted = 0;
            for (int i = 0; i < bytes.length; i++) {
                WorkerLoad load = workers.get(i);
                bytes[i] = load.bytesInFlight();
                waiting[i] = load.waiting();
                allBytes += bytes[i];
                adopted += load.connections() - waiting[i];
            }
            return adopted <= 0 ? 0 : allBytes / adopted;
        }

        private int compare(int one, int other, long bytesEach) {
            int byBytes = Long.compare(bytes[one] + waiting[one] * bytesEach,
                    bytes[other] + waiting[other] * bytesEach);
            return byBytes != 0 ? byBytes : Long.compare(
                    workers.get(one).connections(), workers.get(other).connections());
        }
    }
}
