package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders below the store's: made, emptied, removed, and taken away by other programs. */
@ParameterizedClass
@EnumSource(NestedStore.Way.class)
class NestedTest extends NestedStore {

    /** What OpenFolders keeps. */
    private static final int KEPT_FOLDERS = 128;

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
}
