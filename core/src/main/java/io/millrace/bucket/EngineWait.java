package io.millrace.bucket;

import io.millrace.bucket.engine.BucketFaults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for an engine, for a time that several requests share. Threads: one, never a worker.
 */
final class EngineWait {

    private final long untilNs;

    EngineWait(Duration longest) {
        untilNs = System.nanoTime() + longest.toNanos();
    }

    /**
     * What a request comes to.
     *
     * @throws IOException an {@link io.millrace.s3.S3Exception}, or a {@link LateProbeException} if
     *     the time is up
     */
    <T> T await(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(Math.max(1, untilNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = BucketFaults.cause(e);
            throw cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new LateProbeException("the engine takes too long", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the engine was probed");
        }
    }
}
