package io.millrace.server;

import io.millrace.transfer.Counters;
import io.millrace.transfer.Counters.Figure;
import java.util.List;

/**
 * What a server has done since it was started, at one moment. Immutable. Figures of different
 * workers are read one after the other while the workers go on, so sums may be off by what happened
 * meanwhile. Threads: any.
 *
 * @since 0.1
 */
public final class ServerStats {

    private final long accepted;
    private final long turnedAway;
    private final long acceptPauses;
    private final long overPeerLimit;
    private final List<WorkerStats> workers;

    ServerStats(long accepted, long turnedAway, long acceptPauses, long overPeerLimit,
            List<WorkerStats> workers) {
        this.accepted = accepted;
        this.turnedAway = turnedAway;
        this.acceptPauses = acceptPauses;
        this.overPeerLimit = overPeerLimit;
        this.workers = List.copyOf(workers);
    }

    /** A builder of figures, for tests of programs that report them. */
    public static Builder builder() {
        return new Builder();
    }

    /** Connections accepted. */
    public long accepted() { return accepted; }

    /** Connections closed at once, because they had broken before a worker got them. */
    public long turnedAway() { return turnedAway; }

    /**
     * Times that accepting paused: out of descriptors, at the limit of connections with none of
     * them idle, or with every worker's inbox full.
     */
    public long acceptPauses() { return acceptPauses; }

    /**
     * Connections closed at once, because their peer had {@link
     * ServerOptions#maxConnectionsPerPeer} open.
     */
    public long overPeerLimit() { return overPeerLimit; }

    /** One entry per worker. */
    public List<WorkerStats> workers() { return workers; }

    /** Connections open now, over all workers. */
    public long openConnections() {
        return workers.stream().mapToLong(WorkerStats::openConnections).sum();
    }

    /** Requests that have got a response, over all workers. */
    public long requests() {
        return workers.stream().mapToLong(WorkerStats::requests).sum();
    }

    /** Bytes read, over all workers. */
    public long bytesIn() {
        return workers.stream().mapToLong(WorkerStats::bytesIn).sum();
    }

    /** Bytes written, over all workers. */
    public long bytesOut() {
        return workers.stream().mapToLong(WorkerStats::bytesOut).sum();
    }

    /**
     * The busiest worker's share of all bytes, in both directions, from 1 / workers (even) to 1;
     * NaN before the first byte.
     */
    public double busiestShare() {
        long busiest = workers.stream().mapToLong(w -> w.bytesIn() + w.bytesOut()).max().orElse(0);
        return (double) busiest / (bytesIn() + bytesOut());
    }

    /** The figures of the acceptor and of each worker. */
    @Override
    public String toString() {
        return "ServerStats[accepted=" + accepted + ", turnedAway=" + turnedAway
                + ", acceptPauses=" + acceptPauses + ", overPeerLimit=" + overPeerLimit
                + ", workers=" + workers + "]";
    }

    /**
     * What one worker has done. Immutable. Threads: any.
     *
     * @since 0.1
     */
    public static final class WorkerStats {

        private final long connections;
        private final int openConnections;
        private final long requests;
        private final long bytesIn;
        private final long bytesOut;
        private final long bytesInFlight;
        private final long busyNs;
        private final long lingered;
        private final long timedOut;
        private final long failed;
        private final long shed;
        private final long evicted;

        WorkerStats(long connections, int openConnections, long requests, long bytesIn,
                long bytesOut, long bytesInFlight, long busyNs, long lingered, long timedOut,
                long failed, long shed, long evicted) {
            this.connections = connections;
            this.openConnections = openConnections;
            this.requests = requests;
            this.bytesIn = bytesIn;
            this.bytesOut = bytesOut;
            this.bytesInFlight = bytesInFlight;
            this.busyNs = busyNs;
            this.lingered = lingered;
            this.timedOut = timedOut;
            this.failed = failed;
            this.shed = shed;
            this.evicted = evicted;
        }

        static WorkerStats of(Counters counters) {
            long closed = counters.read(Figure.CLOSED);
            long adopted = counters.read(Figure.ADOPTED);
            return new WorkerStats(adopted, (int) Math.max(0, adopted - closed),
                    counters.read(Figure.REQUESTS), counters.read(Figure.BYTES_IN),
                    counters.read(Figure.BYTES_OUT), counters.read(Figure.BYTES_IN_FLIGHT),
                    counters.read(Figure.BUSY_NS), counters.read(Figure.LINGERED),
                    counters.read(Figure.TIMED_OUT), counters.read(Figure.FAILED),
                    counters.read(Figure.SHED), counters.read(Figure.EVICTED));
        }

        /** A builder of figures, for tests of programs that report them. */
        public static Builder builder() {
            return new Builder();
        }

        /** Connections adopted. */
        public long connections() { return connections; }

        /** Connections open now. */
        public int openConnections() { return openConnections; }

        /** Requests that have got a response. */
        public long requests() { return requests; }

        /** Bytes read from sockets. */
        public long bytesIn() { return bytesIn; }

        /** Bytes written to sockets. */
        public long bytesOut() { return bytesOut; }

