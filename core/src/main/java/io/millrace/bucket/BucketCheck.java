package io.millrace.bucket;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.Holds;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3ListQuery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out whether a store's bucket can be used now, by a small request to the engine, at most one
 * a second however many ask.
 *
 * <p>An engine that asks for fewer requests, or a node that has too many on their way, is ready: to
 * take a node away from a balancer helps no engine that is overloaded, and all nodes share it.
 *
 * <p>Threads: any; the one that asks waits.
 */
final class BucketCheck { // decision 315

    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);
    /** Less than the five seconds that a health check has for all. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(4);
    /** A name that no object has. */
    private static final String NO_OBJECT = ".millrace.ready";

    private final BucketState state;
    private final Runnable reachable;
    /** Null before the first look. Guarded by this, as all below. */
    private Boolean isReady;
    private long lastNs;
    /** Why it is not ready. */
    private String reason;

    /** @param reachable told when the engine can be used and has yet to be probed */
    BucketCheck(BucketState state, Runnable reachable) {
        this.state = state;
        this.reachable = reachable;
    }

    /**
     * As {@link BucketStore#checkBucket}.
     *
     * @throws IOException with one line, if it can't be used
     */
    synchronized void check() throws IOException {
        long nowNs = state.clockNs().getAsLong();
        if (isReady == null || nowNs - lastNs >= FRESH_NS) {
            reason = look();
            isReady = reason == null;
            lastNs = state.clockNs().getAsLong();
        }
        if (!isReady) {
            throw new IOException(reason);
        }
    }

    /** What is wrong; null if nothing is. */
    private String look() throws IOException {
        CompletableFuture<?> answer = state.holds().mayList()
                ? state.client().list(S3ListQuery.of(NO_OBJECT).atMost(1))
                : state.client().head(NO_OBJECT, Map.of());
        try {
            answer.get(PATIENCE_NS, TimeUnit.NANOSECONDS);
            return unheld();
        } catch (ExecutionException e) {
            Throwable cause = BucketFaults.cause(e);
            if (cause instanceof S3Exception engine && isAlive(engine)) {
                return unheld();
            }
            return "the bucket can't be used: " + cause.getMessage();
        } catch (TimeoutException e) {
            answer.cancel(true);
            return "the engine hasn't answered within 4 s";
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the engine was asked");
        }
    }

    private boolean isAlive(S3Exception e) {
        return switch (e.kind()) {
            case SLOW_DOWN, BUSY -> true;
            case DENIED -> !state.holds().mayList();
            default -> false;
        };
    }

    /** What an engine that can be used lacks; null if it lacks nothing. */
    private String unheld() {
        Holds holds = state.holds();
        if (!holds.isKnown()) {
            reachable.run();
            return "the engine has yet to be probed for conditional writes";
        }
        return state.options().requireConditions() && !state.options().readOnly()
                && !holds.writes()
                ? "the engine doesn't hold the conditional writes that are required" : null;
    }
}
