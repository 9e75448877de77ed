package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.Pause;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders below the store's: made, emptied, removed, and taken away by other programs. */
@ParameterizedClass
@EnumSource(NestedTest.Way.class)
class NestedTest {

    /** What OpenFolders keeps. */
    private static final int KEPT_FOLDERS = 128;

    /** How folders are reached. */
    enum Way { HELD, HELD_AND_FORCED, HELD_BY_CALLS, BY_PATH }

    @Parameter
    private Way way;

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectory(temp.resolve("data"));
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        Path path = way == Way.BY_PATH ? new PlainFileSystem().path(folder) : folder;
        store = FolderStore.open(path, options.durability(way == Way.HELD_AND_FORCED
                ? Durability.FULL : Durability.NONE).cacheWindow(Duration.ZERO).build());
        if (way == Way.HELD_BY_CALLS) {
            store.fileCalls().find();
        }
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void objectIsAFileInRealFolders() throws IOException {
        assertEquals(201, client.put("/a/b/c/o.txt", "hello").status());
        assertEquals("hello", Files.readString(folder.resolve("a/b/c/o.txt")));
        Reply got = client.get("/a/b/c/o.txt");
        assertEquals("hello", got.text());
        assertEquals("text/plain; charset=utf-8", got.field("Content-Type"));
        assertEquals("ell", client.get("/a/b/c/o.txt", "Range", "bytes=1-3").text());
        assertEquals(304, client.get("/a/b/c/o.txt", "If-None-Match", got.field("ETag")).status());
        assertEquals(412, client.put("/a/b/c/o.txt", "x", "If-None-Match", "*").status());
        assertEquals(204, client.put("/a/b/c/o.txt", "x", "If-Match", got.field("ETag")).status());
        assertEquals(204, client.delete("/a/b/c/o.txt").status());
        assertEquals(404, client.get("/a/b/c/o.txt").status());
        assertTrue(Files.isDirectory(folder.resolve("a/b/c")), "an emptied folder stays");
        assertEquals(Set.of("a"), FolderNames.of(folder));
    }

    @Test
    void digestsAreThoseOfTheBytes() {
        String digest = client.put("/a/b/o", "hello", "Want-Repr-Digest", "sha-256=1")
                .field("Repr-Digest");
        assertEquals(digest, client.get("/a/b/o", "Want-Repr-Digest", "sha-256=1")
                .field("Repr-Digest"));
        assertEquals(400, client.put("/a/b/p", "other", "Repr-Digest", digest).status());
        assertFalse(Files.exists(folder.resolve("a/b/p")));
    }

