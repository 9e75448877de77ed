package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.Pause;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders that other requests and other programs make, remove and swap meanwhile. */
@ParameterizedClass
@EnumSource(NestedStore.Way.class)
class NestedRaceTest extends NestedStore {

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
