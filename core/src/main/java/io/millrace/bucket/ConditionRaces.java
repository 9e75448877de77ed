package io.millrace.bucket;

import io.millrace.bucket.engine.BucketFaults;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Part;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Races of changes of one object that have the same condition, of which only one may pass. A kind
 * is held if no race has two winners and some have one; the first with two ends it.
 *
 * <p>Four racers at once, 24 times: an engine on which one of ten pairs passes together is taken
 * for a better one once in a million starts. Every second time their bodies are held back until all
 * heads are there, so that an engine that looks first and writes then has looked for all of them.
 *
 * <p>Threads: one, which waits for the engine.
 */
final class ConditionRaces { // decision 311

    static final int RACERS = 4;
    static final int ROUNDS = 24;
    /** What an engine gets to have the heads of all racers. */
    private static final long HEADS_MS = 1_000;
    /** What it gets to look at the last one, if it is slower than this. */
    private static final long LONGEST_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SHORTEST_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Races that could not be held, before none is any more. */
    static final int MAX_FAILED_HOLDS = 3;
    /** The tag of no version. */
    private static final String STALE = "\"0123456789abcdef0123456789abcdef\"";

    private final S3Client client;
    private final String key;
    private final EngineWait wait;
    private int bodies;
    private boolean mayDelete = true;
    private int failedHolds;
    /** What the last small request to the object took. */
    private long lookNs;
    /** That of the version that is there. */
    private String etag;

    ConditionRaces(S3Client client, String key, EngineWait wait) {
        this.client = client;
        this.key = key;
        this.wait = wait;
    }

    /** Whether the keys have the right to delete, as far as was seen. */
    boolean mayDelete() {
        return mayDelete;
    }

    /** Whether of several PUTs of a new object one passes. Leaves the object there. */
    boolean create() throws IOException {
        int won = 0;
        for (int round = 0; round < ROUNDS && mayDelete; round++) {
            int passed = race(round, Map.of("If-None-Match", "*"), 0).size();
            if (passed > 1) {
                return false;
            }
            won += passed;
            remove();
        }
        return won > 0;
    }

    /** Whether of several PUTs that replace the same version one passes. */
    boolean replace() throws IOException {
        client.plainTags(false);
        boolean isHeld = replaces();
        if (!isHeld && etag != null && isRefused(etag)) {
            client.plainTags(true); // Ceph compares the field's bytes with a tag without quotes
            isHeld = replaces();
            client.plainTags(isHeld);
        }
        return isHeld;
    }

    private boolean replaces() throws IOException {
        put();
        int won = 0;
        for (int round = 0; round < ROUNDS && etag != null; round++) {
            List<S3Answer> passed = race(round, Map.of("If-Match", etag), 0);
            if (passed.size() > 1 || round == 1 && won + passed.size() == 0) {
                return false;
            }
            won += passed.size();
            look();
        }
        return won > 0 && isRefused(STALE);
    }

    /** Whether of DELETEs and PUTs of the same version one passes, if {@link #replace} is held. */
    boolean delete() throws IOException {
        put();
        if (!mayDelete || !isKept()) {
            return false;
        }
        int won = 0;
        for (int round = 0; round < ROUNDS && etag != null; round++) {
            int passed = race(round, Map.of("If-Match", etag), RACERS / 2).size();
            if (passed > 1) {
                return false;
            }
            won += passed;
            put();
        }
        return won > 0 && etag != null && removes(etag);
    }

    /** Whether the object stays where a DELETE is for another version. */
    private boolean isKept() throws IOException {
        return !removes(STALE) && wait.await(client.head(key, Map.of())).status() < 300;
    }

    private boolean removes(String tag) throws IOException {
        return wait.await(passed(client.delete(key, Map.of("If-Match", tag)))) != null;
    }

    /** Whether the end of a multipart upload fails where an object is, or another version. */
    boolean complete() throws IOException {
        put();
        return etag != null && !completes(Map.of("If-None-Match", "*"))
                && !completes(Map.of("If-Match", STALE)) && completes(Map.of("If-Match", etag));
    }

    private boolean completes(Map<String, String> condition) throws IOException {
        String id = wait.await(client.beginMultipart(key, Map.of()));
        boolean isCompleted = false;
        try {
            S3Part part = wait.await(client.part(key, id, 1, S3Payload.of(body())));
            isCompleted = wait.await(passed(client.completeMultipart(key, id, List.of(part),
                    condition))) != null;
            return isCompleted;
        } finally {
            if (!isCompleted) {
                client.abortMultipart(key, id); // what stays is aborted when it is old
            }
        }
    }

    private boolean isRefused(String tag) throws IOException {
        return wait.await(passed(put(Map.of("If-Match", tag)))) == null;
    }

