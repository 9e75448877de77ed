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

/**
 * Races of changes of one object that have the same condition, of which only one may pass. A kind
 * is held if no race has two winners and some have one; the first with two ends it.
 *
 * <p>Four racers at once, 24 times: an engine on which one of ten pairs passes together is taken
 * for a better one once in a million starts.
 *
 * <p>Threads: one, which waits for the engine.
 */
final class ConditionRaces { // decision 311

    static final int RACERS = 4;
    static final int ROUNDS = 24;
    /** The tag of no version. */
    private static final String STALE = "\"0123456789abcdef0123456789abcdef\"";

    private final S3Client client;
    private final String key;
    private final EngineWait wait;
    private int bodies;
    private boolean mayDelete = true;
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
            int passed = race(Map.of("If-None-Match", "*"), 0).size();
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
            List<S3Answer> passed = race(Map.of("If-Match", etag), 0);
            if (passed.size() > 1 || round == 1 && won + passed.size() == 0) {
                return false;
            }
            won += passed.size();
            etag = wait.await(client.head(key, Map.of())).etag();
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
            int passed = race(Map.of("If-Match", etag), RACERS / 2).size();
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
    private List<S3Answer> race(Map<String, String> condition, int deletes) throws IOException {
        List<CompletableFuture<S3Answer>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(passed(i < deletes ? client.delete(key, condition) : put(condition)));
        }
        List<S3Answer> passed = new ArrayList<>();
        for (CompletableFuture<S3Answer> racer : racers) {
            S3Answer answer = wait.await(racer);
            if (answer != null) {
                passed.add(answer);
            }
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
        etag = wait.await(client.head(key, Map.of())).etag();
    }

    private void remove() throws IOException {
        try {
            wait.await(client.delete(key, Map.of()));
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
            mayDelete = false;
        }
    }
}
