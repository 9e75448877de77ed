package io.millrace.store;

import io.millrace.evict.EvictionStats;
import java.util.OptionalLong;

/**
 * Statistics of a store since it was opened, at one moment. Requests go on while the figures are
 * read one after the other, so they may be slightly inconsistent. The package {@code
 * io.millrace.metrics} writes them for Prometheus.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class StoreStats {

    /** Of what is not known. */
    private static final long UNKNOWN = -1;

    private final long cacheHits;
    private final long cacheMisses;
    private final long cachedObjects;
    private final long cacheBytes;
    private final long unfinishedUploads;
    private final long resumableUploads;
    private final long resumableUploadBytes;
    private final long missingTokens;
    private final long wrongTokens;
    private final long forbidden;
    private final long evictionPasses;
    private final long evictedByAge;
    private final long evictedBySize;
    private final long evictedBytes;
    private final long evictionFailures;
    private final long quotaBytes;
    private final long quotaUsedBytes;
    private final long freeBytes;
    private final long diskBytes;

    private StoreStats(Builder builder) {
        cacheHits = builder.cacheHits;
        cacheMisses = builder.cacheMisses;
        cachedObjects = builder.cachedObjects;
        cacheBytes = builder.cacheBytes;
        unfinishedUploads = builder.unfinishedUploads;
        resumableUploads = builder.resumableUploads;
        resumableUploadBytes = builder.resumableUploadBytes;
        missingTokens = builder.missingTokens;
        wrongTokens = builder.wrongTokens;
        forbidden = builder.forbidden;
        evictionPasses = builder.evictionPasses;
        evictedByAge = builder.evictedByAge;
        evictedBySize = builder.evictedBySize;
        evictedBytes = builder.evictedBytes;
        evictionFailures = builder.evictionFailures;
        quotaBytes = builder.quotaBytes;
        quotaUsedBytes = builder.quotaUsedBytes;
        freeBytes = builder.freeBytes;
        diskBytes = builder.diskBytes;
    }

    /** A builder, for tests of programs that report statistics. */
    public static Builder builder() {
        return new Builder();
    }

    /** GET and HEAD requests served from memory. */
    public long cacheHits() { return cacheHits; }

    /**
     * GET and HEAD requests for keys that were not in memory: large objects and missing ones too.
     * 0 without a cache.
     */
    public long cacheMisses() { return cacheMisses; }

    /** Objects in memory. */
    public long cachedObjects() { return cachedObjects; }

    /** Memory that they take, in bytes. */
    public long cacheBytes() { return cacheBytes; }

    /** PUTs that have written a part of their object, or wait for the device. */
    public long unfinishedUploads() { return unfinishedUploads; }

    /** Uploads that outlive their requests and are unfinished: {@link FolderStore#unfinished}. */
    public long resumableUploads() { return resumableUploads; }

    /** Bytes of them that have come. */
    public long resumableUploadBytes() { return resumableUploadBytes; }

    /** Requests refused because they had no token. */
    public long missingTokens() { return missingTokens; }

    /** Requests refused because of a wrong token. */
    public long wrongTokens() { return wrongTokens; }

    /** Requests refused because their token has no right to what they asked for. */
    public long forbidden() { return forbidden; }

    /** Passes over all objects to find those to evict. */
    public long evictionPasses() { return evictionPasses; }

    /** Objects deleted because they were not used for {@link StoreOptions#evictAfter}. */
    public long evictedByAge() { return evictedByAge; }

    /** Objects deleted to stay below {@link StoreOptions#evictToBytes}. */
    public long evictedBySize() { return evictedBySize; }

    /** Bytes of all objects that were evicted. */
    public long evictedBytes() { return evictedBytes; }

    /** Evictions that failed. */
    public long evictionFailures() { return evictionFailures; }

    /** {@link StoreOptions#quotaBytes}; empty if there is no quota. */
    public OptionalLong quotaBytes() { return known(quotaBytes); }

    /**
     * Bytes of objects and unfinished PUTs that count for the quota; empty without a quota, and
     * until the objects have been counted for the first time.
     */
    public OptionalLong quotaUsedBytes() { return known(quotaUsedBytes); }

    /** Bytes that the folder's file system still has room for; empty if that is not known. */
    public OptionalLong freeBytes() { return known(freeBytes); }

    /** Bytes that this file system has; empty if that is not known. */
    public OptionalLong diskBytes() { return known(diskBytes); }

    private static OptionalLong known(long bytes) {
        return bytes == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** Every figure. */
    @Override
    public String toString() {
        return "StoreStats[cacheHits=" + cacheHits + ", cacheMisses=" + cacheMisses
                + ", cachedObjects=" + cachedObjects + ", cacheBytes=" + cacheBytes
                + ", unfinishedUploads=" + unfinishedUploads
                + ", resumableUploads=" + resumableUploads
                + ", resumableUploadBytes=" + resumableUploadBytes
                + ", missingTokens=" + missingTokens
                + ", wrongTokens=" + wrongTokens + ", forbidden=" + forbidden
                + ", evictionPasses=" + evictionPasses + ", evictedByAge=" + evictedByAge
                + ", evictedBySize=" + evictedBySize + ", evictedBytes=" + evictedBytes
                + ", evictionFailures=" + evictionFailures + ", quotaBytes=" + quotaBytes
                + ", quotaUsedBytes=" + quotaUsedBytes + ", freeBytes=" + freeBytes
                + ", diskBytes=" + diskBytes + "]";
    }

    /**
     * Sets figures, which start at 0, or as not known. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private long cacheHits;
        private long cacheMisses;
        private long cachedObjects;
        private long cacheBytes;
        private long unfinishedUploads;
        private long resumableUploads;
        private long resumableUploadBytes;
        private long missingTokens;
        private long wrongTokens;
        private long forbidden;
        private long evictionPasses;
        private long evictedByAge;
        private long evictedBySize;
        private long evictedBytes;
        private long evictionFailures;
        private long quotaBytes = UNKNOWN;
        private long quotaUsedBytes = UNKNOWN;
        private long freeBytes = UNKNOWN;
        private long diskBytes = UNKNOWN;

        private Builder() {
        }

        /** The figures of evictions. */
        Builder evictions(EvictionStats stats) {
            return evictionPasses(stats.passes()).evictedByAge(stats.byAge())
                    .evictedBySize(stats.bySize()).evictedBytes(stats.bytes())
                    .evictionFailures(stats.failed());
        }

        /** Sets {@link StoreStats#cacheHits}. */
        public Builder cacheHits(long count) {
            cacheHits = count;
            return this;
        }

        /** Sets {@link StoreStats#cacheMisses}. */
        public Builder cacheMisses(long count) {
            cacheMisses = count;
            return this;
        }

        /** Sets {@link StoreStats#cachedObjects}. */
        public Builder cachedObjects(long count) {
            cachedObjects = count;
            return this;
        }

        /** Sets {@link StoreStats#cacheBytes}. */
        public Builder cacheBytes(long bytes) {
            cacheBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#unfinishedUploads}. */
        public Builder unfinishedUploads(long count) {
            unfinishedUploads = count;
            return this;
        }

        /** Sets {@link StoreStats#resumableUploads}. */
        public Builder resumableUploads(long count) {
            resumableUploads = count;
            return this;
        }

        /** Sets {@link StoreStats#resumableUploadBytes}. */
        public Builder resumableUploadBytes(long bytes) {
            resumableUploadBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#missingTokens}. */
        public Builder missingTokens(long count) {
            missingTokens = count;
            return this;
        }

        /** Sets {@link StoreStats#wrongTokens}. */
        public Builder wrongTokens(long count) {
            wrongTokens = count;
            return this;
        }

        /** Sets {@link StoreStats#forbidden}. */
        public Builder forbidden(long count) {
            forbidden = count;
            return this;
        }

        /** Sets {@link StoreStats#evictionPasses}. */
        public Builder evictionPasses(long count) {
            evictionPasses = count;
            return this;
        }

        /** Sets {@link StoreStats#evictedByAge}. */
        public Builder evictedByAge(long count) {
            evictedByAge = count;
            return this;
        }

        /** Sets {@link StoreStats#evictedBySize}. */
        public Builder evictedBySize(long count) {
            evictedBySize = count;
            return this;
        }

        /** Sets {@link StoreStats#evictedBytes}. */
        public Builder evictedBytes(long bytes) {
            evictedBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#evictionFailures}. */
        public Builder evictionFailures(long count) {
            evictionFailures = count;
            return this;
        }

        /** Sets {@link StoreStats#quotaBytes}. */
        public Builder quotaBytes(long bytes) {
            quotaBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#quotaUsedBytes}. */
        public Builder quotaUsedBytes(long bytes) {
            quotaUsedBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#freeBytes}. */
        public Builder freeBytes(long bytes) {
            freeBytes = bytes;
            return this;
        }

        /** Sets {@link StoreStats#diskBytes}. */
        public Builder diskBytes(long bytes) {
            diskBytes = bytes;
            return this;
        }

        /** The statistics. */
        public StoreStats build() {
            return new StoreStats(this);
        }
    }
}