    @Test
    void folderHasTheModeThatTheSystemGivesANewOne() throws IOException {
        client.put("/a/b/o", "x");
        Path plain = Files.createDirectory(temp.resolve("plain"));
        assertEquals(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))));
    }

    @Test
    void folderIsMadeAndRemoved() throws IOException {
        assertEquals(201, client.put("/a/b/", "").status());
        assertTrue(Files.isDirectory(folder.resolve("a/b")));
        assertEquals(204, client.put("/a/b/", "").status());
        assertEquals(409, client.delete("/a/").status());
        assertEquals(204, client.delete("/a/b/").status());
        assertEquals(404, client.delete("/a/b/").status());
        client.put("/a/o", "x");
        assertEquals(409, client.delete("/a/").status());
        assertEquals("x", client.get("/a/o").text());
        client.delete("/a/o");
        assertEquals(204, client.delete("/a/").status());
        assertEquals(404, client.get("/a/o").status());
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    @Test
    void conditionsOfAFolderHold() {
        assertEquals(412, client.put("/a/b/", "", "If-Match", "*").status());
        assertFalse(Files.exists(folder.resolve("a")));
        assertEquals(201, client.put("/a/b/", "", "If-None-Match", "*").status());
        assertEquals(412, client.put("/a/b/", "", "If-None-Match", "*").status());
        assertEquals(412, client.delete("/a/b/", "If-Match", "\"x\"").status());
        assertEquals(204, client.delete("/a/b/", "If-Match", "*").status());
    }

    @Test
    void refusedPutMakesNoFolder() throws IOException {
        assertEquals(412, client.put("/a/b/o", "x", "If-Match", "*").status());
        assertEquals(412, client.put("/a/b/o", "x", "If-Match", "\"y\"").status());
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    @Test
    void emptiedFolderThatIsRemovedIsMadeAgainByTheNextPut() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertEquals(201, client.put("/a/b/o", "x").status());
            assertEquals(204, client.delete("/a/b/o").status());
            Files.delete(folder.resolve("a/b"));
            Files.delete(folder.resolve("a"));
        }
        Exchange late = begin("/a/b/o");
        Files.createDirectories(folder.resolve("a/b"));
        client.put("/a/b/p", "x");
        Files.delete(folder.resolve("a/b/p"));
        Files.delete(folder.resolve("a/b"));
        assertEquals(201, complete(late));
        assertEquals("new", client.get("/a/b/o").text());
    }

    private Exchange begin(String path) {
        try {
            return client.begin(Request.of("PUT", path), "new");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int complete(Exchange exchange) {
        try {
            return Client.known(exchange.complete()).status().code();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatAppearsOnTheWayWhileABodyComesIsAConflict() throws IOException {
        Exchange below = begin("/a/b/o");
        Exchange same = begin("/c");
        Files.writeString(folder.resolve("a"), "old");
        Files.createDirectory(folder.resolve("c"));
        assertEquals(409, complete(below));
        assertEquals(409, complete(same));
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertEquals(Set.of("a", "c"), FolderNames.of(folder));
    }

    @Test
    void longBodyBelowAnObjectIsRefusedBeforeItComes() throws Exception {
        client.put("/a", "x");
        assertEquals(409, Reply.of(store.handle(
                Request.of("PUT", "/a/b").withBody(65_536)).complete()).status());
        assertEquals(Set.of("a"), FolderNames.of(folder));
    }

    @Test
    void folderThatAnotherProgramMovesAwayIsTheStoresNoMore() throws IOException {
        client.put("/a/b/o", "old");
        Path elsewhere = temp.resolve("elsewhere");
        Files.move(folder.resolve("a/b"), elsewhere);
        assertEquals(404, client.get("/a/b/o").status());
        assertEquals(404, client.delete("/a/b/o").status());
        assertEquals(201, client.put("/a/b/o", "new").status());
        assertEquals("old", Files.readString(elsewhere.resolve("o")));
        assertEquals("new", Files.readString(folder.resolve("a/b/o")));
    }

    @Test
    void linkOnTheWayIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside/c"));
        Files.writeString(outside.resolve("o"), "secret");
        Files.createDirectory(folder.resolve("d"));
        Files.createSymbolicLink(folder.resolve("l"), temp.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("d/l"), outside);
        Files.createSymbolicLink(folder.resolve("d/loop"), Path.of("loop"));
        for (String path : List.of("/l/c/o", "/d/l/o", "/d/loop/o")) {
            assertEquals(404, client.get(path).status(), path);
            assertEquals(404, client.get(path, "Want-Repr-Digest", "sha-256=1").status(), path);
            assertEquals(404, client.delete(path).status(), path);
            assertEquals(409, client.put(path, "x").status(), path);
            assertEquals(409, client.put(path + "x", "x").status(), path);
            assertEquals(409, client.put(path + "/", "").status(), path);
        }
        for (String path : List.of("/l/", "/d/l/", "/d/loop/")) {
            assertEquals(409, client.put(path, "").status(), path);
            assertEquals(404, client.delete(path).status(), path);
        }
        assertEquals("secret", Files.readString(outside.resolve("o")));
        assertEquals(Set.of("o"), FolderNames.of(outside));
    }

    @Test
    void linkInPlaceOfAFolderThatWasUsedIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("o"), "secret");
        client.put("/a/b/o", "old");
        assertEquals("old", client.get("/a/b/o").text());
        assertEquals("old", client.get("/a/b/o").text());
        Files.move(folder.resolve("a/b"), folder.resolve("a/hidden"));
        Files.createSymbolicLink(folder.resolve("a/b"), outside);
        assertEquals(404, client.get("/a/b/o").status());
        assertEquals(409, client.put("/a/b/o", "x").status());
        assertEquals(404, client.delete("/a/b/o").status());
        assertEquals("secret", Files.readString(outside.resolve("o")));
        assertEquals("old", client.get("/a/hidden/o").text());
    }

    @Test
    @Timeout(60)
    void linkThatLeadsToTheSameFolderIsSoonNotFollowedEither() throws IOException {
        client.put("/a/b/o", "old");
        assertEquals("old", client.get("/a/b/o").text());
        Files.move(folder.resolve("a"), temp.resolve("moved"));
        Files.createSymbolicLink(folder.resolve("a"), temp.resolve("moved"));
        while (client.get("/a/b/o").status() != 404) {
            Pause.briefly();
        }
        assertEquals(409, client.put("/a/b/o", "new").status());
        assertEquals("old", Files.readString(temp.resolve("moved/b/o")));
    }

    @Test
    void pipeOnTheWayIsNotOpened() throws Exception {
        Path pipe = folder.resolve("p");
        boolean made;
        try {
            made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            made = false;
        }
        assumeTrue(made, "no pipe can be made here");
        assertEquals(404, client.get("/p/o").status());
        assertEquals(409, client.put("/p/o", "x").status());
    }

    @Test
    void quotaCountsWhatIsInFolders() throws IOException {
        Files.createDirectories(folder.resolve("d/e"));
        Files.writeString(folder.resolve("d/e/x"), "123456");
        Files.createSymbolicLink(folder.resolve("d/l"), folder.resolve("d/e"));
        open(StoreOptions.builder().quotaBytes(10));
        assertEquals(507, client.put("/f/g", "12345").status());
        assertFalse(Files.exists(folder.resolve("f")));
        assertEquals(201, client.put("/f/g", "1234").status());
        assertEquals(204, client.delete("/d/e/x").status());
        assertEquals(201, client.put("/f/h", "123456").status());
        assertEquals(507, client.put("/i", "1").status());
    }

    @Test
    void quotaCountsNoFolderDeeperThanAKey() throws IOException {
        Files.createDirectories(folder.resolve("d/e"));
        Files.writeString(folder.resolve("d/x"), "123456");
        Files.writeString(folder.resolve("d/e/x"), "123456");
        open(StoreOptions.builder().quotaBytes(10).maxSegments(2));
        assertEquals(507, client.put("/o", "12345").status());
        assertEquals(201, client.put("/o", "1234").status());
    }

    @Test
    void longestAndDeepestKeysAreStored() {
        String deep = "/d".repeat(63) + "/" + "n".repeat(255);
        String longest = ("/" + "k".repeat(255)).repeat(4);
        for (String path : List.of(deep, longest)) {
            assertEquals(201, client.put(path, "x").status());
            assertEquals("x", client.get(path).text());
            assertEquals("x", client.get(path).text());
            assertEquals(204, client.delete(path).status());
        }
        assertEquals(400, client.put("/d" + deep, "x").status());
        assertEquals(400, client.put(longest + "/ab", "x").status());
    }

    @Test
    void manyFoldersAreUsedInTurn() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 2 * KEPT_FOLDERS; i++) {
                String path = "/f" + i % 7 + "/g" + i + "/o";
                assertEquals(round == 0 ? 201 : 204, client.put(path, "v" + i).status());
                assertEquals("v" + i, client.get(path).text());
            }
        }
    }

    @Test
    void nameOnTheWayIsTheObjectsOrTheFoldersAndNeverBoth() throws Exception {
        int rounds = way == Way.HELD_AND_FORCED ? 100 : 1000;
        race(rounds, round -> client.put("/r" + round, "object").status(),
                round -> client.put("/r" + round + "/b", "below").status(),
                (round, first, second) -> {
                    boolean isObject = client.get("/r" + round).status() == 200;
                    boolean isFolder = client.get("/r" + round + "/b").status() == 200;
                    assertNotEquals(isObject, isFolder, first + " " + second);
                    assertEquals(isObject ? 201 : 409, first);
                    assertEquals(isFolder ? 201 : 409, second);
                });
    }

    @Test
    void objectIsNeverLostInAFolderThatIsRemovedMeanwhile() throws Exception {
        int rounds = way == Way.HELD_AND_FORCED ? 100 : 1000;
        race(rounds, round -> client.put("/f/o" + round, "kept").status(),
                round -> client.delete("/f/").status(), (round, first, second) -> {
                    assertEquals(201, first);
                    assertTrue(Set.of(204, 404, 409).contains(second), "" + second);
                    assertEquals("kept", client.get("/f/o" + round).text());
                    assertEquals(204, client.delete("/f/o" + round).status());
                });
    }

    private interface Act {

        int status(int round);
    }

    private interface Outcome {

        void check(int round, int first, int second) throws Exception;
    }

    private static void race(int rounds, Act one, Act other, Outcome outcome) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CyclicBarrier start = new CyclicBarrier(2);
        try {
            for (int i = 0; i < rounds; i++) {
                int round = i;
                Future<Integer> second = executor.submit(() -> {
                    start.await();
                    return other.status(round);
                });
                start.await();
                int first = one.status(round);
                outcome.check(round, first, second.get(60, TimeUnit.SECONDS));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void linkThatIsSwappedInAndOutAtDepth3LeadsNowhere() throws Exception {
        assumeTrue(way != Way.BY_PATH, "a path can be led elsewhere between two looks");
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("o"), "secret");
        client.put("/a/b/c/o", "inside");
        Path real = folder.resolve("a/b/c");
        Path hidden = folder.resolve("a/b/hidden");
        Path link = Files.createSymbolicLink(folder.resolve("a/b/link"), outside);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> swapping = executor.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Files.move(real, hidden);
                Files.move(link, real);
                Files.move(real, link);
                Files.move(hidden, real);
            }
            return null;
        });
        try {
            int tries = way == Way.HELD ? 2000 : 200;
            for (int i = 0; i < tries; i++) {
                Reply got = client.get("/a/b/c/o");
                assertNotEquals("secret", got.text());
                assertTrue(Set.of(200, 404).contains(got.status()), "" + got.status());
                int put = client.put("/a/b/c/p" + i % 10, "x").status();
                assertTrue(Set.of(201, 204, 409).contains(put), "" + put);
                int deleted = client.delete("/a/b/c/q").status();
                assertEquals(404, deleted);
            }
        } finally {
            executor.shutdownNow();
            assertTrue(executor.awaitTermination(60, TimeUnit.SECONDS));
        }
        assertEquals("secret", Files.readString(outside.resolve("o")));
        assertEquals(Set.of("o"), FolderNames.of(outside));
        assertTrue(swapping.isDone());
    }

    @Test
    void folderThatAKillLeftAmongThePartsIsSwept() throws IOException {
        Path staging = folder.resolve(".millrace.parts");
        closeStore();
        Files.createDirectory(staging.resolve(".millrace.folder-1-1"));
        Files.createDirectories(staging.resolve(".millrace.folder-1-2/full"));
        open(StoreOptions.builder());
        assertEquals(Set.of(".millrace.parts/.millrace.folder-1-2"), FolderNames.of(folder));
    }
}
