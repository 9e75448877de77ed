package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.Pause;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that stays within its size and age: what leaves it, and what a use is. */
class EvictionTest {

    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final long NOW = 2_000_000_000L;

    @TempDir
    Path folder;

    /** Seconds since 1970. */
    private final AtomicLong now = new AtomicLong(NOW);
    private FolderStore store;
    private Client client;

    private void open(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(folder, options.build(), System::nanoTime, () -> now.get() * 1000);
        client = new Client(store);
        await(() -> store.evictionStats().passes() > 0);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private static void await(BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it never happens");
            Pause.briefly();
        }
    }

    /** Waits until some object has left. */
    private void awaitEviction() {
        await(() -> store.evictionStats().byAge() + store.evictionStats().bySize() > 0);
    }

    private void file(String name, int bytes, long usedSeconds) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
        FileTime time = FileTime.from(usedSeconds, TimeUnit.SECONDS);
        Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(time, time, null);
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            files.filter(Files::isRegularFile).forEach(
                    file -> names.add(folder.relativize(file).toString()));
            names.remove(".millrace.lock");
            return names;
        }
    }

    @Test
    void storeAtItsSizeKeepsAllAndByteBeyondLetsTheOldestLeave() throws IOException {
        file("a", 50, NOW - 100);
        file("x/b", 50, NOW - 200);
        open(StoreOptions.builder().evictToBytes(100));
        assertEquals(Set.of("a", "x/b"), names());
        assertEquals(200, client.put("/c", "1").status());
        awaitEviction();
        assertEquals(Set.of("a", "c"), names());
        assertEquals(404, client.get("/x/b").status());
        assertEquals(1, store.evictionStats().bySize());
        assertEquals(50, store.evictionStats().bytes());
    }

    @Test
    void asManyLeaveAsFreeATenthTimeAfterTime() throws IOException {
        for (int i = 0; i < 10; i++) {
            file("k" + i, 1000, NOW - 100 + i);
        }
        open(StoreOptions.builder().evictToBytes(10_000));
        for (int round = 1; round <= 2; round++) {
            assertEquals(200, client.put("/new" + round, "1".repeat(2000)).status());
            int evicted = 1 + 2 * round;
            await(() -> store.evictionStats().bySize() == evicted);
            assertEquals(10 + round - evicted, names().size());
            assertFalse(Files.exists(folder.resolve("k" + (evicted - 1))));
            now.addAndGet(10);
        }
    }

    @Test
    void objectThatWasNotUsedForTheTimeLeaves() throws IOException {
        file("at", 5, NOW - 86_400);
        file("before", 5, NOW - 86_399);
        open(StoreOptions.builder().evictAfter(Duration.ofDays(1)));
        assertEquals(Set.of("before"), names());
        assertEquals(1, store.evictionStats().byAge());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "range", "304", "412", "cached"})
    void usedObjectStaysAndTheNextLeaves(String use) throws Exception {
        file("a", 50, NOW - 200);
        file("b", 50, NOW - 100);
        open(StoreOptions.builder().evictToBytes(100));
        if (use.equals("cached")) {
            client.get("/a");
            client.get("/a");
            now.addAndGet(1);
            long noted = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            await(() -> System.nanoTime() - noted > 0); // a use in memory is noted once a second
        }
        switch (use) {
            case "HEAD" -> assertEquals(200, client.send(Request.of("HEAD", "/a")).status());
            case "range" -> assertEquals(206, client.get("/a", "Range", "bytes=0-0").status());
            case "304" -> assertEquals(304, client.get("/a", "If-None-Match", "*").status());
            case "412" -> assertEquals(412, client.put("/a", "1", "If-None-Match", "*").status());
            default -> assertEquals(200, client.get("/a").status());
        }
        now.addAndGet(10);
        client.put("/c", "1");
        awaitEviction();
        assertEquals(Set.of("a", "c"), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"the object", "its folder", "the folder above"})
    void movedObjectStaysAndTheNextLeaves(String moved) throws Exception {
        file("x/y/a", 50, NOW - 200);
        file("b", 50, NOW - 100);
        open(StoreOptions.builder().evictToBytes(100));
        String at = switch (moved) {
            case "the object" -> "x/y/moved";
            case "its folder" -> "x/moved/a";
            default -> "moved/y/a";
        };
        switch (moved) {
            case "the object" -> assertEquals(201, client.move("/x/y/a", "/" + at).status());
            case "its folder" -> assertEquals(201, client.move("/x/y/", "/x/moved/").status());
            default -> assertEquals(201, client.move("/x/", "/moved/").status());
        }
        now.addAndGet(10);
        client.put("/c", "1");
        awaitEviction();
        assertEquals(Set.of(at, "c"), names());
    }

    // Their files know nothing of uses that a pass hasn't written there yet.
    @Test
    void useOfAnObjectIsNotForgottenWhenItsFolderMoves() throws Exception {
        file("x/a", 50, NOW - 9);
        file("b", 50, NOW - 9);
        open(StoreOptions.builder().evictAfter(Duration.ofSeconds(10)).cacheBytes(0));
        assertEquals(200, client.get("/x/a").status());
        assertEquals(201, client.move("/x/", "/y/").status());
        now.addAndGet(9);
        awaitEviction();
        assertEquals(Set.of("y/a"), names());
        now.addAndGet(1);
        await(() -> store.evictionStats().byAge() > 1);
        assertEquals(Set.of(), names());
    }

    @Test
    void runningGetKeepsItsObjectHoweverLongItTakes() throws Exception {
        file("x/a", 50, NOW - 5);
        file("b", 50, NOW - 5);
        open(StoreOptions.builder().evictAfter(Duration.ofSeconds(10)).cacheBytes(0));
        Response running = store.handle(Request.of("GET", "/x/a")).complete();
        now.addAndGet(1000);
        awaitEviction();
        assertEquals(Set.of("x/a"), names());
        now.addAndGet(5);
        running.body().close();
        now.addAndGet(9);
        long passes = store.evictionStats().passes();
        await(() -> store.evictionStats().passes() > passes + 1);
        assertEquals(Set.of("x/a"), names(), "its end is a use");
        now.addAndGet(1);
        await(() -> store.evictionStats().byAge() > 1);
        assertEquals(Set.of(), names());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runningPutOfAPartKeepsTheRestOfItsObject(boolean whole) throws Exception {
        file("a", 50, NOW - 5);
        file("b", 50, NOW - 5);
        open(StoreOptions.builder().evictAfter(Duration.ofSeconds(10)));
        Exchange running = client.begin(
                Request.of("PUT", "/a", "Content-Range", "bytes 50-50/51"), "x");
        now.addAndGet(1000);
        awaitEviction();
        assertTrue(Files.exists(folder.resolve("a")));
        if (whole) {
            assertEquals(204, Client.known(running.complete()).status().code());
        } else {
            running.abandon(Abandonment.PEER_LEFT, null);
        }
        now.addAndGet(1000);
        await(() -> store.evictionStats().byAge() > 1);
        assertEquals(Set.of(), names());
    }

    @Test
    void digestThatIsGivenUpLeavesNoReaderBehind() throws Exception {
        file("a", 50, NOW - 5);
        open(StoreOptions.builder().evictAfter(Duration.ofSeconds(10)).cacheBytes(0));
        assertEquals(200, client.get("/a", "Want-Repr-Digest", "sha-256=1").status());
        assertEquals(206, client.get("/a", "Range", "bytes=0-0").status());
        assertEquals(416, client.get("/a", "Range", "bytes=50-").status());
        now.addAndGet(1000);
        awaitEviction();
        assertEquals(Set.of(), names());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileOfAGetIsClosedWithItsBody() throws IOException {
        file("a", 50, NOW - 100);
        open(StoreOptions.builder().evictToBytes(100));
        long before = OpenFiles.below(folder);
        assertEquals(200, client.get("/a").status());
        assertEquals(206, client.get("/a", "Range", "bytes=0-1").status());
        assertEquals(before, OpenFiles.below(folder));
    }

    @Test
    void putThatFindsTheQuotaFullMakesRoomForTheNext() throws IOException {
        file("a", 50, NOW - 200);
        file("b", 45, NOW - 100);
        open(StoreOptions.builder().quotaBytes(100).evictToBytes(100));
        assertEquals(507, client.put("/c", "x".repeat(101)).status());
        assertNull(client.put("/c", "x".repeat(101)).field("Retry-After"), "it never fits");
        Reply refused = client.put("/c", "x".repeat(6));
        assertEquals(507, refused.status());
        assertEquals("1", refused.field("Retry-After"));
        awaitEviction();
        assertEquals(200, client.put("/c", "x".repeat(55)).status());
        assertEquals(Set.of("b", "c"), names());
    }

    @Test
    void fullQuotaOfAStoreThatOnlyEvictsByAgeIsFinal() throws IOException {
        open(StoreOptions.builder().quotaBytes(5).evictAfter(Duration.ofDays(1)));
        assertNull(client.put("/a", "123456").field("Retry-After"));
    }

    @Test
    void restartKeepsTheOrderOfReads() throws Exception {
        file("a", 30, NOW - 86_400 * 3);
        file("b", 30, NOW - 86_400 * 2);
        file("c", 30, NOW - 86_400);
        BasicFileAttributes before =
                Files.readAttributes(folder.resolve("a"), BasicFileAttributes.class);
        open(StoreOptions.builder().evictToBytes(100));
        assertEquals(200, client.get("/a").status());
        now.addAndGet(100);
        assertEquals(200, client.get("/b").status());
        store.close();
        BasicFileAttributes after =
                Files.readAttributes(folder.resolve("a"), BasicFileAttributes.class);
        assertEquals(before.lastModifiedTime(), after.lastModifiedTime());
        now.addAndGet(100);
        open(StoreOptions.builder().evictToBytes(80));
        assertEquals(Set.of("a", "b"), names());
        store.close();
        open(StoreOptions.builder().evictToBytes(40));
        assertEquals(Set.of("b"), names());
    }

    @Test
    void objectPutOverAnOldOneStays() throws Exception {
        file("a", 50, NOW - 200);
        file("b", 50, NOW - 100);
        open(StoreOptions.builder().evictToBytes(100));
        now.addAndGet(10);
        assertEquals(200, client.put("/a", "x".repeat(51)).status());
        awaitEviction();
        assertEquals(Set.of("a"), names());
        assertEquals("x".repeat(51), client.get("/a").text());
    }

    @Test
    void storeOfTheArticlesContractEvictsToo() throws Exception {
        file("a", 50, NOW - 200);
        file("x/b", 50, NOW - 300);
        open(StoreOptions.builder().contract(Contract.ARTICLE).evictAfter(
                Duration.ofSeconds(100)));
        assertEquals(Set.of("x/b"), names(), "no object of this contract");
    }

    @Test
    void storeWithoutLimitsNotesNothing() throws Exception {
        store = FolderStore.open(folder);
        assertNull(store.evictionStats());
        client = new Client(store);
        assertEquals(200, client.put("/a", "1").status());
        assertTrue(client.get("/a").body().length > 0);
    }
}
