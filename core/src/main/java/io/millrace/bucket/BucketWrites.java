package io.millrace.bucket;

import java.time.Duration;

/**
 * What all writes of a store share: the memory for their bodies, how they are cut into parts, and
 * what has been learned of the engine.
 *
 * <p>Threads: any.
 */
final class BucketWrites {

    /** How long a PUT waits for memory before it is refused. */
    static final Duration ROOM_WAIT = Duration.ofSeconds(5);

    private final BucketBuffers buffers;
    private final PutLimits limits;
    /** Once true this is always true. */
    private volatile boolean refusesChecksums;

    /** The writes of a store with these options. */
    BucketWrites(BucketOptions options) {
        this(new BucketBuffers(options.bufferBytes(), options.partBytes()),
                PutLimits.of(options));
    }

    BucketWrites(BucketBuffers buffers, PutLimits limits) {
        this.buffers = buffers;
        this.limits = limits;
    }

    /** The memory for bodies. */
    BucketBuffers buffers() {
        return buffers;
    }

    /** How bodies are cut. */
    PutLimits limits() {
        return limits;
    }

    /** Whether the engine may get a checksum to compare. */
    boolean takesChecksums() {
        return !refusesChecksums;
    }

    /** The engine has refused a request because of its checksum. */
    void refuseChecksums() {
        refusesChecksums = true;
    }
}
