package io.millrace.metrics;

import io.millrace.store.StoreStats;
import java.util.OptionalLong;

/**
 * The metrics of a store, made of its statistics. What is not known is left out.
 *
 * <p>Threads: one at a time.
 */
final class StoreMetrics {

    private final StoreStats stats;

    StoreMetrics(StoreStats stats) {
        this.stats = stats;
    }

    void write(MetricsWriter out) {
        out.counter("millrace_store_cache_hits_total", "GET and HEAD requests served from memory.")
                .sample(stats.cacheHits());
        out.counter("millrace_store_cache_misses_total",
                "GET and HEAD requests for what was not in memory.").sample(stats.cacheMisses());
        out.gauge("millrace_store_cache_objects", "Objects in memory.")
                .sample(stats.cachedObjects());
        out.gauge("millrace_store_cache_bytes", "Memory that objects take.")
                .sample(stats.cacheBytes());
        out.gauge("millrace_store_unfinished_uploads", "Staging files of PUTs in progress.")
                .sample(stats.unfinishedUploads());
        out.gauge("millrace_store_resumable_uploads",
                "Unfinished resumable uploads.")
                .sample(stats.resumableUploads());
        out.gauge("millrace_store_resumable_upload_bytes",
                "Bytes that unfinished resumable uploads have received.")
                .sample(stats.resumableUploadBytes());
        write(out, "millrace_store_quota_bytes", "Total size that objects may have.",
                stats.quotaBytes());
        write(out, "millrace_store_quota_used_bytes",
                "Total size of objects and unfinished PUTs, with a quota.",
                stats.quotaUsedBytes());
        write(out, "millrace_store_disk_free_bytes",
                "Room that the folder's file system still has.", stats.freeBytes());
        write(out, "millrace_store_disk_bytes", "Size of the folder's file system.",
                stats.diskBytes());
        out.counter("millrace_store_token_refusals_total",
                "Requests refused because of their token, by what is wrong with it.")
                .sample(stats.missingTokens(), "reason", "missing")
                .sample(stats.wrongTokens(), "reason", "wrong")
                .sample(stats.forbidden(), "reason", "forbidden");
        out.counter("millrace_store_evicted_objects_total", "Objects evicted, by the limit.")
                .sample(stats.evictedByAge(), "limit", "age")
                .sample(stats.evictedBySize(), "limit", "size");
        out.counter("millrace_store_evicted_bytes_total", "Bytes of objects evicted.")
                .sample(stats.evictedBytes());
        out.counter("millrace_store_eviction_passes_total",
                "Passes over all objects to find those to evict.").sample(stats.evictionPasses());
        out.counter("millrace_store_eviction_failures_total", "Evictions that failed.")
                .sample(stats.evictionFailures());
    }

    private static void write(MetricsWriter out, String name, String help, OptionalLong value) {
        if (value.isPresent()) {
            out.gauge(name, help).sample(value.getAsLong());
        }
    }
}
