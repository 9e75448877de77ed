package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.listing.Listings;
import io.millrace.meta.MetaStore;
import io.millrace.space.Preallocation;
import io.millrace.space.Quota;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Folder;
import java.io.Closeable;
import java.io.IOException;

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
 * @param eviction what is told of objects' use, so that others can leave
 * @param meta what is kept beside the bytes of each
 * @param late digests that are to be kept there
 * @param access who may do what
 * @param pages what keeps objects from acting as those who read them
 */
record StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
        DigestCache digests, DigestWishes wishes, ObjectCache cache, Preallocation preallocation,
        Listings listings, Eviction eviction, MetaStore meta, LateDigests late,
        AccessControl access, PageSandbox pages)
        implements Closeable {

    StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
            DigestCache digests, ObjectCache cache, Preallocation preallocation,
            Eviction eviction) {
        this(options, folder, quota, executor, digests, cache, preallocation, eviction,
                meta(options, folder), StoreRequests.access(options));
    }

    private StoreState(StoreOptions options, Folder folder, Quota quota, StoreExecutor executor,
            DigestCache digests, ObjectCache cache, Preallocation preallocation,
            Eviction eviction, MetaStore meta, AccessControl access) {
        this(options, folder, quota, executor, digests, new DigestWishes(options.maxDigests()),
                cache, preallocation, listings(options, folder), eviction, meta,
                new LateDigests(folder, meta), access,
                new PageSandbox(options, access));
    }

    private static Listings listings(StoreOptions options, Folder folder) {
        return options.noListing() || options.contract() == Contract.ARTICLE ? null
                : new Listings(folder, options.keyLimits());
    }

    private static MetaStore meta(StoreOptions options, Folder folder) {
        FileAccess access = folder.access();
        return new MetaStore(folder.path(), options.readOnly() ? null : folder::newPart,
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
    }

    @Override
    public void close() throws IOException {
        try (folder; quota; executor; listings; eviction; late; wishes) {
            return; // each is closed, from the last to the first, whatever another one throws
        }
    }
}
