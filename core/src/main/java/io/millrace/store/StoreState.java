package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.access.PageSandbox;
import io.millrace.archive.Archives;
import io.millrace.digest.DigestCache;
import io.millrace.digest.DigestWishes;
import io.millrace.digest.LateDigests;
import io.millrace.listing.Listings;
import io.millrace.meta.MetaStore;
import io.millrace.objects.ObjectCache;
import io.millrace.space.LatePreallocation;
import io.millrace.space.Preallocation;
import io.millrace.space.Quota;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Folder;
import io.millrace.tree.Forcing;
import io.millrace.work.StoreExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * What the requests of one store share. Threads: any.
 *
 * @param options what was asked for
 * @param folder where the objects are
 * @param quota how many bytes they may have
 * @param executor the threads for what takes long
 * @param digests the digests that are known
 * @param wishes the digests that are being computed
 * @param cache the small objects that are in memory
 * @param preallocation what reserves room for large ones
 * @param listings the listings of folders; null if there are none
 * @param archives the folders as one file each; null if there are none
 * @param eviction what is told of objects' use, so that others can leave
 * @param meta what is kept beside the bytes of each
 * @param late digests that are to be kept there
 * @param access who may do what
 * @param pages what keeps objects from acting as those who read them
 * @param changes those that are under way
 * @param check finds out whether the folder can be used
 * @param uploads those that outlive their requests
 */
record StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
        DigestCache digests, DigestWishes wishes, ObjectCache cache, Preallocation preallocation,
        Listings listings, Archives archives, Eviction eviction, MetaStore meta, LateDigests late,
        AccessControl access, PageSandbox pages, Changes changes, FolderCheck check,
        KeptUploads uploads)
        implements Closeable {

    StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
            DigestCache digests, ObjectCache cache, Preallocation preallocation,
            Eviction eviction) {
        this(options, folder, quota, executor, digests, cache, preallocation, eviction,
                meta(options, folder), options.accessControl(), new Changes());
    }

    private StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
            DigestCache digests, ObjectCache cache, Preallocation preallocation,
            Eviction eviction, MetaStore meta, AccessControl access, Changes changes) {
        this(options, folder, quota, executor, digests, new DigestWishes(options.maxDigests()),
                cache, preallocation, listings(options, folder),
                archives(options, folder, eviction), eviction, meta,
                new LateDigests(folder, meta, changes), access,
                new PageSandbox(access, !options.openReads() && !options.readOnly()),
                changes, new FolderCheck(folder,
                        options.readOnly() || folder.isForReading()), new KeptUploads());
    }

    /**
     * Opens what it takes to force the names of files that something is kept in.
     *
     * @param forcing of a change that has placed some, or is about to
     */
    void forceMeta(Forcing forcing) throws IOException {
        forcing.add(meta.folder(), null);
        if (!meta.isFolderForced()) {
            forcing.add(folder.path(), meta::folderForced);
        }
    }

    /**
     * What the requests to a store share that may change its folder.
     *
     * @param folder this one's from now on, even if this fails
     * @throws IOException with one line for people
     */
    static StoreState open(StoreOptions options, Folder folder, AccessControl access,
            Eviction eviction, LongSupplier clockNs) throws IOException {
        Quota quota = new Quota(options.quotaBytes());
        ObjectCache cache;
        boolean ready = false;
        try {
            cache = cache(options, folder, clockNs);
            quota.watch(folder, options.readOnly(), clockNs);
            ready = true;
        } finally {
            if (!ready) {
                folder.close();
            }
        }
        StoreState state = of(options, folder, quota, cache, eviction, access);
        boolean started = false;
        try {
            if (!options.readOnly()) {
                state.uploads().open(state);
            }
            eviction.start(state);
            started = true;
        } finally {
            if (!started) {
                state.close();
            }
        }
        return state;
    }

    /** What requests share that only read, while another process changes the folder. */
    static StoreState reading(StoreOptions options, Folder folder, AccessControl access,
            Eviction eviction) {
        return of(options, folder, new Quota(Long.MAX_VALUE),
                new ObjectCache(0, options.cachedObjectBytes(), 0, System::nanoTime), eviction,
                access);
    }

    private static StoreState of(StoreOptions options, Folder folder, Quota quota,
            ObjectCache cache, Eviction eviction, AccessControl access) {
        return new StoreState(options, folder, quota,
                new StoreExecutor(options.threads(), options.maxWaiting()), new DigestCache(),
                cache, new LatePreallocation(), eviction, meta(options, folder), access,
                new Changes());
    }

    private static ObjectCache cache(StoreOptions options, Folder folder, LongSupplier clockNs)
            throws IOException {
        boolean wanted = options.cacheBytes() > 0;
        long maxBytes = wanted && folder.isCacheable()
                ? Math.min(options.cacheBytes(), Runtime.getRuntime().maxMemory() / 4) : 0;
        return new ObjectCache(maxBytes, options.cachedObjectBytes(),
                options.cacheWindow().toNanos(), clockNs);
    }

    private static Listings listings(StoreOptions options, Folder folder) {
        return hidesFolders(options) ? null : new Listings(folder, options.keyLimits());
    }

    private static Archives archives(StoreOptions options, Folder folder, Eviction eviction) {
        return hidesFolders(options) ? null
                : new Archives(folder, options.keyLimits(), eviction::used);
    }

    private static boolean hidesFolders(StoreOptions options) {
        return options.noListing() || options.contract() == Contract.ARTICLE;
    }

    private static MetaStore meta(StoreOptions options, Folder folder) {
        FileAccess access = folder.access();
        boolean reads = options.readOnly() || folder.isForReading();
        return new MetaStore(folder.path(), reads ? null : folder::newPart,
                access.keepsTimes() && access.movesTimes(), folder.faults()::log);
    }

    /** Adds the figures that the parts of the store keep. */
    void addTo(StoreStats.Builder stats) {
        stats.cacheHits(cache.hits()).cacheMisses(cache.misses()).cachedObjects(cache.objects())
                .cacheBytes(cache.usedBytes()).unfinishedUploads(quota.unfinished());
        if (quota.isLimited()) {
            stats.quotaBytes(quota.maxBytes()).quotaUsedBytes(quota.usedBytes());
        }
        if (eviction.stats() != null) {
            stats.evictions(eviction.stats());
        }
        uploads.addTo(stats);
        check.addRoom(stats);
    }

    /** Begins no change any more; after the last one runs what hands the folder over. */
    void handOver(Runnable whenNone) {
        late.close();
        eviction.close();
        changes.endAll(() -> {
            // First: what another process changes would be found in memory as it was.
            cache.close();
            whenNone.run();
        });
    }

    @Override
    public void close() throws IOException {
        check.close();
        uploads.close();
        try (folder; quota; executor; listings; archives; eviction; late; wishes) {
            return; // each is closed, from the last to the first, whatever another one throws
        }
    }
}
