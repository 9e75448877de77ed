package io.millrace.server;

import io.millrace.transfer.Counters;
import io.millrace.transfer.Counters.Figure;
import java.util.List;

/**
 * Statistics of a server since its start, at one moment. The workers go on while their counters are
 * read one after the other, so sums may be slightly inconsistent.
 *
 * <p>Threads: any, immutable.
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

    /** A builder, for tests of programs that report statistics. */
    public static Builder builder() {
        return new Builder();
    }

    /** Connections accepted. */
    public long accepted() { return accepted; }

    /**
     * Connections closed at once, because they broke before a worker took them, or because they
     * came to an address for proxies from elsewhere ({@link Endpoint#proxies}).
     */
    public long turnedAway() { return turnedAway; }

    /**
     * How often accept paused: out of descriptors, at the connection limit with no idle connection,
     * or with the inboxes of all workers full.
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

    /** Requests that got a response, over all workers. */
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
     * The share of all bytes, in both directions, that the busiest worker moved: from 1 / workers
     * (even) to 1; NaN before the first byte.
     */
    public double busiestShare() {
        long busiest = workers.stream().mapToLong(w -> w.bytesIn() + w.bytesOut()).max().orElse(0);
        return (double) busiest / (bytesIn() + bytesOut());
    }

    /** The counters of the acceptor and of each worker. */
    @Override
    public String toString() {
        return "ServerStats[accepted=" + accepted + ", turnedAway=" + turnedAway
                + ", acceptPauses=" + acceptPauses + ", overPeerLimit=" + overPeerLimit
                + ", workers=" + workers + "]";
    }

    /**
     * Statistics of one worker. Threads: any, immutable.
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

        /** A builder, for tests of programs that report statistics. */
        public static Builder builder() {
            return new Builder();
        }

        /** Connections adopted. */
        public long connections() { return connections; }

        /** Connections open now. */
        public int openConnections() { return openConnections; }

        /** Requests that got a response. */
        public long requests() { return requests; }

        /** Bytes read from sockets. */
        public long bytesIn() { return bytesIn; }

        /** Bytes written to sockets. */
        public long bytesOut() { return bytesOut; }

        /**
         * Bytes that request bodies are still known to miss and responses still have to send; at
         * most 64 GiB per body.
         */
        public long bytesInFlight() { return bytesInFlight; }

        /** Time spent working rather than waiting, in nanoseconds. */
        public long busyNs() { return busyNs; }

        /**
         * Responses sent while the client was still sending; the connection was then half-closed
         * and drained.
         */
        public long lingered() { return lingered; }

        /** Connections ended by a timeout. */
        public long timedOut() { return timedOut; }

        /**
         * Exceptions and errors, such as running out of memory, that ended a connection or one turn
         * of the event loop.
         */
        public long failed() { return failed; }

        /** Connections reset because they kept the most memory beyond {@code maxKeptBytes}. */
        public long shed() { return shed; }

        /** Connections without a request closed at {@link ServerOptions#maxConnections}. */
        public long evicted() { return evicted; }

        /** Every counter. */
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
         * Sets counters, which start at 0. Threads: one at a time.
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

            /** The statistics. */
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
     * Sets counters, which start at 0 and without workers. Threads: one at a time.
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

        /** The statistics. */
        public ServerStats build() {
            return new ServerStats(accepted, turnedAway, acceptPauses, overPeerLimit, workers);
        }
    }
}
