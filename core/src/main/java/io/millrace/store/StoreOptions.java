package io.millrace.store;

import java.time.Duration;
import java.util.Objects;

/**
 * Everything about a store that may be set, with its unit, default and reason. Immutable; made by
 * {@link #builder}.
 *
 * @param contract what is answered. Default {@link Contract#ARTICLE}
 * @param durability what is on the device when a PUT or a DELETE is acknowledged. Default
 *     {@link Durability#NONE}: as the article, and as most file servers
 * @param maxObjectBytes bytes of one object; 413 beyond. Default: no limit but the quota and the
 *     disk
 * @param quotaBytes bytes of all objects together; 507 beyond. An object that replaces another
 *     needs room for the difference; while both exist the folder holds more. Files that other
 *     programs put there while the store is open don't count. Default: no limit, and nothing is
 *     counted
 * @param readOnly whether PUT and DELETE are refused, with 403 in the article's contract and 405 in
 *     the other. Such a store writes nothing, no lock either, so it may share its folder. Default
 *     no
 * @param token what a request must bring as {@code Authorization: Bearer} (RFC 6750), else 401;
 *     null for none. Default none
 * @param openReads whether GET, HEAD and OPTIONS need no token. Default no: who sets a token wants
 *     it to be asked for
 * @param nonAtomicReplace whether a file system is good enough that can't replace a file in one
 *     step; there a reader may find the object missing for a moment, and a process killed then
 *     loses it. Default no
 * @param threads threads that force files to the device and compute digests for answers. Default 4:
 *     a device takes a few forces at once, and workers never do either
 * @param maxWaiting answers that may wait for those threads; 503 beyond. Default 16384: one for
 *     each of a server's connections
 * @param cacheBytes bytes of small objects in memory, with all that belongs to them, some 1 KiB
 *     each; never more than a quarter of the heap. 0: every GET opens its file. Nothing is kept on
 *     file systems other than the default one, and where two names can be one file (without case,
 *     or with Unicode normalized), as a change through one could not be seen through the other.
 *     Default 32 MiB: 16,000 objects of 1 KiB
 * @param cachedObjectBytes bytes of the largest object in memory. Default 32 KiB: what leaves with
 *     its head in one write; for larger ones opening the file costs less than copying.
 *     StoreLoopbackBenchmark measures a GET either way
 * @param cacheWindow how long an object in memory is good before its file is looked at again: so
 *     long a change that another program makes may stay unseen. One made through the store is seen
 *     at once. Zero looks every time. Default 1 s: the look is then rare, and a person doesn't
 *     notice
 * @since 0.1
 */
