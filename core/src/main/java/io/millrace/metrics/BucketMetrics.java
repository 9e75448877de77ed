package io.millrace.metrics;

import io.millrace.bucket.BucketStats;

/**
 * The metrics of a store in a bucket, made of its statistics.
 *
 * <p>Threads: one at a time.
 */
final class BucketMetrics {

    private final BucketStats stats;

    BucketMetrics(BucketStats stats) {
        this.stats = stats;
    }

    void write(MetricsWriter out) {
        out.counter("millrace_bucket_requests_total",
                "Requests to the engine that have ended, by operation and outcome.");
        for (BucketStats.Requests each : stats.requests()) {
            out.sample(each.count(), "operation", each.operation(), "outcome", each.outcome());
        }
        out.counter("millrace_bucket_retries_total",
                "Requests to the engine that were sent again, by operation.");
        for (BucketStats.Retries each : stats.retries()) {
            out.sample(each.count(), "operation", each.operation());
        }
        out.gauge("millrace_bucket_requests_in_flight",
                "Requests to the engine on their way, bodies that are being read included.")
                .sample(stats.inFlight());
        out.histogram("millrace_bucket_request_duration_seconds",
                "Time from a request to the engine to the head of its response, with retries.",
                BucketStats.latencyBounds(), stats.latencies(), stats.latency());
        out.counter("millrace_bucket_sent_bytes_total",
                "Bytes of objects sent to the engine.").sample(stats.sentBytes());
        out.counter("millrace_bucket_received_bytes_total",
                "Bytes of objects received from the engine.").sample(stats.receivedBytes());
        out.gauge("millrace_bucket_buffer_bytes",
                "Memory that the bodies of PUTs and resumable uploads take.")
                .sample(stats.bufferBytes());
        out.gauge("millrace_bucket_buffer_limit_bytes",
                "Memory that the bodies of PUTs and resumable uploads may take.")
                .sample(stats.maxBufferBytes());
        out.gauge("millrace_bucket_read_buffer_bytes",
                "Memory that objects take on their way from the engine to clients.")
                .sample(stats.readBytes());
        out.gauge("millrace_bucket_read_buffer_limit_bytes",
                "Memory that objects may take on their way from the engine to clients.")
                .sample(stats.maxReadBytes());
        out.gauge("millrace_bucket_resumable_uploads",
                "Unfinished resumable uploads of all nodes, at this node's last look.")
                .sample(stats.resumableUploads());
        out.counter("millrace_bucket_cache_hits_total",
                "GET and HEAD requests served from memory without asking the engine.")
                .sample(stats.cacheHits());
        out.counter("millrace_bucket_cache_misses_total",
                "GET and HEAD requests for what was not in memory.").sample(stats.cacheMisses());
        out.counter("millrace_bucket_cache_revalidations_total",
                "Times the engine was asked whether an object in memory is still current.")
                .sample(stats.cacheRevalidations());
        out.gauge("millrace_bucket_cache_objects", "Objects in memory.")
                .sample(stats.cachedObjects());
        out.gauge("millrace_bucket_cache_bytes", "Memory that objects take.")
                .sample(stats.cacheBytes());
        out.counter("millrace_bucket_token_refusals_total",
                "Requests refused because of their token, by what is wrong with it.")
                .sample(stats.missingTokens(), "reason", "missing")
                .sample(stats.wrongTokens(), "reason", "wrong")
                .sample(stats.forbidden(), "reason", "forbidden");
    }
}
