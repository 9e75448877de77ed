package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each figure of a store moves when what it counts happens; and how its folder is checked. */
@Timeout(60)
class StoreStatsTest {

    private static final String TOKEN = "a-token-to-read-with-0123456789";

    @TempDir
    Path root;

    private FolderStore store;
    private Client client;

    private void open(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(root.resolve("store"), options.build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void hitsAndMissesOfTheMemoryAreCounted() throws Exception {
        open(StoreOptions.builder().cacheWindow(Duration.ofHours(1)));
        client.put("/a", "bytes");
        client.get("/a");
        client.get("/absent");
        StoreStats missed = store.stats();
        assertEquals(List.of(0L, 2L), List.of(missed.cacheHits(), missed.cacheMisses()));
        client.get("/a"); // asked for again, so that it is kept
        client.get("/a");
        client.get("/a", "If-None-Match", "*");
        StoreStats stats = store.stats();
        assertEquals(List.of(2L, 3L, 1L), List.of(stats.cacheHits(), stats.cacheMisses(),
                stats.cachedObjects()));
        assertTrue(stats.cacheBytes() > 5, stats::toString);
        client.delete("/a");
        assertEquals(0, store.stats().cachedObjects());
        assertEquals(0, store.stats().cacheBytes());
    }

    @Test
    void storeWithoutACacheHasNoMisses() throws Exception {
        open(StoreOptions.builder().cacheBytes(0));
        client.get("/absent");
        assertEquals(0, store.stats().cacheMisses());
    }

    @Test
    void quotaIsUsedByObjectsAndUnfinishedUploads() throws Exception {
        open(StoreOptions.builder().quotaBytes(1000));
        client.put("/a", "bytes");
        assertEquals(OptionalLong.of(1000), store.stats().quotaBytes());
        assertEquals(OptionalLong.of(5), store.stats().quotaUsedBytes());
        Exchange upload = begin("/b", 10);
        assertEquals(OptionalLong.of(7), store.stats().quotaUsedBytes());
        upload.abandon(Abandonment.PEER_LEFT, new EOFException("a test's"));
        assertEquals(OptionalLong.of(5), store.stats().quotaUsedBytes());
    }

    /** Begins a PUT with two bytes. */
    private Exchange begin(String target, int length) throws Exception {
        Exchange upload = store.handle(Request.of("PUT", target, "Content-Length", "" + length)
                .withBody(length));
        WritableByteChannel sink = upload.sink();
        sink.write(ByteBuffer.wrap(new byte[2]));
        upload.onProgress(2);
        return upload;
    }

    @Test
    void storeWithoutAQuotaHasNoFiguresOfOne() throws Exception {
        open(StoreOptions.builder());
        assertEquals(OptionalLong.empty(), store.stats().quotaBytes());
        assertEquals(OptionalLong.empty(), store.stats().quotaUsedBytes());
    }

    @Test
    void uploadIsUnfinishedUntilItIsAbandonedOrWhole() throws Exception {
        open(StoreOptions.builder());
        Exchange whole = begin("/a", 2);
        Exchange abandoned = begin("/b", 3);
        assertEquals(2, store.stats().unfinishedUploads());
        whole.complete().discard();
        assertEquals(1, store.stats().unfinishedUploads());
        abandoned.abandon(Abandonment.PEER_LEFT, new EOFException("a test's"));
        assertEquals(0, store.stats().unfinishedUploads());
    }

    @Test
    void refusalsByTokenAreCountedByTheirReason() throws Exception {
        open(StoreOptions.builder().wrongTokenDelay(Duration.ZERO).access(AccessRules.none()
                .grant("reader", TOKEN, EnumSet.of(Right.READ), "/")));
        client.get("/a");
        client.get("/a", "Authorization", "Bearer another");
        client.get("/a", "Authorization", "Bearer another");
        client.get("/a", "Authorization", "Bearer " + TOKEN);
        for (int i = 0; i < 3; i++) {
            client.delete("/a", "Authorization", "Bearer " + TOKEN);
        }
        StoreStats stats = store.stats();
        assertEquals(List.of(1L, 2L, 3L),
                List.of(stats.missingTokens(), stats.wrongTokens(), stats.forbidden()));
    }

    @Test
    void evictionsAreCounted() throws Exception {
        open(StoreOptions.builder().evictToBytes(100));
        client.put("/a", new byte[80]);
        client.put("/b", new byte[80]);
        while (store.stats().evictedBySize() == 0) {
            Pause.briefly();
        }
        StoreStats stats = store.stats();
        assertEquals(1, stats.evictedBySize());
        assertEquals(80, stats.evictedBytes());
        assertEquals(0, stats.evictedByAge());
        assertEquals(0, stats.evictionFailures());
        assertTrue(stats.evictionPasses() > 0);
    }

    @Test
    void roomIsThatOfTheFoldersFileSystem() throws Exception {
        open(StoreOptions.builder());
        StoreStats stats = store.stats();
        long disk = Files.getFileStore(root).getTotalSpace();
        assertEquals(OptionalLong.of(disk), stats.diskBytes());
        long free = stats.freeBytes().orElseThrow();
        assertTrue(free > 0 && free <= disk, stats::toString);
    }

    @Test
    void discardingStoreHasNoFolderToCheckAndNoRoom() throws Exception {
        store = FolderStore.discarding(Contract.HTTP);
        store.checkFolder();
        assertEquals(OptionalLong.empty(), store.stats().freeBytes());
        assertEquals(0, store.stats().cacheMisses());
    }

    // The folder.

    @Test
    void checkLeavesNothingBehind() throws Exception {
        open(StoreOptions.builder());
        store.checkFolder();
        assertEquals(0, parts().count());
        assertEquals(0, store.stats().unfinishedUploads());
    }

    private Stream<Path> parts() throws IOException {
        return Files.list(root.resolve("store/.millrace.parts"));
    }

    private void assertFails(String reason) {
        assertEquals(reason,
                assertThrows(IOException.class, () -> store.checkFolder()).getMessage());
    }

    @Test
    void folderThatIsGoneFailsTheCheck() throws Exception {
        open(StoreOptions.builder());
        Files.move(root.resolve("store"), root.resolve("elsewhere"));
        assertFails("the folder can't be used: it is gone");
        Files.move(root.resolve("elsewhere"), root.resolve("store"));
        store.checkFolder();
    }

    @Test
    void otherFolderInItsPlaceFailsTheCheck() throws Exception {
        open(StoreOptions.builder());
        Files.move(root.resolve("store"), root.resolve("elsewhere"));
        Files.createDirectory(root.resolve("store"));
        assertFails("the folder can't be used: another one is in its place");
    }

    @Test
    void stagingFolderThatCantBeWrittenFailsTheCheck() throws Exception {
        open(StoreOptions.builder());
        Path staging = root.resolve("store/.millrace.parts");
        Files.delete(staging);
        Files.createFile(staging);
        String reason = assertThrows(IOException.class, () -> store.checkFolder()).getMessage();
        assertTrue(reason.startsWith("the folder can't be used: Not a directory"), reason);
        assertFalse(reason.contains(root.toString()), reason);
    }

    @Test
    void readOnlyStoreIsCheckedWithoutWriting() throws Exception {
        open(StoreOptions.builder());
        store.close();
        open(StoreOptions.builder().readOnly(true));
        Path staging = root.resolve("store/.millrace.parts");
        Files.delete(staging);
        store.checkFolder();
        assertFalse(Files.exists(staging));
    }

    @Test
    void closedStoreFailsTheCheck() throws Exception {
        open(StoreOptions.builder());
        store.close();
        assertFails("the store is closed");
    }

    @Test
    void builderSetsEachFigure() {
        StoreStats stats = StoreStats.builder().cacheHits(1).cacheMisses(2).cachedObjects(3)
                .cacheBytes(4).unfinishedUploads(5).missingTokens(6).wrongTokens(7).forbidden(8)
                .evictionPasses(9).evictedByAge(10).evictedBySize(11).evictedBytes(12)
                .evictionFailures(13).quotaBytes(14).quotaUsedBytes(15).freeBytes(16)
                .diskBytes(17).resumableUploads(18).resumableUploadBytes(19).build();
        assertEquals("StoreStats[cacheHits=1, cacheMisses=2, cachedObjects=3, cacheBytes=4, "
                + "unfinishedUploads=5, resumableUploads=18, resumableUploadBytes=19, "
                + "missingTokens=6, wrongTokens=7, forbidden=8, "
                + "evictionPasses=9, evictedByAge=10, evictedBySize=11, evictedBytes=12, "
                + "evictionFailures=13, quotaBytes=14, quotaUsedBytes=15, freeBytes=16, "
                + "diskBytes=17]", stats.toString());
    }
}
