package io.millrace.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What {@link S3Double} was told to be like. Threads: any. */
final class DoubleSettings {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    volatile DoubleKeys keys =
            new DoubleKeys("DOUBLEKEYID", "double/secret+key", null, "us-east-1");
    volatile Supplier<Instant> clock = Instant::now;
    volatile long leastPartBytes = 5 << 20;
    volatile long maxPutBytes = 5L << 30;
    volatile long keptBytes = 1 << 30;
    volatile int uploadsPerPage = 1_000;
    volatile boolean holdsConditions = true;
    volatile boolean holdsDeletes = true;
    volatile boolean checksEarly = true;
    volatile boolean checksLate = true;
    volatile boolean continues = true;
    volatile boolean anonymous;
    volatile long latencyNs;
    volatile long bytesPerSecond;

    Instant now() {
        return clock.get();
    }

    /** Who has signed the call; null for nobody, if that is allowed. */
    DoubleSignature check(DoubleCall call) throws DoubleRefusal {
        return anonymous && !call.has("authorization") ? null
                : DoubleSignature.check(call, keys, now());
    }

    void delay() {
        long latency = latencyNs;
        if (latency > 0) {
            parkUntil(System.nanoTime() + latency);
        }
    }

    /** Called after each piece of a body. */
    void keepPace(long pieceBytes) {
        long rate = bytesPerSecond;
        if (rate > 0) {
            parkUntil(System.nanoTime() + pieceBytes * 1_000_000_000L / rate);
        }
    }

    private static void parkUntil(long timeNs) {
        for (long left = timeNs - System.nanoTime(); left > 0;
                left = timeNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static void hold(Future<?> until) {
        try {
            until.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("what a call was to wait for has not come", e);
        }
    }
}
