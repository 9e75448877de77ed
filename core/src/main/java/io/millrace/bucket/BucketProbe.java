package io.millrace.bucket;

import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Listed;
import io.millrace.s3.S3Part;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out which conditional writes an engine holds, by racing them: two requests at once over two
 * connections, of which one must fail. An engine that looks first and writes then, or ignores what
 * it doesn't know, lets both pass.
 *
 * <p>The probe's object has a name that no client can ask for or guess. It is removed whatever
 * happens, and what a killed process has left is removed by the next probe.
 *
 * <p>Threads: one, which waits for the engine.
 */
final class BucketProbe { // decision 311

    private static final String PREFIX = ".millrace.probe-";
    private static final int ROUNDS = 8;
    /** The tag of no version. */
    private static final String STALE = "\"0123456789abcdef0123456789abcdef\"";
    /** No probe takes as long: older ones are left over. */
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    private final BucketState state;
    private final S3Client client;
    private final String key;
    private long untilNs;
    private int bodies;
    private boolean mayList = true;
    private boolean mayDelete = true;

    /** Races of one kind. In some nobody wins: the engine refuses both, as they meet. */
    private static final class Races {

        private int won;
        private int lost;

        void add(int passed) {
            won += passed == 1 ? 1 : 0;
            lost += passed == 2 ? 1 : 0;
        }

        boolean areHeld() {
            return lost == 0 && won > 0;
        }
    }

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
        untilNs = System.nanoTime() + longest.toNanos();
        try {
            removeOld(await(client.list(S3ListQuery.of(PREFIX).atMost(100))));
        } catch (S3Exception e) {
            if (e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
            mayList = false;
            lookWithoutList();
        }
    }

    /** Keys that may not list see 403 of what isn't there: it is an answer. */
    private void lookWithoutList() throws IOException {
        try {
            await(client.head(key, Map.of()));
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
        untilNs = System.nanoTime() + longest.toNanos();
        boolean done = false;
        try {
            Races create = new Races();
            Races replace = new Races();
            for (int round = 0; round < ROUNDS; round++) {
                create.add(passed(Map.of("If-None-Match", "*")));
                put(Map.of()); // one is there now, whoever has won
                replace.add(passed(Map.of("If-Match", etag())));
                remove(round + 1 < ROUNDS);
            }
            put(Map.of());
            boolean stale = isRefused(STALE);
            boolean delete = mayDelete && holdsDelete();
            boolean complete = holdsComplete();
            done = true;
            return new Holds(true, create.areHeld(), stale && replace.areHeld(), delete, complete,
                    mayList, mayDelete);
        } finally {
            cleanUp(done);
        }
    }

    /** How many of two PUTs at once pass, whose condition holds for both; 2 if unsupported. */
    private int passed(Map<String, String> condition) throws IOException {
        CompletableFuture<S3Answer> one = client.put(body(condition));
        CompletableFuture<S3Answer> other = client.put(body(condition));
        int passed = 0;
        for (CompletableFuture<S3Answer> each : List.of(one, other)) {
            try {
                passed += await(each).status() < 300 ? 1 : 0;
            } catch (S3Exception e) {
                if (!isUnsupported(e)) {
                    throw e;
                }
                return 2;
            }
        }
        return passed;
    }

    private boolean isRefused(String staleEtag) throws IOException {
        try {
            return await(client.put(body(Map.of("If-Match", staleEtag)))).status() >= 400;
        } catch (S3Exception e) {
            if (!isUnsupported(e)) {
                throw e;
            }
            return false;
        }
    }

    private static boolean isUnsupported(S3Exception e) {
        return e.kind() == S3Exception.Kind.NOT_SUPPORTED
                || e.kind() == S3Exception.Kind.REFUSED && e.status() >= 400 && e.status() < 500;
    }

    private S3Put body(Map<String, String> fields) {
        String text = "millrace probes conditional writes: " + ++bodies + "\n";
        return new S3Put(key, fields, S3Payload.of(text.getBytes(StandardCharsets.UTF_8)), false);
    }

    private void put(Map<String, String> fields) throws IOException {
        await(client.put(body(fields)));
    }

    private String etag() throws IOException {
        String etag = await(client.head(key, Map.of())).etag();
        return etag == null ? "\"\"" : etag;
    }

    /** Removes the object, so that the next round can create it. */
    private void remove(boolean isNeeded) throws IOException {
        if (mayDelete || isNeeded) {
            try {
                await(client.delete(key, Map.of()));
            } catch (S3Exception e) {
                if (e.kind() != S3Exception.Kind.DENIED) {
                    throw e;
                }
                mayDelete = false;
            }
        }
    }

    private boolean holdsDelete() throws IOException {
        try {
            int stale = await(client.delete(key,
                    Map.of("If-Match", STALE))).status();
            if (stale < 400 || await(client.head(key, Map.of())).status() == 404) {
                put(Map.of());
                return false;
            }
            boolean right = await(client.delete(key, Map.of("If-Match", etag()))).status() < 300;
            put(Map.of());
            return right;
        } catch (S3Exception e) {
            if (!isUnsupported(e)) {
                throw e;
            }
            return false;
        }
    }

    /** Whether the end of a multipart upload fails where an object is, or another version. */
    private boolean holdsComplete() throws IOException {
        try {
            return completes(Map.of("If-None-Match", "*")) >= 400
                    && completes(Map.of("If-Match", STALE)) >= 400
                    && completes(Map.of("If-Match", etag())) < 300;
        } catch (S3Exception e) {
            if (!isUnsupported(e) && e.kind() != S3Exception.Kind.DENIED) {
                throw e;
            }
            return false;
        }
    }

    private int completes(Map<String, String> condition) throws IOException {
        String id = await(client.beginMultipart(key, Map.of()));
        boolean isCompleted = false;
        try {
            S3Part part = await(client.part(key, id, 1,
                    S3Payload.of("millrace\n".getBytes(StandardCharsets.UTF_8))));
            int status = await(client.completeMultipart(key, id, List.of(part), condition))
                    .status();
            isCompleted = status < 300;
            return status;
        } finally {
            if (!isCompleted) {
                // Not awaited: what is left is old soon, and removed then.
                client.abortMultipart(key, id).exceptionally(failure -> {
                    state.faults().log("an upload of the probe wasn't aborted", failure);
                    return null;
                });
            }
        }
    }

    /** @param isKnown whether the probe has come to its end; if not, that tells why already */
    private void cleanUp(boolean isKnown) {
        CompletableFuture<S3Answer> removal = client.delete(key, Map.of());
        if (!isKnown || !mayDelete) {
            return; // what is left is removed by a later probe
        }
        try {
            await(removal);
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

    private <T> T await(CompletableFuture<T> future) throws IOException {
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