public record StoreOptions(
        Contract contract,
        Durability durability,
        long maxObjectBytes,
        long quotaBytes,
        boolean readOnly,
        String token,
        boolean openReads,
        boolean nonAtomicReplace,
        int threads,
        int maxWaiting,
        long cacheBytes,
        int cachedObjectBytes,
        Duration cacheWindow) {

    /** The longest token, in characters: more would not fit beside other fields in a head. */
    private static final int MAX_TOKEN_CHARS = 4096;
    private static final long MAX_CACHE_BYTES = 1L << 40;
    /** What a worker may read in one go without holding up its other connections. */
    private static final int MAX_CACHED_OBJECT_BYTES = 1 << 20;
    private static final Duration MAX_WINDOW = Duration.ofHours(1);

    /**
     * Checks each value.
     *
     * @throws IllegalArgumentException naming the field, its range and the value
     */
    public StoreOptions {
        Objects.requireNonNull(contract, "contract");
        Objects.requireNonNull(durability, "durability");
        check("maxObjectBytes", maxObjectBytes, 0, Long.MAX_VALUE);
        check("quotaBytes", quotaBytes, 0, Long.MAX_VALUE);
        check("threads", threads, 1, 1024);
        check("maxWaiting", maxWaiting, 1, 1 << 24);
        check("cacheBytes", cacheBytes, 0, MAX_CACHE_BYTES);
        check("cachedObjectBytes", cachedObjectBytes, 0, MAX_CACHED_OBJECT_BYTES);
        checkWindow(cacheWindow);
        if (token != null) {
            checkToken(token);
        }
    }

    private static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    field + " must be in [" + min + ", " + max + "]: " + value);
        }
    }

    private static void checkWindow(Duration window) {
        if (window.isNegative() || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException("cacheWindow must be in [0 s, 1 h]: " + window);
        }
    }

    // Not RFC 6750's b64token: any visible ASCII is taken, as it does no harm in a field. The
    // message doesn't show the token.
    private static void checkToken(String token) {
        boolean visible = !token.isEmpty() && token.length() <= MAX_TOKEN_CHARS;
        for (int i = 0; i < token.length() && visible; i++) {
            visible = token.charAt(i) > ' ' && token.charAt(i) < 0x7f;
        }
        if (!visible) {
            throw new IllegalArgumentException("token must be 1 to " + MAX_TOKEN_CHARS
                    + " visible ASCII characters without a space");
        }
    }

    /** The defaults. */
    public static StoreOptions defaults() {
        return builder().build();
    }

    /** A builder that starts at the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The options, without the token, which has no place in a log. */
    @Override
    public String toString() {
        return "StoreOptions[contract=" + contract + ", durability=" + durability
                + ", maxObjectBytes=" + maxObjectBytes + ", quotaBytes=" + quotaBytes
                + ", readOnly=" + readOnly + ", token=" + (token == null ? "none" : "set")
                + ", openReads=" + openReads + ", nonAtomicReplace=" + nonAtomicReplace
                + ", threads=" + threads + ", maxWaiting=" + maxWaiting
                + ", cacheBytes=" + cacheBytes + ", cachedObjectBytes=" + cachedObjectBytes
                + ", cacheWindow=" + cacheWindow + "]";
    }

    /** Sets options by name; each is described at {@link StoreOptions}. Threads: one at a time. */
    public static final class Builder {

        private Contract contract = Contract.ARTICLE;
        private Durability durability = Durability.NONE;
        private long maxObjectBytes = Long.MAX_VALUE;
        private long quotaBytes = Long.MAX_VALUE;
        private boolean readOnly;
        private String token;
        private boolean openReads;
        private boolean nonAtomicReplace;
        private int threads = 4;
        private int maxWaiting = 16_384;
        private long cacheBytes = 32L << 20;
        private int cachedObjectBytes = 32 << 10;
        private Duration cacheWindow = Duration.ofSeconds(1);

        private Builder() {
        }

        /** Sets {@link StoreOptions#contract}. */
        public Builder contract(Contract contract) {
            this.contract = contract;
            return this;
        }

        /** Sets {@link StoreOptions#durability}. */
        public Builder durability(Durability durability) {
            this.durability = durability;
            return this;
        }

        /** Sets {@link StoreOptions#maxObjectBytes}. */
        public Builder maxObjectBytes(long maxObjectBytes) {
            this.maxObjectBytes = maxObjectBytes;
            return this;
        }

        /** Sets {@link StoreOptions#quotaBytes}. */
        public Builder quotaBytes(long quotaBytes) {
            this.quotaBytes = quotaBytes;
            return this;
        }

        /** Sets {@link StoreOptions#readOnly}. */
        public Builder readOnly(boolean readOnly) {
            this.readOnly = readOnly;
            return this;
        }

        /** Sets {@link StoreOptions#token}. */
        public Builder token(String token) {
            this.token = token;
            return this;
        }

        /** Sets {@link StoreOptions#openReads}. */
        public Builder openReads(boolean openReads) {
            this.openReads = openReads;
            return this;
        }

        /** Sets {@link StoreOptions#nonAtomicReplace}. */
        public Builder nonAtomicReplace(boolean nonAtomicReplace) {
            this.nonAtomicReplace = nonAtomicReplace;
            return this;
        }

        /** Sets {@link StoreOptions#threads}. */
        public Builder threads(int threads) {
            this.threads = threads;
            return this;
        }

        /** Sets {@link StoreOptions#maxWaiting}. */
        public Builder maxWaiting(int maxWaiting) {
            this.maxWaiting = maxWaiting;
            return this;
        }

        /** Sets {@link StoreOptions#cacheBytes}. */
        public Builder cacheBytes(long cacheBytes) {
            this.cacheBytes = cacheBytes;
            return this;
        }

        /** Sets {@link StoreOptions#cachedObjectBytes}. */
        public Builder cachedObjectBytes(int cachedObjectBytes) {
            this.cachedObjectBytes = cachedObjectBytes;
            return this;
        }

        /** Sets {@link StoreOptions#cacheWindow}. */
        public Builder cacheWindow(Duration cacheWindow) {
            this.cacheWindow = cacheWindow;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException naming the field, its range and the value
         */
        public StoreOptions build() {
            return new StoreOptions(contract, durability, maxObjectBytes, quotaBytes, readOnly,
                    token, openReads, nonAtomicReplace, threads, maxWaiting, cacheBytes,
                    cachedObjectBytes, cacheWindow);
        }
    }
}
