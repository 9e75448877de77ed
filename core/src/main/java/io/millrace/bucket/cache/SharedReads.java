package io.millrace.bucket.cache;

import io.millrace.http.HttpException;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of small objects into the cache, one for all that ask for the same object meanwhile. What
 * is in the cache already is read again only if a look shows another object: by the entity tag
 * alone, the same bytes with other fields would be the same.
 *
 * <p>Nobody joins a read that began before the last change by this node, or longer ago than the
 * cache's window.
 *
 * <p>Threads: any.
 */
public final class SharedReads {

    /**
     * What a read has found.
     *
     * @param copy null if there is no such object, or none that fits the cache
     * @param isLarge whether there is one that doesn't
     */
    public record Found(CachedCopy copy, boolean isLarge) {

        static final Found NOTHING = new Found(null, false);
        static final Found LARGE = new Found(null, true);
    }

    private record Read(long beganNs, int generation, CompletableFuture<Found> found) {
    }

    private final S3Client client;
    private final BucketCache cache;
    /** Those under way, by name; the latest of each. Guarded by this. */
    private final Map<String, Read> reads = new HashMap<>();

    public SharedReads(S3Client client, BucketCache cache) {
        this.client = client;
        this.cache = cache;
    }

    /** Reads an object, or joins who does; null if too many are being read. */
    public CompletableFuture<Found> read(String name) {
        Read read;
        synchronized (this) {
            int generation = cache.generation(name);
            Read running = reads.get(name);
            if (running != null && running.generation == generation
                    && cache.isWithin(running.beganNs)) {
                return running.found.copy();
            }
            if (reads.size() >= cache.maxReads()) {
                return null;
            }
            read = new Read(cache.nowNs(), generation, new CompletableFuture<>());
            reads.put(name, read);
        }
        try {
            ask(name, read).whenComplete((found, failure) -> end(name, read, found, failure));
        } catch (RuntimeException | Error e) {
            end(name, read, null, e);
        }
        return read.found.copy();
    }

    private void end(String name, Read read, Found found, Throwable failure) {
        synchronized (this) {
            reads.remove(name, read);
        }
        if (failure == null) {
            read.found.complete(found);
        } else {
            read.found.completeExceptionally(failure);
        }
    }

    private CompletableFuture<Found> ask(String name, Read read) {
        CachedCopy copy = cache.find(name);
        return copy == null ? get(name, read) : client.head(name, Map.of())
                .thenCompose(seen -> seen(name, read, copy, seen));
    }

    private CompletableFuture<Found> seen(String name, Read read, CachedCopy copy,
            S3Answer seen) {
        if (copy.head().isThatOf(seen)) {
            cache.checked(copy, read.beganNs, read.generation);
            return CompletableFuture.completedFuture(new Found(copy, false));
        }
        return seen.status() == 404 ? answered(name, read, seen) : get(name, read);
    }

    private CompletableFuture<Found> get(String name, Read read) {
        return client.get(name, Map.of()).thenCompose(answer -> answered(name, read, answer));
    }

    private CompletableFuture<Found> answered(String name, Read read, S3Answer answer) {
        if (answer.status() == 404) {
            cache.forget(name);
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
        if (!answer.hasBody()) {
            return CompletableFuture.failedFuture(
                    new IOException("unexpected status of the engine: " + answer.status()));
        }
        ObjectHead head;
        try {
            head = ObjectHead.of(answer);
        } catch (HttpException e) {
            answer.discard();
            return CompletableFuture.failedFuture(e);
        }
        if (!cache.holds(head.sizeBytes()) || head.validators().etag() == null) {
            answer.discard();
            cache.forget(name);
            return CompletableFuture.completedFuture(Found.LARGE);
        }
        EngineBody body = new EngineBody(client, name, head);
        body.begin(answer, 0);
        return WholeBody.read(body).thenApply(bytes -> {
            CachedCopy kept = new CachedCopy(name, head, bytes, read.beganNs);
            cache.keep(kept, read.generation);
            return new Found(kept, false);
        });
    }
}
