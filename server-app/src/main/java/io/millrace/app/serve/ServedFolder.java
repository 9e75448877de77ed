package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.http.Handler;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * A store of files that is open, or one that discards what it gets.
 *
 * <p>Threads: any.
 */
final class ServedFolder implements ServedStore {

    private final FolderStore store;
    /** Null if the store keeps none. */
    private final ResumableUploads uploads;
    private final String whatIsKept;
    private final Contract contract;

    /**
     * An open store.
     *
     * @param uploads null if it keeps none
     * @param whatIsKept what the banner says about it
     */
    ServedFolder(FolderStore store, ResumableUploads uploads, String whatIsKept,
            Contract contract) {
        this.store = store;
        this.uploads = uploads;
        this.whatIsKept = whatIsKept;
        this.contract = contract;
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
        banner.append("  store     ").append(whatIsKept).append("\n  contract  ")
                .append(contract.name().toLowerCase(Locale.ROOT)).append('\n');
    }

    @Override
    public MetricsSource metrics() {
        return MetricsSource.of(store);
    }

    @Override
    public void check() throws IOException {
        store.checkFolder();
    }

    @Override
    public AccessRules access() {
        return store.access();
    }

    @Override
    public void access(AccessRules rules) {
        store.access(rules);
    }

    @Override
    public boolean isTakingOver() {
        return store.isTakingOver();
    }

    @Override
    public void listens() throws IOException {
        store.listens();
    }

    @Override
    public Successor awaitSuccessor(Duration longest) throws IOException {
        return store.awaitSuccessor(longest) ? Successor.SAME_ADDRESS : Successor.NONE;
    }

    @Override
    public void handOver() {
        store.handOver();
    }

    @Override
    public void close() throws IOException {
        try (store; uploads) {
            // The uploads first, as they need the store; there may be none.
        }
    }
}
