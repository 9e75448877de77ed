package io.millrace.bucket;

import io.millrace.access.AccessControl;
import io.millrace.access.PageSandbox;
import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.cache.SharedReads;
import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.s3.S3Client;
import java.util.function.LongSupplier;

/**
 * What the requests of one store share.
 *
 * <p>Threads: any.
 */
final class BucketState extends EngineState {

    private static final long LEAST_READ_BYTES = 16 << 20;

    private final BucketOptions options;
    private final BucketKeys keys;
    private final AccessControl access;
    private final SharedReads reads;
    private final PageSandbox pages;
    private final BucketBuffers readRoom = new BucketBuffers(Math.max(LEAST_READ_BYTES,
            Runtime.getRuntime().maxMemory() / 4), BucketRead.ROOM_BYTES);

    /**
     * The state of a store that has yet to be probed.
     *
     * @param clockNs the time, in nanoseconds since any moment
     */
    BucketState(BucketOptions options, BucketKeys keys, LongSupplier clockNs) {
        this(options, keys, clockNs, new BucketWrites(options.writeRules()));
    }

    /** The same, with writes that bound and cut bodies as a test says. */
    BucketState(BucketOptions options, BucketKeys keys, LongSupplier clockNs,
            BucketWrites writes) {
        super(options.writeRules(),
                new S3Client(options.place(), keys::current, options.settings()),
                new BucketCache(options.cacheBytes(), options.maxCachedObjectBytes(),
                        options.cacheWindow().toNanos(), clockNs),
                writes, clockNs, BucketStore.class);
        this.options = options;
        this.keys = keys;
        this.access = options.accessControl();
        this.reads = new SharedReads(client(), cache());
        this.pages = new PageSandbox(access, !options.openReads() && !options.readOnly());
    }

    /** What was asked for. */
    BucketOptions options() {
        return options;
    }

    /** What signs the requests. */
    BucketKeys keys() {
        return keys;
    }

    /** Who may do what. */
    AccessControl access() {
        return access;
    }

    /** What brings objects into the cache. */
    SharedReads reads() {
        return reads;
    }

    /** The memory for objects on their way from the engine to a client each. */
    BucketBuffers readRoom() {
        return readRoom;
    }

    /** What keeps stored pages from using their reader's token. */
    PageSandbox pages() {
        return pages;
    }
}
