package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A folder gets another name, with all that is in it, or stays as it is. */
@ParameterizedClass
@EnumSource(value = Durability.class, names = {"NONE", "FULL"})
class FolderMoveTest {

    @Parameter
    private Durability durability;

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
        // A change by another program is never seen: what is seen is what the store has changed.
        store = FolderStore.open(folder, options.durability(durability)
                .cacheWindow(Duration.ofHours(1)).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private void keepInMemory(String target) {
        for (int i = 0; i < 3; i++) {
            client.get(target);
        }
    }

    @ParameterizedTest
    @CsvSource({"/d/, /e/", "/d/, /x/y/e/", "/x/d/, /e/", "/x/d/, /x/e/", "/x/d/, /y/z/e/"})
    void folderGetsItsNewNameWithAllThatIsInIt(String from, String to) throws IOException {
        String tag = client.put(from + "o", "hello").field("ETag");
        client.put(from + "sub/p", "deep", "Content-Encoding", "gzip");
        client.put(from + "empty/", "");
        keepInMemory(from + "o");
        Reply moved = client.move(from, to);
        assertEquals(201, moved.status());
        assertEquals(to, moved.field("Location"));
        assertNull(moved.field("ETag"));
        assertEquals("hello", client.get(to + "o").text());
        assertEquals(tag, client.get(to + "o").field("ETag"));
        assertEquals("deep", client.get(to + "sub/p").text());
        assertEquals("gzip", client.get(to + "sub/p").field("Content-Encoding"));
        assertTrue(Files.isDirectory(folder.resolve(to.substring(1) + "empty")));
        assertEquals(404, client.get(from + "o").status());
        assertEquals(404, client.get(from + "sub/p").status());
        assertFalse(Files.exists(folder.resolve(from.substring(1))));
    }

    @Test
    void namesOfAFolderThatWasMovedAreFreeAndThatOfAnotherIsNotMixedUp() {
        client.put("/d/o", "first");
        client.put("/dx/o", "beside");
        keepInMemory("/d/o");
        keepInMemory("/dx/o");
        assertEquals(201, client.move("/d/", "/e/").status());
        assertEquals(201, client.put("/d/o", "second").status());
        assertEquals("first", client.get("/e/o").text());
        assertEquals("second", client.get("/d/o").text());
        assertEquals("beside", client.get("/dx/o").text());
        assertEquals(201, client.move("/d/", "/f/").status());
        assertEquals(201, client.move("/e/", "/d/").status());
        assertEquals("first", client.get("/d/o").text());
        assertEquals("second", client.get("/f/o").text());
    }

    @Test
    void emptyFolderIsReplacedAndAFullOneIsNot() throws IOException {
        client.put("/d/o", "hello");
        client.put("/empty/", "");
        client.put("/full/o", "old");
        assertEquals(412, client.move("/d/", "/empty/", "Overwrite", "F").status());
        Reply refused = client.move("/d/", "/full/");
        assertEquals(409, refused.status());
        assertEquals("the folder at the destination is not empty: DELETE what is in it first, or "
                + "use another name\n", refused.text());
        assertEquals(204, client.move("/d/", "/empty/").status());
        assertEquals("hello", client.get("/empty/o").text());
        assertEquals("old", client.get("/full/o").text());
        assertEquals(Set.of("empty", "full"), FolderNames.of(folder));
    }

    @Test
    void nothingIsMovedThatIsNoFolderOrToWhereNoneCanBe() throws IOException {
        client.put("/d/o", "hello");
        client.put("/a", "object");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("d"));
        assertEquals(404, client.move("/n/", "/x/y/").status());
        assertEquals(404, client.move("/link/", "/x/y/").status());
        assertEquals(409, client.move("/d/", "/a/").status());
        assertEquals(412, client.move("/d/", "/a/", "Overwrite", "F").status());
        assertEquals(409, client.move("/d/", "/link/").status());
        assertEquals(409, client.move("/d/", "/a/x/").status());
        assertEquals(409, client.move("/d/", "/d/sub/").status());
        assertEquals(403, client.move("/d/", "/d/").status());
        assertEquals(404, client.move("/", "/x/").status());
        assertEquals(409, client.move("/d/", "/").status());
        assertEquals(409, client.move("/d/", "/e").status());
        assertEquals(412, client.move("/d/", "/x/y/", "If-Match", "\"x\"").status());
        assertEquals(412, client.move("/d/", "/x/y/", "If-None-Match", "*").status());
        assertEquals(308, client.move("/a/", "/x/y/").status());
        assertEquals(Set.of("a", "d", "link"), FolderNames.of(folder));
        assertEquals("hello", client.get("/d/o").text());
    }

