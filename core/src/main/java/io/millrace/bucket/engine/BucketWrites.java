package io.millrace.bucket.engine;

import java.time.Duration;

/**
 * What all writes of a store share: the memory for their bodies, how they are cut into parts, and
 * what has been learned of the engine.
 *
 * <p>Threads: any.
 */
public final class BucketWrites {

    /** How long a PUT waits for memory before it is refused. */
    public static final Duration ROOM_WAIT = Duration.ofSeconds(5);

    private final BucketBuffers buffers;
    private final PutLimits limits;
    /** Once true this is always true. */
    private volatile boolean refusesChecksums;

    /** The writes of a store with these rules. */
    public BucketWrites(WriteRules rules) {
        this(new BucketBuffers(rules.bufferBytes(), rules.partBytes()), PutLimits.of(rules));
    }

    public BucketWrites(BucketBuffers buffers, PutLimits limits) {
        this.buffers = buffers;
        this.limits = limits;
    }

    /** The memory for bodies. */
    public BucketBuffers buffers() {
        return buffers;
    }

    /** How bodies are cut. */
    public PutLimits limits() {
        return limits;
    }

    /** Whether the engine may get a checksum to compare. */
    public boolean takesChecksums() {
        return !refusesChecksums;
    }

    /** The engine has refused a request because of its checksum. */
    public void refuseChecksums() {
        refusesChecksums = true;
    }
}
