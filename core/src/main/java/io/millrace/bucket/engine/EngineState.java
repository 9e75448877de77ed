package io.millrace.bucket.engine;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.s3.S3Client;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * What all writes and uploads of one store share of its engine.
 *
 * <p>Threads: any.
 */
public class EngineState implements Closeable { // decision 316

    private final WriteRules rules;
    private final S3Client client;
    private final BucketCache cache;
    private final BucketWrites writes;
    private final LongSupplier clockNs;
    private final BucketFaults faults;
    private final BucketTimer timer;
    /** Replaced by each probe. */
    private volatile Holds holds = Holds.UNKNOWN;

    /**
     * The state of a store that has yet to be probed.
     *
     * @param client is closed with this
     * @param clockNs the time, in nanoseconds since any moment
     * @param logger whose name lines are logged under
     */
    protected EngineState(WriteRules rules, S3Client client, BucketCache cache,
            BucketWrites writes, LongSupplier clockNs, Class<?> logger) {
        this.rules = rules;
        this.client = client;
        this.cache = cache;
        this.writes = writes;
        this.clockNs = clockNs;
        this.faults = new BucketFaults(logger);
        this.timer = new BucketTimer(logger);
    }

    /** What was asked for, of changes. */
    public final WriteRules rules() {
        return rules;
    }

    /** The way to the engine. */
    public final S3Client client() {
        return client;
    }

    /** Small objects in memory; whoever changes an object tells it so. */
    public final BucketCache cache() {
        return cache;
    }

    /** What all writes share. */
    public final BucketWrites writes() {
        return writes;
    }

    /** The memory for bodies on their way to the engine. */
    public final BucketBuffers buffers() {
        return writes.buffers();
    }

    /** The time, in nanoseconds since any moment. */
    public final LongSupplier clockNs() {
        return clockNs;
    }

    /** What failures of the engine become. */
    public final BucketFaults faults() {
        return faults;
    }

    /** What happens later. */
    public final BucketTimer timer() {
        return timer;
    }

    /** Which conditional requests the engine holds; {@link Holds#UNKNOWN} before it was probed. */
    public final Holds holds() {
        return holds;
    }

    /** The engine has been probed. */
    public final void holds(Holds probed) {
        holds = probed;
    }

    @Override
    public final void close() throws IOException {
        timer.close();
        client.close();
    }
}
