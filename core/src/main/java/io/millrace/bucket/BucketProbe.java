package io.millrace.bucket;

import io.millrace.bucket.engine.Holds;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Listed;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out which conditional writes an engine holds, by racing them ({@link ConditionRaces}): an
 * engine that looks first and writes then, or ignores what it doesn't know, lets several pass.
 *
 * <p>The probe's object has a name that no client can ask for or guess. It is removed whatever
 * happens, and what a killed process has left is removed by the next probe.
 *
 * <p>Threads: one, which waits for the engine.
 */
final class BucketProbe { // decision 311

    private static final String PREFIX = ".millrace.probe-";
    /** No probe takes as long: older ones are left over. */
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    private final BucketState state;
    private final S3Client client;
    private final String key;
    private boolean mayList = true;

    BucketProbe(BucketState state) {
        this.state = state;
        this.client = state.client();
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.key = PREFIX + HexFormat.of().formatHex(random);
    }

    /**
     * Whether the engine can be reached, with these keys.
     *
     * @param longest how long that may take
     * @throws IOException if not; an {@link S3Exception} unless it took too long
     */
    void look(Duration longest) throws IOException {
        EngineWait wait = new EngineWait(longest);
        try {
            removeOld(wait.await(client.list(S3ListQuery.of(PREFIX).atMost(100))));
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
            mayList = false;
            lookWithoutList(wait);
        }
    }

    /** Keys that may not list see 403 of what isn't there: it is an answer. */
    private void lookWithoutList(EngineWait wait) throws IOException {
        try {
            wait.await(client.head(key, Map.of()));
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
        }
    }

    /** What a store that changes nothing knows after a look. */
    Holds readOnly() {
        return new Holds(true, false, false, false, false, mayList, false);
    }

    /**
     * What the engine holds, after a look.
     *
     * @param longest how long that may take
     * @throws IOException if it can't be found out now; an {@link S3Exception} unless it took too
     *     long
     */
    Holds probe(Duration longest) throws IOException {
        EngineWait wait = new EngineWait(longest);
        ConditionRaces races = new ConditionRaces(client, key, wait);
        boolean done = false;
        try {
            boolean create = races.create();
            boolean replace = races.replace();
            boolean delete = replace && races.delete();
            boolean complete = create && holdsComplete(races);
            done = true;
            return new Holds(true, create, replace, delete, complete, mayList,
                    races.mayDelete());
        } finally {
            cleanUp(wait, done && races.mayDelete());
        }
    }

    /** Keys that have no right to multipart uploads make none. */
    private static boolean holdsComplete(ConditionRaces races) throws IOException {
        try {
            return races.complete();
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED && e.kind() != S3Exception.Kind.NOT_SUPPORTED) {
                throw e;
            }
            return false;
        }
    }

    /** @param isAwaited whether it should succeed; if not, a later probe removes what is left */
    private void cleanUp(EngineWait wait, boolean isAwaited) {
        CompletableFuture<S3Answer> removal = client.delete(key, Map.of());
        if (!isAwaited) {
            return;
        }
        try {
            wait.await(removal);
        } catch (IOException e) {
            state.faults().log("the probe's object " + key + " wasn't removed", e);
        }
    }

    private void removeOld(S3ListPage page) {
        Instant old = Instant.now().minus(LEFT_OVER);
        if (state.options().readOnly()) {
            return;
        }
        for (S3Listed object : page.objects()) {
            if (object.lastModified() != null && object.lastModified().isBefore(old)) {
                client.delete(object.key(), Map.of()).exceptionally(failure -> {
                    state.faults().log("an old probe's object wasn't removed", failure);
                    return null;
                });
            }
        }
    }
}
