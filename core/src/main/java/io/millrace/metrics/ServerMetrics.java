package io.millrace.metrics;

import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics of a server, made of its statistics.
 *
 * <p>Threads: one at a time.
 */
final class ServerMetrics {

    /**
     * Those that a server makes itself. They are written from the start: of a counter that appears
     * with its first event Prometheus sees no change.
     */
    private static final List<Integer> REFUSALS =
            List.of(400, 408, 413, 414, 417, 421, 431, 500, 501, 503, 505);

    private final ServerStats stats;
    private final WorkerStats total;
    private final boolean isDraining;

    ServerMetrics(ServerStats stats, boolean isDraining) {
        this.stats = stats;
        this.total = stats.total();
        this.isDraining = isDraining;
    }

    void write(MetricsWriter out) {
        writeConnections(out);
        writeRequests(out);
        writeBytes(out);
        writeEnds(out);
        writeWorkers(out);
    }

    private void writeConnections(MetricsWriter out) {
        out.gauge("millrace_uptime_seconds", "Time since the server was started.")
                .sample(seconds(stats.uptime()));
        out.gauge("millrace_draining", "1 once the server stops, 0 before.")
                .sample(isDraining ? 1 : 0);
        out.counter("millrace_connections_accepted_total", "Connections accepted.")
                .sample(stats.accepted());
        out.gauge("millrace_connections_open", "Connections open now.")
                .sample(total.openConnections());
        out.gauge("millrace_connections_idle", "Connections open now that have no request.")
                .sample(total.idleConnections());
        out.gauge("millrace_connections_limit", "Most connections that may be open at once.")
                .sample(stats.maxConnections());
        out.counter("millrace_connections_turned_away_total",
                "Connections that broke before a worker took them.").sample(stats.turnedAway());
        out.counter("millrace_connections_over_peer_limit_total",
                "Connections closed at once, as their peer had too many.")
                .sample(stats.overPeerLimit());
        out.counter("millrace_connections_evicted_total",
                "Idle connections closed for new ones at the limit.").sample(total.evicted());
        out.counter("millrace_connections_shed_total",
                "Connections reset because they held the most memory.").sample(total.shed());
        out.counter("millrace_accept_pauses_total",
                "Pauses of accepting: at the limit with no idle connection, or out of descriptors.")
                .sample(stats.acceptPauses());
    }

    private void writeRequests(MetricsWriter out) {
        out.counter("millrace_requests_total",
                "Requests that got a response, malformed ones under the method other.");
        for (String method : WorkerStats.methods()) {
            for (int digit = 2; digit <= 5; digit++) {
                out.sample(total.responses(method, digit), "method", method, "status",
                        digit + "xx");
            }
        }
        List<Duration> bounds = WorkerStats.latencyBounds();
        long[] counts = new long[bounds.size() + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = total.latencies(i);
        }
        out.histogram("millrace_request_duration_seconds",
                "Time from the end of a request's head to the end of its response.", bounds,
                counts, Duration.ofNanos(total.latencyNs()));
        out.counter("millrace_requests_cut_total",
                "Requests whose connection ended before their response was complete.")
                .sample(total.cut());
        out.gauge("millrace_uploads_in_progress", "Request bodies being received now.")
                .sample(total.uploads());
    }

    private void writeBytes(MetricsWriter out) {
        out.counter("millrace_received_bytes_total", "Bytes read from connections.")
                .sample(total.bytesIn());
        out.counter("millrace_sent_bytes_total", "Bytes written to connections.")
                .sample(total.bytesOut());
        out.gauge("millrace_in_flight_bytes",
                "Bytes of bodies in progress that are known to be still coming or going.")
                .sample(total.bytesInFlight());
    }

    private void writeEnds(MetricsWriter out) {
        out.counter("millrace_refusals_total",
                "Error responses that the server made itself, by status code.");
        Map<Integer, Long> refusals = new TreeMap<>(total.refusals());
        REFUSALS.forEach(code -> refusals.putIfAbsent(code, 0L));
        refusals.forEach((code, count) -> out.sample(count, "status", code.toString()));
        out.counter("millrace_timeouts_total",
                "Connections and requests that timed out, by what was waited for.");
        total.timeouts().forEach((phase, count) -> out.sample(count, "phase", phase));
        out.counter("millrace_lingered_responses_total",
                "Responses sent while the client was still sending, and drained.")
                .sample(total.lingered());
        out.counter("millrace_failures_total",
                "Errors that ended a connection or a turn of a worker.").sample(total.failed());
        out.counter("millrace_log_lines_dropped_total",
                "Log lines dropped, as they were not written in time.").sample(stats.logDrops());
    }

    private void writeWorkers(MetricsWriter out) {
        List<WorkerStats> workers = stats.workers();
        out.counter("millrace_worker_busy_seconds_total",
                "Time that a worker spent working rather than waiting.");
        for (int i = 0; i < workers.size(); i++) {
            out.sample(seconds(Duration.ofNanos(workers.get(i).busyNs())), "worker", "" + i);
        }
        out.gauge("millrace_worker_connections_open", "Connections open now, by worker.");
        for (int i = 0; i < workers.size(); i++) {
            out.sample(workers.get(i).openConnections(), "worker", "" + i);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
