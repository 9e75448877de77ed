package io.millrace.metrics;

import io.millrace.accesslog.AccessLog;
import io.millrace.bucket.BucketStore;
import io.millrace.server.HttpServer;
import io.millrace.store.FolderStore;

/**
 * Something that has metrics. An application adds its own to a {@link MetricsHandler}:
 *
 * <pre>{@code
 * MetricsSource orders = out -> out.counter("shop_orders_total", "Orders.").sample(count.sum());
 * }</pre>
 *
 * <p>Threads: one at a time for one {@link MetricsHandler}; an implementation says more.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface MetricsSource {

    /** Writes the metrics as they are now, each family once. */
    void write(MetricsWriter out);

    /** The metrics of a server, named {@code millrace_...}. Any thread may have them written. */
    static MetricsSource of(HttpServer server) {
        return out -> new ServerMetrics(server.stats(), server.isDraining()).write(out);
    }

    /**
     * The metrics of a store, named {@code millrace_store_...}. Any thread may have them written.
     * That may block, as it asks the file system how much room there is.
     */
    static MetricsSource of(FolderStore store) {
        return out -> new StoreMetrics(store.stats()).write(out);
    }

    /**
     * The metrics of a store in a bucket, named {@code millrace_bucket_...}. Any thread may have
     * them written; none asks the engine.
     */
    static MetricsSource of(BucketStore store) {
        return out -> new BucketMetrics(store.stats()).write(out);
    }

    /**
     * The metrics of an access log, named {@code millrace_access_log_...}. Any thread may have them
     * written.
     */
    static MetricsSource of(AccessLog log) {
        return out -> {
            out.counter("millrace_access_log_lines_total", "Lines written to the access log.")
                    .sample(log.writtenLines());
            out.counter("millrace_access_log_lines_lost_total",
                    "Lines lost, as too many waited or they couldn't be written.")
                    .sample(log.lostLines());
        };
    }

    /**
     * The metrics of this JVM and its process, named {@code jvm_...} and {@code process_...} as
     * Prometheus' own library does: memory, and if the module {@code java.management} is there
     * also garbage collections, threads and buffers. The use of the processor and the open
     * descriptors need {@code jdk.management}. Any thread may have them written.
     */
    static MetricsSource ofJvm() {
        return JvmMetrics.INSTANCE;
    }
}
