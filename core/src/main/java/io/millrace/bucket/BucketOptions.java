package io.millrace.bucket;

import io.millrace.access.AccessControl;
import io.millrace.access.AccessRules;
import io.millrace.bucket.engine.WriteRules;
import io.millrace.option.Option;
import io.millrace.option.Options;
import io.millrace.page.FolderPage;
import io.millrace.s3.S3Place;
import io.millrace.s3.S3Settings;
import io.millrace.tree.KeyLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The options of a store in a bucket, made by {@link #builder}.
 *
 * <p>Each accessor states what the option sets, its unit, default and range, and the reason for the
 * default, as {@code BucketOption} declares it.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class BucketOptions extends Options {

    /** What the API takes: of the key in UTF-8, with what stands before it in the bucket. */
    private static final int MAX_KEY_BYTES = 1024;

    private final String url = get(BucketOption.URL);
    private final BucketKeys keys = get(BucketOption.KEYS);
    private final String region = get(BucketOption.REGION);
    private final boolean hostStyle = get(BucketOption.HOST_STYLE);
    private final boolean requireConditions = get(BucketOption.REQUIRE_CONDITIONS);
    private final Duration abortAfter = get(BucketOption.ABORT_AFTER);
    private final boolean noListing = get(BucketOption.NO_LISTING);
    private final FolderPage page = get(BucketOption.PAGE);
    private final int putStatus = get(BucketOption.PUT_STATUS);
    private final long maxObjectBytes = get(BucketOption.MAX_OBJECT_BYTES);
    private final AccessRules access = get(BucketOption.ACCESS);
    private final boolean openReads = get(BucketOption.OPEN_READS);
    private final Duration wrongTokenDelay = get(BucketOption.WRONG_TOKEN_DELAY);
    private final boolean readOnly = get(BucketOption.READ_ONLY);
    private final long partBytes = get(BucketOption.PART_BYTES);
    private final long bufferBytes = get(BucketOption.BUFFER_BYTES);
    private final long cacheBytes = get(BucketOption.CACHE_BYTES);
    private final int maxCachedObjectBytes = get(BucketOption.MAX_CACHED_OBJECT_BYTES);
    private final Duration cacheWindow = get(BucketOption.CACHE_WINDOW);
    private final int maxRequests = get(BucketOption.MAX_REQUESTS);
    private final int maxAttempts = get(BucketOption.MAX_ATTEMPTS);
    private final Duration connectTimeout = get(BucketOption.CONNECT_TIMEOUT);
    private final Duration answerTimeout = get(BucketOption.ANSWER_TIMEOUT);
    private final Duration progressTimeout = get(BucketOption.PROGRESS_TIMEOUT);
    private final S3Place place;
    private final KeyLimits keyLimits;

    private BucketOptions(Builder builder) {
        super(builder);
        if (url == null) {
            throw new IllegalArgumentException("url must name the bucket");
        }
        place = S3Place.of(url, region, hostStyle);
        int keyBytes = MAX_KEY_BYTES - place.prefix().getBytes(StandardCharsets.UTF_8).length;
        if (keyBytes <= 0) {
            throw new IllegalArgumentException("the prefix in the bucket's URL must be shorter "
                    + "than " + MAX_KEY_BYTES + " bytes");
        }
        // A slash between two segments: as many as there can be. Engines know no folders.
        keyLimits = new KeyLimits(keyBytes, keyBytes, (keyBytes + 1) / 2, false);
    }

    /**
     * A builder that starts at the defaults.
     *
     * @param url {@code https://ENDPOINT/BUCKET}, or {@code https://ENDPOINT/BUCKET/PREFIX/} for a
     *     part of it; percent-encoded
     */
    public static Builder builder(String url) {
        return new Builder().set(BucketOption.URL, url);
    }

    /** Every option of a store, for programs that set options by name, for example from flags. */
    public static List<Option<?>> all() {
        return BucketOption.ALL.all();
    }

    /** The bucket, and what its keys begin with. */
    S3Place place() {
        return place;
    }

    /** How long keys may be: as long as the API takes them. */
    KeyLimits keyLimits() {
        return keyLimits;
    }

    /** Who may do what. */
    AccessControl accessControl() {
        return new AccessControl(access == null ? AccessRules.open() : access, openReads,
                wrongTokenDelay);
    }

    /** What is said of changes. */
    WriteRules writeRules() {
        return new WriteRules(readOnly, keyLimits, maxObjectBytes, putStatus, partBytes,
                bufferBytes, abortAfter);
    }

    /** How the engine is asked. */
    S3Settings settings() {
        return S3Settings.DEFAULTS.connectTimeout(connectTimeout).answerTimeout(answerTimeout)
                .progressTimeout(progressTimeout).maxAttempts(maxAttempts)
                .maxRequests(maxRequests);
    }

    /**
     * The bucket: https://ENDPOINT/BUCKET or https://ENDPOINT/BUCKET/PREFIX/. Default none: there
     * is no bucket that could be meant.
     */
    public String url() { return url; }

    /**
     * Keys that sign the requests to the engine. Default those of the environment: it is where the
     * programs of AWS look, too.
     */
    public BucketKeys keys() { return keys; }

    /**
     * Region that the requests are signed for. Default that of the URL, else us-east-1: engines
     * that have no regions take us-east-1.
     */
    public String region() { return region; }

    /**
     * Put the bucket's name into the host, as in BUCKET.ENDPOINT. Default off: every engine takes
     * it in the path, and few have the names in their DNS.
     */
    public boolean hostStyle() { return hostStyle; }

    /**
     * Refuse to start on an engine that doesn't hold conditional writes. Default off: clients that
     * send no conditions do without them.
     */
    public boolean requireConditions() { return requireConditions; }

    /**
     * Age at which multipart uploads under the bucket's URL are aborted, whoever began them; 0:
     * never. Default 1 day, range 0 s to 365 days: the parts that killed nodes leave take room in
     * the engine, and few PUTs take a day.
     */
    public Duration abortAfter() { return abortAfter; }

    /**
     * List no folders: GET of a folder gets 404. Default off: download programs, mirrors and
     * package tools find files by listings.
     */
    public boolean noListing() { return noListing; }

    /**
     * How folders are shown to browsers. Default none: programs read the plain HTML of listings,
     * and an application may have a page of its own.
     */
    public FolderPage page() { return page; }

    /**
     * Status code of every PUT that has stored its object: 200, or 0 for 201 and 204 (status
     * code). Default 0, range 0 to 200: 201 and 204 tell a new object from a replaced one, which
     * costs a request beside each PUT; some build caches take only 200.
     */
    public int putStatus() { return putStatus; }

    /**
     * Largest object; larger ones get 413 (bytes). Default unlimited, range from 0: the engine is
     * a limit already.
     */
    public long maxObjectBytes() { return maxObjectBytes; }

    /**
     * Which tokens may do what; BucketStore.access replaces them. Default everyone may do all: a
     * server listens where only its own machine reaches it.
     */
    public AccessRules access() { return access; }

    /**
     * Let GET, HEAD and OPTIONS pass without the token. Default off: a token that is set should
     * protect everything.
     */
    public boolean openReads() { return openReads; }

    /**
     * Wait before the 401 to a wrong token; 0: none. Default 1 s, range 0 s to 60 s: it slows down
     * clients that guess, and people don't notice.
     */
    public Duration wrongTokenDelay() { return wrongTokenDelay; }

    /**
     * Refuse PUT and DELETE, with 405. Default off: a store usually accepts objects.
     */
    public boolean readOnly() { return readOnly; }

    /**
     * Size of the parts of large objects; the parts of the largest ones grow (bytes). Default 8
     * MiB, range 8 MiB to 64 MiB: a PUT of unknown length holds one in memory.
     */
    public long partBytes() { return partBytes; }

    /**
     * Memory for the bodies of all PUTs and resumable uploads together; a PUT for which none is
     * left gets 503 (bytes). Default a quarter of the heap, at least 16 MiB, range 16 MiB to 1
     * TiB, at least partBytes: a PUT with Content-Length takes 128 to 512 KiB of it, one without
     * takes a part.
     */
    public long bufferBytes() { return bufferBytes; }

    /**
     * Memory for small objects that are read often; 0: none (bytes). Default a sixteenth of the
     * heap, at most 64 MiB, range 0 to 1 TiB: each read that it serves costs no request to the
     * engine.
     */
    public long cacheBytes() { return cacheBytes; }

    /**
     * Largest object that is kept in memory (bytes). Default 64 KiB, range 0 to 1 MiB: of larger
     * ones the bytes take longer than the request.
     */
    public int maxCachedObjectBytes() { return maxCachedObjectBytes; }

    /**
     * Longest time a cached object may be stale after another node changed it; 0: the engine is
     * asked each time. Default 1 s, range 0 s to 1 h: asking once a second costs little, and
     * people don't notice.
     */
    public Duration cacheWindow() { return cacheWindow; }

    /**
     * Most requests to the engine at once; a client's request beyond them gets 503 (requests).
     * Default 1024, range 1 to 65536: a slow engine would take connections and memory without end.
     */
    public int maxRequests() { return maxRequests; }

    /**
     * Most attempts at a request that the engine has surely not carried out (attempts). Default 4,
     * range 1 to 20: three retries bridge a short overload; clients retry after longer ones.
     */
    public int maxAttempts() { return maxAttempts; }

    /**
     * Longest time for a connection to the engine to be made. Default 5 s, range 1 ms to 5 min: it
     * is there within a round trip, or not at all.
     */
    public Duration connectTimeout() { return connectTimeout; }

    /**
     * Longest time from the last byte sent to the head of the engine's response. Default 30 s,
     * range 1 ms to 30 min: engines take seconds to put large objects together.
     */
    public Duration answerTimeout() { return answerTimeout; }

    /**
     * Longest time in which no byte of a body goes to or comes from the engine. Default 30 s,
     * range 1 ms to 30 min: it is the server's own limit for a client that stalls.
     */
    public Duration progressTimeout() { return progressTimeout; }

    /**
     * Collects the options of a store. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder extends BucketSetters<Builder> {

        private Builder() {
        }

        /**
         * The options as set so far.
         *
         * @throws IllegalArgumentException naming the first option that is out of range, or saying
         *     what is wrong with the URL
         */
        public BucketOptions build() {
            return new BucketOptions(this);
        }
    }
}