    /** Lets changes run at once, the given number of which are DELETEs; those that have passed. */
    private List<S3Answer> race(int round, Map<String, String> condition, int deletes)
            throws IOException {
        if (round % 2 == 1 || failedHolds == MAX_FAILED_HOLDS) {
            return raceFreely(condition, deletes);
        }
        try {
            return raceHeld(condition, deletes);
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.RESET) {
                throw e;
            }
            failedHolds++; // it may have answered before the body, and broken off
            return List.of();
        }
    }

    private List<S3Answer> raceFreely(Map<String, String> condition, int deletes)
            throws IOException {
        List<CompletableFuture<S3Answer>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(i < deletes ? client.delete(key, condition) : put(condition));
        }
        return passed(racers);
    }

    /**
     * A race of small requests may be none: each may be over before the next one is there. So the
     * bodies are kept back until the engine has had all heads, and time to look whether they may
     * pass.
     */
    private List<S3Answer> raceHeld(Map<String, String> condition, int deletes)
            throws IOException {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        List<CompletableFuture<S3Answer>> racers = new ArrayList<>();
        List<CompletableFuture<Object>> heads = new ArrayList<>();
        for (int i = deletes; i < RACERS; i++) {
            byte[] bytes = body();
            HeldBody body = new HeldBody(bytes, gate);
            CompletableFuture<S3Answer> put = client.put(new S3Put(key, condition,
                    S3Payload.streamed(bytes.length, body), false));
            racers.add(put);
            heads.add(CompletableFuture.anyOf(body.asked(), put.handle((done, e) -> null)));
        }
        try {
            awaitHeads(heads);
            for (int i = 0; i < deletes; i++) {
                racers.add(client.delete(key, condition));
            }
            gate.complete(null);
            return passed(racers);
        } finally {
            racers.forEach(racer -> racer.cancel(true)); // those whose time was up
        }
    }

    private void awaitHeads(List<CompletableFuture<Object>> heads) throws IOException {
        CompletableFuture<Void> all = CompletableFuture.allOf(
                heads.toArray(CompletableFuture[]::new));
        wait.await(all.copy()
                .completeOnTimeout(null, HEADS_MS, TimeUnit.MILLISECONDS));
        if (!all.isDone()) {
            failedHolds++; // it may serve one connection after the other
            return;
        }
        wait.await(new CompletableFuture<Void>().completeOnTimeout(null,
                Math.max(SHORTEST_LOOK_NS, Math.min(lookNs, LONGEST_LOOK_NS)),
                TimeUnit.NANOSECONDS));
    }

    /** What came of all racers, even if one failed: none changes anything after that. */
    private List<S3Answer> passed(List<CompletableFuture<S3Answer>> racers) throws IOException {
        List<S3Answer> passed = new ArrayList<>();
        S3Exception failed = null;
        for (CompletableFuture<S3Answer> racer : racers) {
            try {
                S3Answer answer = wait.await(passed(racer));
                if (answer != null) {
                    passed.add(answer);
                }
            } catch (S3Exception e) {
                failed = e;
            }
        }
        if (failed != null && passed.size() < 2) {
            throw failed;
        }
        return passed;
    }

    /** The answer of a change that was made; null if it was refused. */
    private static CompletableFuture<S3Answer> passed(CompletableFuture<S3Answer> change) {
        return change.handle((answer, failure) -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(answer.isSuccess() ? answer : null);
            }
            return BucketFaults.cause(failure) instanceof S3Exception e && isRefusal(e)
                    ? CompletableFuture.<S3Answer>completedFuture(null)
                    : CompletableFuture.<S3Answer>failedFuture(failure);
        }).thenCompose(next -> next);
    }

    private static boolean isRefusal(S3Exception e) {
        return switch (e.kind()) {
            case NOT_SUPPORTED -> true;
            case REFUSED -> e.status() >= 400 && e.status() < 500;
            case INTERNAL -> e.status() == 500; // Ceph's answer to most losers of a race
            default -> false;
        };
    }

    private CompletableFuture<S3Answer> put(Map<String, String> condition) {
        return client.put(new S3Put(key, condition, S3Payload.of(body()), false));
    }

    private byte[] body() {
        return ("millrace probes conditional writes: " + ++bodies + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Has an object there, whatever was there. */
    private void put() throws IOException {
        wait.await(put(Map.of()));
        look();
    }

    private void look() throws IOException {
        long beganNs = System.nanoTime();
        etag = wait.await(client.head(key, Map.of())).etag();
        lookNs = System.nanoTime() - beganNs;
    }

    private void remove() throws IOException {
        try {
            long beganNs = System.nanoTime();
            wait.await(client.delete(key, Map.of()));
            lookNs = System.nanoTime() - beganNs;
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
            mayDelete = false;
        }
    }
}
