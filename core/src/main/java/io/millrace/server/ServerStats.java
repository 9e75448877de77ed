package io.millrace.server;

import java.time.Duration;
import java.util.List;

/**
 * Statistics of a server since its start, at one moment. The workers go on while their counters are
 * read one after the other, so sums may be slightly inconsistent. The package {@code
 * io.millrace.metrics} writes them for Prometheus.
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
    private final long maxConnections;
    private final long logDrops;
    private final Duration uptime;
    private final List<WorkerStats> workers;
    private final WorkerStats total;

    private ServerStats(Builder builder) {
        accepted = builder.accepted;
        turnedAway = builder.turnedAway;
        acceptPauses = builder.acceptPauses;
        overPeerLimit = builder.overPeerLimit;
        maxConnections = builder.maxConnections;
        logDrops = builder.logDrops;
        uptime = builder.uptime;
        workers = builder.workers;
        total = WorkerStats.sum(workers);
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

    /** The limit of open connections: {@link ServerOptions#maxConnections}. */
    public long maxConnections() { return maxConnections; }

    /** Log lines dropped as they were not written in time, by all servers of the JVM. */
    public long logDrops() { return logDrops; }

    /** Time since the server was started. */
    public Duration uptime() { return uptime; }

    /** One entry per worker. */
    public List<WorkerStats> workers() { return workers; }

    /** The sums over all workers. */
    public WorkerStats total() { return total; }

    /** Connections open now, over all workers. */
    public long openConnections() { return total.openConnections(); }

    /** Requests that got a response, over all workers. */
    public long requests() { return total.requests(); }

    /** Bytes read, over all workers. */
    public long bytesIn() { return total.bytesIn(); }

    /** Bytes written, over all workers. */
    public long bytesOut() { return total.bytesOut(); }

    /**
     * The share of all bytes, in both directions, that the busiest worker moved: from 1 / workers
     * (even) to 1; NaN before the first byte.
     */
    public double busiestShare() {
        long busiest = workers.stream().mapToLong(w -> w.bytesIn() + w.bytesOut()).max().orElse(0);
        return (double) busiest / (bytesIn() + bytesOut());
    }

    /**
     * The share of their time that the workers spent working since an earlier moment: from 0 (all
     * waited) to 1 (no worker waited); NaN if no time has passed.
     *
     * @param earlier statistics of the same server
     */
    public double busyShareSince(ServerStats earlier) {
        double nanos = (double) uptime.minus(earlier.uptime).toNanos() * workers.size();
        return (total.busyNs() - earlier.total.busyNs()) / nanos;
    }

    /** The counters of the acceptor and of each worker. */
    @Override
    public String toString() {
        return "ServerStats[accepted=" + accepted + ", turnedAway=" + turnedAway
                + ", acceptPauses=" + acceptPauses + ", overPeerLimit=" + overPeerLimit
                + ", logDrops=" + logDrops + ", workers=" + workers + "]";
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
        private long maxConnections;
        private long logDrops;
        private Duration uptime = Duration.ZERO;
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

        /** Sets {@link ServerStats#maxConnections}. */
        public Builder maxConnections(long maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        /** Sets {@link ServerStats#logDrops}. */
        public Builder logDrops(long logDrops) {
            this.logDrops = logDrops;
            return this;
        }

        /** Sets {@link ServerStats#uptime}. */
        public Builder uptime(Duration uptime) {
            this.uptime = uptime;
            return this;
        }

        /** Sets {@link ServerStats#workers}. */
        public Builder workers(WorkerStats... workers) {
            this.workers = List.of(workers);
            return this;
        }

        /** The statistics. */
        public ServerStats build() {
            return new ServerStats(this);
        }
    }
}
