package io.millrace.bucket;

import io.millrace.access.AccessControl;
import io.millrace.access.PageSandbox;
import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.cache.SharedReads;
import io.millrace.s3.S3Client;
import io.millrace.tree.FaultLog;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * What the requests of one store share.
 *
 * <p>Threads: any.
 */
final class BucketState implements Closeable {

    private static final long LEAST_READ_BYTES = 16 << 20;

    private final BucketOptions options;
    private final BucketKeys keys;
    private final S3Client client;
    private final AccessControl access;
    private final LongSupplier clockNs;
    private final BucketFaults faults = new BucketFaults(new FaultLog(BucketStore.class));
    private final BucketTimer timer = new BucketTimer();
    private final BucketCache cache;
    private final SharedReads reads;
    private final PageSandbox pages;
    private final BucketWrites writes;
    private final BucketBuffers readRoom = new BucketBuffers(Math.max(LEAST_READ_BYTES,
            Runtime.getRuntime().maxMemory() / 4), BucketRead.ROOM_BYTES);
    /** Replaced by each probe. */
    private volatile Holds holds = Holds.UNKNOWN;

    /**
     * The state of a store that has yet to be probed.
     *
     * @param clockNs the time, in nanoseconds since any moment
     */
    BucketState(BucketOptions options, BucketKeys keys, LongSupplier clockNs) {
        this(options, keys, clockNs, new BucketWrites(options));
    }

    /** The same, with writes that bound and cut bodies as a test says. */
    BucketState(BucketOptions options, BucketKeys keys, LongSupplier clockNs,
            BucketWrites writes) {
        this.options = options;
        this.keys = keys;
        this.clockNs = clockNs;
        this.access = options.accessControl();
        this.client = new S3Client(options.place(), keys::current, options.settings());
        this.cache = new BucketCache(options.cacheBytes(), options.maxCachedObjectBytes(),
                options.cacheWindow().toNanos(), clockNs);
        this.reads = new SharedReads(client, cache);
        this.pages = new PageSandbox(access, !options.openReads() && !options.readOnly());
        this.writes = writes;
    }

    /** What was asked for. */
    BucketOptions options() {
        return options;
    }

    /** What signs the requests. */
    BucketKeys keys() {
        return keys;
    }

    /** The way to the engine. */
    S3Client client() {
        return client;
    }

    /** Who may do what. */
    AccessControl access() {
        return access;
    }

    /** The time, in nanoseconds since any moment. */
    LongSupplier clockNs() {
        return clockNs;
    }

    /** What failures of the engine become. */
    BucketFaults faults() {
        return faults;
    }

    /** What happens later. */
    BucketTimer timer() {
        return timer;
    }

    /** Small objects in memory; whoever changes an object tells it so. */
    BucketCache cache() {
        return cache;
    }

    /** What brings objects into the cache. */
    SharedReads reads() {
        return reads;
    }

    /** What keeps stored pages from using their reader's token. */
    PageSandbox pages() {
        return pages;
    }

    /** What all writes share. */
    BucketWrites writes() {
        return writes;
    }

    /** The memory for bodies on their way to the engine. */
    BucketBuffers buffers() {
        return writes.buffers();
    }

    /** The memory for objects on their way from the engine to a client each. */
    BucketBuffers readRoom() {
        return readRoom;
    }

    /** Which conditional requests the engine holds; {@link Holds#UNKNOWN} before it was probed. */
    Holds holds() {
        return holds;
    }

    /** The engine has been probed. */
    void holds(Holds probed) {
        holds = probed;
    }

    @Override
    public void close() throws IOException {
        timer.close();
        client.close();
    }
}
