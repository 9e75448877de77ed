package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Double;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads by two nodes with caches, beside changes by one of them: how old what they see may be. */
@Timeout(120)
class CacheRaceTest {

    private static final int VERSIONS = 100;
    private static final int READERS = 3;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private S3Double engine;
    private BucketClient writing;
    private BucketClient other;
    private HttpServer server;
    /** The last version whose PUT was answered. */
    private final AtomicInteger stored = new AtomicInteger();
    /** When each version's PUT was answered, by the other node's clock; 0 if it was not. */
    private final AtomicLongArray storedNs = new AtomicLongArray(VERSIONS + 1);

    @BeforeEach
    void openTwoNodes() throws IOException {
        engine = S3Double.start();
        writing = node();
        other = node();
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                writing::handle);
        engine.place("a", "0");
    }

    private BucketClient node() throws IOException {
        return BucketClient.of(engine, BucketClient.options(engine).cacheBytes(1 << 20)
                .cacheWindow(WINDOW).build());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        writing.close();
        other.close();
        engine.close();
    }

    private Void write() throws Exception {
        try (PutClient client = new PutClient(server.address())) {
            for (int version = 1; version <= VERSIONS; version++) {
                byte[] body = Integer.toString(version).getBytes(StandardCharsets.US_ASCII);
                assertEquals(204, client.put("/a", body).status());
                storedNs.set(version, other.nowNs.get());
                stored.set(version);
                long passedNs = WINDOW.toNanos() / 4;
                writing.nowNs.addAndGet(passedNs);
                other.nowNs.addAndGet(passedNs);
            }
        }
        return null;
    }

    /** What the writing node's clients see is never older than what was answered before. */
    private Void readOwn() throws Exception {
        while (stored.get() < VERSIONS) {
            int least = stored.get();
            int seen = Integer.parseInt(writing.get("/a").text());
            assertTrue(seen >= least, seen + " after " + least + " was stored");
        }
        return null;
    }

    /** What the other node's clients see is older by a window at most. */
    private Void readOther() throws Exception {
        while (stored.get() < VERSIONS) {
            int least = stored.get();
            long nowNs = other.nowNs.get();
            while (least > 0 && nowNs - storedNs.get(least) < WINDOW.toNanos()) {
                least--;
            }
            int seen = Integer.parseInt(other.get("/a").text());
            assertTrue(seen >= least, seen + " a window after " + least + " was stored");
        }
        return null;
    }

    @Test
    void readsAreAsOldAsTheWindowSaysAndThoseOfTheWritingNodeNotAtAll() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                all.add(executor.submit(this::readOwn));
                all.add(executor.submit(this::readOther));
            }
            all.add(executor.submit(this::write));
            for (int i = all.size() - 1; i >= 0; i--) {
                all.get(i).get(100, TimeUnit.SECONDS);
            }
        } finally {
            stored.set(VERSIONS); // the readers end
            executor.shutdownNow();
        }
        assertTrue(writing.state.cache().hits() > 0);
        assertTrue(other.state.cache().hits() > 0);
        assertTrue(other.state.cache().revalidations() + other.state.cache().misses() > 0);
    }
}