        /**
         * Bytes that request bodies are known to lack now, and that responses have yet to send; of
         * one body at most 64 GiB are counted.
         */
        public long bytesInFlight() { return bytesInFlight; }

        /** Nanoseconds spent at work rather than waiting. */
        public long busyNs() { return busyNs; }

        /** Responses that left while the client was sending, before a half-close and a drain. */
        public long lingered() { return lingered; }

        /** Connections ended by a timeout. */
        public long timedOut() { return timedOut; }

        /**
         * Exceptions and errors, such as memory running out, that ended a connection or a turn of
         * the worker.
         */
        public long failed() { return failed; }

        /** Connections reset as they held most when {@link ServerOptions#maxKeptBytes} was over. */
        public long shed() { return shed; }

        /** Idle connections closed as {@link ServerOptions#maxConnections} was reached. */
        public long evicted() { return evicted; }

        /** Every figure. */
        @Override
        public String toString() {
            return "WorkerStats[connections=" + connections + ", openConnections=" + openConnections
                    + ", requests=" + requests + ", bytesIn=" + bytesIn
                    + ", bytesOut=" + bytesOut + ", bytesInFlight=" + bytesInFlight
                    + ", busyNs=" + busyNs + ", lingered=" + lingered
                    + ", timedOut=" + timedOut + ", failed=" + failed + ", shed=" + shed
                    + ", evicted=" + evicted + "]";
        }

        /**
         * Sets figures, which begin at 0. Threads: one at a time.
         *
         * @since 0.1
         */
        public static final class Builder {

            private long connections;
            private int openConnections;
            private long requests;
            private long bytesIn;
            private long bytesOut;
            private long bytesInFlight;
            private long busyNs;
            private long lingered;
            private long timedOut;
            private long failed;
            private long shed;
            private long evicted;

            private Builder() {
            }

            /** Sets {@link WorkerStats#connections}. */
            public Builder connections(long connections) {
                this.connections = connections;
                return this;
            }

            /** Sets {@link WorkerStats#openConnections}. */
            public Builder openConnections(int openConnections) {
                this.openConnections = openConnections;
                return this;
            }

            /** Sets {@link WorkerStats#requests}. */
            public Builder requests(long requests) {
                this.requests = requests;
                return this;
            }

            /** Sets {@link WorkerStats#bytesIn}. */
            public Builder bytesIn(long bytesIn) {
                this.bytesIn = bytesIn;
                return this;
            }

            /** Sets {@link WorkerStats#bytesOut}. */
            public Builder bytesOut(long bytesOut) {
                this.bytesOut = bytesOut;
                return this;
            }

            /** Sets {@link WorkerStats#bytesInFlight}. */
            public Builder bytesInFlight(long bytesInFlight) {
                this.bytesInFlight = bytesInFlight;
                return this;
            }

            /** Sets {@link WorkerStats#busyNs}. */
            public Builder busyNs(long busyNs) {
                this.busyNs = busyNs;
                return this;
            }

            /** Sets {@link WorkerStats#lingered}. */
            public Builder lingered(long lingered) {
                this.lingered = lingered;
                return this;
            }

            /** Sets {@link WorkerStats#timedOut}. */
            public Builder timedOut(long timedOut) {
                this.timedOut = timedOut;
                return this;
            }

            /** Sets {@link WorkerStats#failed}. */
            public Builder failed(long failed) {
                this.failed = failed;
                return this;
            }

            /** Sets {@link WorkerStats#shed}. */
            public Builder shed(long shed) {
                this.shed = shed;
                return this;
            }

            /** Sets {@link WorkerStats#evicted}. */
            public Builder evicted(long evicted) {
                this.evicted = evicted;
                return this;
            }

            /** The figures. */
            public WorkerStats build() {
                return new WorkerStats(connections, openConnections, requests, bytesIn, bytesOut,
                        bytesInFlight, busyNs, lingered, timedOut, failed, shed, evicted);
            }
        }
    }

    /**
     * Sets figures, which begin at 0 and without a worker. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private long accepted;
        private long turnedAway;
        private long acceptPauses;
        private long overPeerLimit;
        private List<WorkerStats> workers = List.of();

        private Builder() {
        }

        /** Sets {@link ServerStats#accepted}. */
        public Builder accepted(long accepted) {
            this.accepted = accepted;
            return this;
        }

        /** Sets {@link ServerStats#turnedAway}. */
        public Builder turnedAway(long turnedAway) {
            this.turnedAway = turnedAway;
            return this;
        }

        /** Sets {@link ServerStats#acceptPauses}. */
        public Builder acceptPauses(long acceptPauses) {
            this.acceptPauses = acceptPauses;
            return this;
        }

        /** Sets {@link ServerStats#overPeerLimit}. */
        public Builder overPeerLimit(long overPeerLimit) {
            this.overPeerLimit = overPeerLimit;
            return this;
        }

        /** Sets {@link ServerStats#workers}. */
        public Builder workers(WorkerStats... workers) {
            this.workers = List.of(workers);
            return this;
        }

        /** The figures. */
        public ServerStats build() {
            return new ServerStats(accepted, turnedAway, acceptPauses, overPeerLimit, workers);
        }
    }
}
