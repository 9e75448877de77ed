package io.millrace.server;

import io.millrace.codec.ParsedHead;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Counters.Figure;
import io.millrace.transfer.Phase;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Statistics of one worker, or of all workers together, since the start of their server.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class WorkerStats {

    private static final List<String> METHODS = methodNames();
    private static final List<Duration> LATENCY_BOUNDS =
            Counters.LATENCY_BOUNDS_US.stream().map(us -> Duration.of(us, ChronoUnit.MICROS))
                    .toList();

    /** Those that have an end. */
    private static final List<Phase> PHASES =
            Stream.of(Phase.values()).filter(phase -> phase.timeouts != null).toList();

    /** Nothing writes to them any more. */
    private final Counters counters;

    private WorkerStats(List<Counters> counters) {
        this.counters = Counters.sum(counters);
    }

    static WorkerStats of(Counters counters) {
        return new WorkerStats(List.of(counters));
    }

    static WorkerStats sum(List<WorkerStats> all) {
        return new WorkerStats(all.stream().map(one -> one.counters).toList());
    }

    private static List<String> methodNames() {
        List<String> names = new ArrayList<>(ParsedHead.METHODS);
        names.add("other");
        return List.copyOf(names);
    }

    /** A builder, for tests of programs that report statistics. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The methods by which responses are counted. The last is {@code other}: of all other methods,
     * and of input that is not a request.
     */
    public static List<String> methods() { return METHODS; }

    /**
     * Upper bounds of the buckets in which the times of requests are counted, from the shortest to
     * the longest. One more bucket is for requests that took longer.
     */
    public static List<Duration> latencyBounds() { return LATENCY_BOUNDS; }

    /** Connections adopted. */
    public long connections() { return counters.read(Figure.ADOPTED); }

    /** Connections open now. */
    public int openConnections() {
        return (int) Math.max(0, connections() - counters.read(Figure.CLOSED));
    }

    /** Connections open now that have no request, as of the end of the worker's last turn. */
    public int idleConnections() { return (int) counters.read(Figure.IDLE); }

    /** Requests that got a response, refused input included. */
    public long requests() { return counters.responses(); }

    /**
     * Responses to a method, of a status class.
     *
     * @param method one of {@link #methods}
     * @param statusClass the first digit of the status code
     */
    public long responses(String method, int statusClass) {
        return counters.responses(index(METHODS, method), statusClass);
    }

    /**
     * Error responses by status code that the server made itself: to malformed or late
     * requests, to those beyond a limit or for another host, and in place of a handler that
     * failed. Codes with no such response are missing.
     */
    public Map<Integer, Long> refusals() {
        Map<Integer, Long> refusals = new TreeMap<>();
        for (int code = Counters.LEAST_REFUSAL; code <= Counters.MOST_REFUSAL; code++) {
            if (counters.refusals(code) > 0) {
                refusals.put(code, counters.refusals(code));
            }
        }
        return refusals;
    }

    /**
     * Requests by the time from the end of the head to the end of the response: until its last byte
     * was passed to the system, or waits for the socket. The time that a request waits for its turn
     * at the worker counts. Input that is not a request has no time.
     *
     * @param bucket the index in {@link #latencyBounds}, or their number for requests that took
     *     longer; each bucket begins where the one before it ends
     */
    public long latencies(int bucket) { return counters.latencies(bucket); }

    /** The sum of those times, in nanoseconds. */
    public long latencyNs() { return counters.read(Figure.LATENCY_NS); }

    /** Requests whose connection ended before their response was complete. */
    public long cut() { return counters.read(Figure.CUT); }

    /** Request bodies that are being received now. */
    public long uploads() { return counters.read(Figure.UPLOADS); }

    /** Bytes read from sockets. */
    public long bytesIn() { return counters.read(Figure.BYTES_IN); }

    /** Bytes written to sockets. */
    public long bytesOut() { return counters.read(Figure.BYTES_OUT); }

    /**
     * Bytes that request bodies are still known to miss and responses still have to send; at
     * most 64 GiB per body.
     */
    public long bytesInFlight() { return counters.read(Figure.BYTES_IN_FLIGHT); }

    /** Time spent working rather than waiting, in nanoseconds. */
    public long busyNs() { return counters.busyNs(); }

    /**
     * Responses sent while the client was still sending; the connection was then half-closed
     * and drained.
     */
    public long lingered() { return counters.read(Figure.LINGERED); }

    /** Connections and requests ended by a timeout. */
    public long timedOut() { return counters.timeouts(); }

    /**
     * The same by what was waited for: {@code first-byte} and {@code idle} for a request,
     * {@code head} for the rest of one, {@code progress} for bytes of a body to move, {@code
     * application} for it to respond, {@code linger} for the end of an unread body.
     */
    public Map<String, Long> timeouts() {
        Map<String, Long> timeouts = new LinkedHashMap<>();
        for (Phase phase : PHASES) {
            timeouts.put(name(phase), counters.read(phase.timeouts));
        }
        return timeouts;
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int index(List<?> all, Object one) {
        if (!all.contains(one)) {
            throw new IllegalArgumentException("must be one of " + all + ": " + one);
        }
        return all.indexOf(one);
    }

    /**
     * Exceptions and errors, such as running out of memory, that ended a connection or one turn
     * of the event loop.
     */
    public long failed() { return counters.read(Figure.FAILED); }

    /** Connections reset because they kept the most memory beyond {@code maxKeptBytes}. */
    public long shed() { return counters.read(Figure.SHED); }

    /** Connections without a request closed at {@link ServerOptions#maxConnections}. */
    public long evicted() { return counters.read(Figure.EVICTED); }

    /** The counters. */
    @Override
    public String toString() {
        return "WorkerStats[requests=" + requests() + ", openConnections=" + openConnections()
                + ", timedOut=" + timedOut() + ", busyNs=" + busyNs() + ", " + counters + "]";
    }

    /**
     * Sets counters, which start at 0. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final Counters counters = new Counters();
        private int openConnections;

        private Builder() {
        }

        private Builder set(Figure figure, long value) {
            counters.set(figure, value);
            return this;
        }

        /** Sets {@link WorkerStats#connections}. */
        public Builder connections(long count) { return set(Figure.ADOPTED, count); }

        /** Sets {@link WorkerStats#openConnections}. */
        public Builder openConnections(int count) {
            openConnections = count;
            return this;
        }

        /** Sets {@link WorkerStats#idleConnections}. */
        public Builder idleConnections(int count) { return set(Figure.IDLE, count); }

        /** Adds to {@link WorkerStats#responses} and {@link WorkerStats#requests}. */
        public Builder responses(String method, int status, long count) {
            counters.responded(index(METHODS, method), status, count);
            return this;
        }

        /** Adds to {@link WorkerStats#refusals}. */
        public Builder refusals(int status, long count) {
            counters.refused(status, count);
            return this;
        }

        /** Adds requests to {@link WorkerStats#latencies}. */
        public Builder latencies(Duration each, long count) {
            counters.addLatency(each.toNanos(), count);
            return this;
        }

        /** Sets {@link WorkerStats#cut}. */
        public Builder cut(long count) { return set(Figure.CUT, count); }

        /** Sets {@link WorkerStats#uploads}. */
        public Builder uploads(long count) { return set(Figure.UPLOADS, count); }

        /** Sets {@link WorkerStats#bytesIn}. */
        public Builder bytesIn(long bytes) { return set(Figure.BYTES_IN, bytes); }

        /** Sets {@link WorkerStats#bytesOut}. */
        public Builder bytesOut(long bytes) { return set(Figure.BYTES_OUT, bytes); }

        /** Sets {@link WorkerStats#bytesInFlight}. */
        public Builder bytesInFlight(long bytes) { return set(Figure.BYTES_IN_FLIGHT, bytes); }

        /** Sets {@link WorkerStats#busyNs}. */
        public Builder busyNs(long nanos) {
            counters.endTurn(counters.busyNs(), nanos);
            return this;
        }

        /** Sets {@link WorkerStats#lingered}. */
        public Builder lingered(long count) { return set(Figure.LINGERED, count); }

        /** Sets one of {@link WorkerStats#timeouts}. */
        public Builder timeouts(String phase, long count) {
            return set(PHASES.get(index(PHASES.stream().map(WorkerStats::name).toList(), phase))
                    .timeouts, count);
        }

        /** Sets {@link WorkerStats#failed}. */
        public Builder failed(long count) { return set(Figure.FAILED, count); }

        /** Sets {@link WorkerStats#shed}. */
        public Builder shed(long count) { return set(Figure.SHED, count); }

        /** Sets {@link WorkerStats#evicted}. */
        public Builder evicted(long count) { return set(Figure.EVICTED, count); }

        /** The statistics. */
        public WorkerStats build() {
            counters.set(Figure.CLOSED, counters.read(Figure.ADOPTED) - openConnections);
            return WorkerStats.of(counters);
        }
    }
}
