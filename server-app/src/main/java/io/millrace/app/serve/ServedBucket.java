package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.bucket.BucketStore;
import io.millrace.http.Handler;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads;
import java.io.IOException;
import java.time.Duration;

/**
 * A store in a bucket that is open: one node of many.
 *
 * <p>Threads: any.
 */
final class ServedBucket implements ServedStore {

    private final BucketStore store;
    /** Null if the store keeps none. */
    private final ResumableUploads uploads;

    /**
     * An open store.
     *
     * @param uploads null if it keeps none
     */
    ServedBucket(BucketStore store, ResumableUploads uploads) {
        this.store = store;
        this.uploads = uploads;
    }

    @Override
    public Handler handler() {
        return store;
    }

    @Override
    public ResumableUploads uploads() {
        return uploads;
    }

    @Override
    public void addTo(StringBuilder banner) {
        banner.append("  store     objects in ").append(store.place())
                .append("\n  engine    ").append(store.conditions()).append('\n');
    }

    @Override
    public MetricsSource metrics() {
        return MetricsSource.of(store);
    }

    @Override
    public void check() throws IOException {
        store.checkBucket();
    }

    @Override
    public AccessRules access() {
        return store.access();
    }

    @Override
    public void access(AccessRules rules) {
        store.access(rules);
    }

    /** Other nodes serve the same objects; whoever stands in front leads clients to them. */
    @Override
    public Successor awaitSuccessor(Duration longest) { // decision 353
        return Successor.OTHER_NODES;
    }

    @Override
    public void close() throws IOException {
        try (store; uploads) {
            // The uploads first, as they need the store; there may be none.
        }
    }
}