    @Test
    void objectThatWouldGetTooLongAPathStays() throws IOException {
        String deep = "s/".repeat(61); // with the folder and the object 63, of 64
        client.put("/d/" + deep + "o", "hello");
        assertEquals(201, client.move("/d/", "/e/f/").status());
        Reply refused = client.move("/e/f/", "/x/y/z/");
        assertEquals(409, refused.status());
        assertEquals("an object in the folder would get a path that is too long for this store: "
                + "use a shorter one\n", refused.text());
        assertEquals("hello", client.get("/e/f/" + deep + "o").text());
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void objectThatWouldGetTooDeepAPathStaysThoughItIsNoLonger() throws IOException {
        String deep = "s/".repeat(61);
        client.put("/long-name/" + deep + "o", "hello");
        assertEquals(409, client.move("/long-name/", "/x/y/z/").status());
        assertEquals("hello", client.get("/long-name/" + deep + "o").text());
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void fileThatNoKeyNamesMovesWithItsFolder() throws IOException {
        client.put("/d/o", "hello");
        Files.writeString(folder.resolve("d/back\\slash"), "another program's");
        assertEquals(201, client.move("/d/", "/longer/").status());
        assertTrue(Files.exists(folder.resolve("longer/back\\slash")));
    }

    @Test
    void putUnderWayInAFolderThatIsMovedMakesItAnew() throws Exception {
        client.put("/d/o", "old");
        Exchange put = client.begin(Request.of("PUT", "/d/p"), "new");
        assertEquals(201, client.move("/d/", "/e/").status());
        assertEquals(201, Client.known(put.complete()).status().code());
        assertEquals("new", client.get("/d/p").text());
        assertEquals("old", client.get("/e/o").text());
        assertEquals(404, client.get("/e/p").status());
    }

    @Test
    void getUnderWayGoesOn() throws Exception {
        byte[] bytes = new byte[3_000_000];
        bytes[2_999_999] = 'x';
        client.put("/d/o", bytes);
        var response = Client.known(store.handle(Request.of("GET", "/d/o")).complete());
        assertEquals(201, client.move("/d/", "/e/").status());
        assertEquals('x', Reply.of(response).body()[2_999_999]);
    }

    // As a whole; which names have it, the next count tells.
    @Test
    void roomOfTheQuotaIsStillTaken() throws IOException {
        open(StoreOptions.builder().quotaBytes(1000));
        client.put("/d/a", "x".repeat(400));
        client.put("/d/b", "x".repeat(400));
        assertEquals(201, client.move("/d/", "/e/").status());
        assertEquals(507, client.put("/c", "z".repeat(201)).status());
        assertEquals(201, client.put("/c", "z".repeat(200)).status());
        assertEquals(507, client.put("/f", "z").status());
    }

    @Test
    void whatIsDeletedOrReplacedInAMovedFolderMakesRoomAtOnce() throws IOException {
        open(StoreOptions.builder().quotaBytes(1000));
        for (int i = 0; i < 20; i++) {
            assertEquals(201, client.put("/d/a", "x".repeat(400)).status());
            assertEquals(201, client.put("/d/b", "x".repeat(600)).status());
            assertEquals(201, client.move("/d/", "/e/").status());
            assertEquals(204, client.delete("/e/a").status());
            assertEquals(204, client.put("/e/b", "x".repeat(200)).status());
            assertEquals(201, client.put("/c", "x".repeat(800)).status());
            assertEquals(507, client.put("/f", "x").status());
            for (String left : List.of("/c", "/e/b")) {
                assertEquals(204, client.delete(left).status());
            }
            Files.delete(folder.resolve("e"));
        }
    }

    /** Has the store keep the metadata of /d/o in a file of its own. */
    private void keepInAFile() throws IOException {
        client.put("/first", "one", "Content-Encoding", "gzip");
        client.put("/d/o", "two");
        Files.setLastModifiedTime(folder.resolve("d/o"),
                Files.getLastModifiedTime(folder.resolve("first")));
        assertEquals(204, client.move("/first", "/d/o").status());
        assertEquals(1, sidecars());
    }

    private int sidecars() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".millrace.meta"))) {
            return (int) files.count();
        }
    }

    @Test
    void whatIsKeptInFilesOfItsOwnMovesToo() throws IOException {
        keepInAFile();
        for (String[] way : new String[][] {{"/d/", "/x/e/"}, {"/x/", "/y/"}}) {
            assertEquals(201, client.move(way[0], way[1]).status());
            assertEquals(1, sidecars());
        }
        open(StoreOptions.builder());
        assertEquals("gzip", client.get("/y/e/o").field("Content-Encoding"));
        assertEquals("one", client.get("/y/e/o").text());
        client.put("/full/o", "old");
        assertEquals(409, client.move("/y/e/", "/full/").status());
        assertEquals(1, sidecars());
        assertEquals("gzip", client.get("/y/e/o").field("Content-Encoding"));
    }

    @Test
    void folderStaysIfWhatIsKeptInAFileCanNotBeCopied() throws IOException {
        keepInAFile();
        try (Stream<Path> files = Files.list(folder.resolve(".millrace.meta"))) {
            Path file = files.findFirst().orElseThrow();
            Files.delete(file);
            Files.createSymbolicLink(file, file); // can't be opened
        }
        assertEquals(500, client.move("/d/", "/e/").status());
        assertTrue(Files.exists(folder.resolve("d/o")));
        assertEquals(1, sidecars());
    }

    @Test
    void folderIsMovedHoweverManyObjectsItHasOfWhichNothingIsKeptInFiles() throws IOException {
        assumeTrue(durability == Durability.NONE, "the same, and slower");
        keepInAFile();
        for (int i = 0; i < FolderMeta.MOST_OBJECTS; i++) {
            Files.createFile(folder.resolve("d/" + i));
        }
        assertEquals(201, client.move("/d/", "/e/").status());
        assertEquals("gzip", client.get("/e/o").field("Content-Encoding"));
        assertEquals(1, sidecars());
    }

    @Test
    void foldersAreNotMovedWhereThatTakesMoreThanOneStep() throws IOException {
        closeStore();
        store = FolderStore.open(new PlainFileSystem().path(folder));
        client = new Client(store, Contract.ARTICLE);
        client.put("/d/o", "hello");
        Reply refused = client.move("/d/", "/x/e/");
        assertEquals(501, refused.status());
        assertEquals("folders can't be moved on this file system: move the objects in it\n",
                refused.text());
        assertEquals(Set.of("d"), FolderNames.of(folder));
    }

    /**
     * Objects are put, got and deleted in a folder that is renamed to and fro. Whatever is
     * acknowledged is there, under one of the names and with its own bytes.
     */
    @Test
    @Timeout(120)
    void whatIsPutBesideMovesIsSomewhereAndWhole() throws Exception {
        client.put("/x/d/first", "first");
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> writers = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                int writer = w;
                writers.add(pool.submit(() -> {
                    int n = 0;
                    while (!ended.get()) {
                        String name = writer + "-" + n;
                        assertEquals(201, client.put("/x/d/" + name, name).status());
                        String got = client.get("/x/d/" + name).text();
                        assertTrue(got.equals(name) || got.startsWith("not found"), got);
                        n++;
                    }
                    return n;
                }));
            }
            int moves = durability == Durability.FULL ? 20 : 100;
            for (int i = 0; i < moves; i++) {
                assertEquals(201, client.move("/x/d/", "/x/e" + i + "/").status());
                client.put("/x/d/", ""); // unless a PUT of an object has made it already
            }
            ended.set(true);
            List<String> expected = new ArrayList<>(List.of("first"));
            for (int w = 0; w < 3; w++) {
                int count = writers.get(w).get();
                assertTrue(count > 0);
                for (int n = 0; n < count; n++) {
                    expected.add(w + "-" + n);
                }
            }
            List<String> found = new ArrayList<>();
            try (Stream<Path> files = Files.walk(folder.resolve("x"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    found.add(file.getFileName().toString());
                    assertEquals(file.getFileName().toString(), Files.readString(file));
                }
            }
            Collections.sort(expected);
            Collections.sort(found);
            assertEquals(expected, found);
        } finally {
            ended.set(true);
            pool.shutdownNow();
        }
    }
}
