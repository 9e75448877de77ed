package io.millrace.bucket;

import io.millrace.access.AccessControl;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Figures of a store in a bucket, as they were when they were asked for. Each counter only grows.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class BucketStats {

    /**
     * What became of the requests of one kind.
     *
     * <p>Threads: any, immutable.
     *
     * @param operation what was asked of the engine, by the name of the API, such as "PutObject"
     * @param outcome "done", "refused" (404, 412 and others that belong to the request), "failed"
     *     or "cancelled"
     * @param count how many have ended so, after their retries
     * @since 0.1
     */
    public record Requests(String operation, String outcome, long count) {
    }

    /**
     * How often requests of one kind were sent again.
     *
     * <p>Threads: any, immutable.
     *
     * @param operation what was asked of the engine, by the name of the API
     * @param count attempts after the first of each
     * @since 0.1
     */
    public record Retries(String operation, long count) {
    }

    private final List<Requests> requests = new ArrayList<>();
    private final List<Retries> retries = new ArrayList<>();
    private final long inFlight;
    private final long sentBytes;
    private final long receivedBytes;
    private final long[] latencies;
    private final Duration latency;
    private final long bufferBytes;
    private final long maxBufferBytes;
    private final long readBytes;
    private final long maxReadBytes;
    private final long resumableUploads;
    private final long cacheHits;
    private final long cacheMisses;
    private final long cacheRevalidations;
    private final long cachedObjects;
    private final long cacheBytes;
    private final long missingTokens;
    private final long wrongTokens;
    private final long forbidden;

    /** @param resumableUploads how many a look of this node has found */
    BucketStats(BucketState state, int resumableUploads) {
        S3Client client = state.client();
        AccessControl access = state.access();
        S3Counters counters = client.counters();
        for (S3Counters.Operation operation : S3Counters.Operation.values()) {
            for (S3Counters.Outcome outcome : S3Counters.Outcome.values()) {
                requests.add(new Requests(operation.action(), outcome.text(),
                        counters.ends(operation, outcome)));
            }
            retries.add(new Retries(operation.action(), counters.retries(operation)));
        }
        inFlight = client.inFlight();
        sentBytes = counters.sentBytes();
        receivedBytes = counters.receivedBytes();
        latencies = counters.latencies();
        latency = counters.latency();
        bufferBytes = state.buffers().takenBytes();
        maxBufferBytes = state.buffers().totalBytes();
        readBytes = state.readRoom().takenBytes();
        maxReadBytes = state.readRoom().totalBytes();
        this.resumableUploads = resumableUploads;
        cacheHits = state.cache().hits();
        cacheMisses = state.cache().misses();
        cacheRevalidations = state.cache().revalidations();
        cachedObjects = state.cache().objects();
        cacheBytes = state.cache().bytes();
        missingTokens = access.missingTokens();
        wrongTokens = access.wrongTokens();
        forbidden = access.forbidden();
    }

    /** The requests to the engine that have ended, of every kind and outcome, zeros included. */
    public List<Requests> requests() {
        return List.copyOf(requests);
    }

    /** The retries of every kind of request, zeros included. */
    public List<Retries> retries() {
        return List.copyOf(retries);
    }

    /** Requests to the engine on their way, bodies that are being read included. */
    public long inFlight() {
        return inFlight;
    }

    /** Bytes of objects sent to the engine, those of retries included. */
    public long sentBytes() {
        return sentBytes;
    }

    /** Bytes of objects received from the engine. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** The upper bounds of {@link #latencies}, from the shortest to the longest. */
    public static List<Duration> latencyBounds() {
        return S3Counters.bounds();
    }

    /**
     * How many requests took, until the engine's response began, no longer than each of {@link
     * #latencyBounds} and longer than the one before; the last one counts those above all bounds.
     */
    public long[] latencies() {
        return Arrays.copyOf(latencies, latencies.length);
    }

    /** How long all requests took together. */
    public Duration latency() {
        return latency;
    }

    /** Memory that the bodies of PUTs and resumable uploads take. */
    public long bufferBytes() {
        return bufferBytes;
    }

    /** Memory that they may take: {@link BucketOptions#bufferBytes}. */
    public long maxBufferBytes() {
        return maxBufferBytes;
    }

    /** Memory that objects take on their way from the engine to clients. */
    public long readBytes() {
        return readBytes;
    }

    /** Memory that they may take: a quarter of the heap, at least 16 MiB. */
    public long maxReadBytes() {
        return maxReadBytes;
    }

    /**
     * Unfinished resumable uploads of all nodes, as this node's last look at the bucket has found
     * them; 0 before the first. A server of resumable uploads looks once a minute.
     */
    public long resumableUploads() {
        return resumableUploads;
    }

    /** GET and HEAD requests served from memory without a request to the engine. */
    public long cacheHits() {
        return cacheHits;
    }

    /** GET and HEAD requests for objects that were not in memory. */
    public long cacheMisses() {
        return cacheMisses;
    }

    /** Requests to the engine that asked whether an object in memory is still the current one. */
    public long cacheRevalidations() {
        return cacheRevalidations;
    }

    /** Objects in memory. */
    public long cachedObjects() {
        return cachedObjects;
    }

    /** Memory that they take, in bytes. */
    public long cacheBytes() {
        return cacheBytes;
    }

    /** Requests of clients without a token where one is needed. */
    public long missingTokens() {
        return missingTokens;
    }

    /** Requests of clients with a wrong token. */
    public long wrongTokens() {
        return wrongTokens;
    }

    /** Requests of clients whose token had no right to what they asked for. */
    public long forbidden() {
        return forbidden;
    }
}
