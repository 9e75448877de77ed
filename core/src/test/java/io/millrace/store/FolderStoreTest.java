package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.tree.FolderNames;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contracts line by line, and how a store is opened and closed. */
@ParameterizedClass
@EnumSource(Caching.class)
class FolderStoreTest {

    @Parameter
    private Caching caching;

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = temp.resolve("data");
        reopen(Contract.ARTICLE);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private void reopen(Contract contract) throws IOException {
        if (store != null) {
            store.close();
        }
        store = caching.open(folder, contract);
        client = caching.client(store, Contract.ARTICLE);
    }

    private Set<String> names() throws IOException {
        return FolderNames.of(folder);
    }

    private Path staging() {
        return folder.resolve(".millrace.parts");
    }

    private void assertUntouched() throws IOException {
        assertEquals(Set.of(), names());
    }

    // The article's contract.

    @Test
    void putStoresAndGetServesAndDeleteRemoves() throws IOException {
        assertEquals(200, client.put("/a", "hello").status());
        assertEquals("hello", Files.readString(folder.resolve("a")));
        Reply got = client.get("/a");
        assertEquals(200, got.status());
        assertEquals("hello", got.text());
        assertEquals(200, client.delete("/a").status());
        assertEquals(404, client.get("/a").status());
        assertUntouched();
    }

    @Test
    void putReplacesTheWholeObject() throws IOException {
        client.put("/a", "a long first object");
        assertEquals(200, client.put("/a", "short").status());
        assertEquals("short", client.get("/a").text());
        assertEquals(Set.of("a"), names());
    }

    @Test
    void chunkedPutIsStoredLikeAnyOther() {
        assertEquals(200, client.putChunked("/a", "of unknown length").status());
        assertEquals("of unknown length", client.get("/a").text());
    }

    @Test
    void emptyPutChangesNothing() throws IOException {
        assertEquals(304, client.put("/a", "").status());
        assertUntouched();
        client.put("/a", "kept");
        assertEquals(304, client.put("/a", "").status());
        assertEquals("kept", client.get("/a").text());
    }

    @Test
    void missingObjectIsNotFound() {
        assertEquals(404, client.get("/a").status());
        assertEquals(404, client.delete("/a").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "OPTIONS", "TRACE", "PATCH", "BREW", "get"})
    void otherMethodIsNotFoundForTheArticle(String method) {
        assertEquals(404, client.send(Request.of(method, "/a")).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/%2e%2e", "/a%2fb", "/a%5cb", "/%00", "/%ff",
        "/.millrace.lock", "/.millrace.parts", "/.Millrace.Parts/"})
    void unsafeKeyIsRefusedByEveryMethod(String path) throws IOException {
        for (Contract contract : Contract.values()) {
            reopen(contract);
            assertEquals(400, client.get(path).status());
            assertEquals(400, client.send(Request.of("HEAD", path)).status());
            assertEquals(400, client.put(path, "x").status());
            assertEquals(400, client.put(path, "").status());
            assertEquals(400, client.delete(path).status());
            assertUntouched();
        }
    }

    @Test
    void queryIsNoPartOfTheKey() throws IOException {
        client.put("/a?x=1", "q");
        assertEquals(Set.of("a"), names());
        assertEquals("q", client.get("/a?y/z").text());
    }

    @Test
    void nameBeyondAsciiIsTheFilesName() throws IOException {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "this locale has names of ASCII only");
        assertEquals(200, client.put("/%C3%A4%20b", "x").status());
        assertEquals(Set.of("ä b"), names());
    }

    @ParameterizedTest
    @EnumSource(Contract.class)
    void headIsAnsweredLikeGet(Contract contract) throws IOException {
        reopen(contract);
        client.put("/a", "hello");
        Reply get = client.get("/a");
        Reply head = client.send(Request.of("HEAD", "/a"));
        assertEquals(get.status(), head.status());
        assertEquals(get.headers().toString(), head.headers().toString());
        assertEquals(404, client.send(Request.of("HEAD", "/b")).status());
    }

    // The contract of RFC 9110.

    @Test
    void strictPutSaysWhetherItCreated() throws IOException {
        reopen(Contract.HTTP);
        Reply created = client.put("/a%20b", "x");
        assertEquals(201, created.status());
        assertEquals("/a%20b", created.field("Location"));
        Reply replaced = client.put("/a%20b", "y");
        assertEquals(204, replaced.status());
        assertNull(replaced.field("Location"));
        assertEquals(204, client.delete("/a%20b").status());
        assertEquals(404, client.delete("/a%20b").status());
    }

    @Test
    void strictEmptyPutMakesAnEmptyObject() throws IOException {
        reopen(Contract.HTTP);
        assertEquals(201, client.put("/a", "").status());
        Reply got = client.get("/a");
        assertEquals(200, got.status());
        assertEquals(0, got.body().length);
        client.put("/b", "full");
        assertEquals(204, client.put("/b", "").status());
        assertEquals("", client.get("/b").text());
        assertEquals(201, client.putChunked("/c", "").status());
        assertEquals(Set.of("a", "b", "c"), names());
    }

    @Test
    void strictMethodsAreToldApart() throws IOException {
        reopen(Contract.HTTP);
        for (String path : List.of("/a", "/", "/a/b")) {
            for (String method : List.of("POST", "PATCH", "TRACE", "CONNECT")) {
                Reply refused = client.send(Request.of(method, path));
                assertEquals(405, refused.status());
                assertEquals("GET, HEAD, PUT, DELETE, MOVE, OPTIONS", refused.field("Allow"));
            }
            assertEquals(501, client.send(Request.of("BREW", path)).status());
            assertEquals(501, client.send(Request.of("get", path)).status());
        }
        for (String target : List.of("/a", "/", "*", "/a/b")) {
            Reply options = client.send(Request.of("OPTIONS", target));
            assertEquals(204, options.status());
            assertEquals("GET, HEAD, PUT, DELETE, MOVE, OPTIONS", options.field("Allow"));
        }
    }

    // Opening and closing.

    @Test
    void leftoversOfAKilledProcessAreSweptAtOpen() throws IOException {
        client.put("/a", "kept");
        store.close();
        Files.writeString(staging().resolve(".millrace-abc-1"), "left over");
        Files.writeString(staging().resolve(".millrace-abc-2"), "left over");
        reopen(Contract.ARTICLE);
        assertEquals(Set.of("a"), names());
    }

    @Test
    void whatIsNoLeftoverIsNotSwept() throws IOException {
        store.close();
        Path target = Files.writeString(temp.resolve("target"), "kept");
        Files.writeString(folder.resolve(".millrace-abc-1"), "not where parts are");
        Files.writeString(staging().resolve("a"), "not called like a part");
        Files.createSymbolicLink(staging().resolve(".millrace-abc-2"), target);
        Files.createDirectory(staging().resolve(".millrace-abc-3"));
        Set<String> before = names();
        assertEquals(4, before.size());
        reopen(Contract.ARTICLE);
        assertEquals(before, names());
        assertEquals("kept", Files.readString(target));
    }

    @Test
    void leftoversOfAKilledStartAreReplacedAtOpen() throws IOException {
        Files.writeString(folder.resolve(".millrace.probe"), "left over");
        reopen(Contract.ARTICLE);
        assertUntouched();
    }

    @Test
    void linkInPlaceOfThePartsFolderIsRefusedAndNotFollowed() throws IOException {
        store.close();
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve(".millrace-abc-1"), "kept");
        for (Path target : List.of(elsewhere, temp.resolve("missing"))) {
            Files.delete(staging());
            Files.createSymbolicLink(staging(), target);
            assertPartsFolderIsRefused();
        }
        assertEquals(Set.of(".millrace-abc-1"), FolderNames.of(elsewhere));
        assertFalse(Files.exists(temp.resolve("missing")));
    }

    @Test
    void fileInPlaceOfThePartsFolderIsRefusedAndKept() throws IOException {
        store.close();
        Files.delete(staging());
        Files.writeString(staging(), "kept");
        assertPartsFolderIsRefused();
        assertEquals("kept", Files.readString(staging()));
    }

    private void assertPartsFolderIsRefused() {
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(folder));
        assertEquals(staging() + " is a file or a link where the store needs a folder of its own:"
                + " remove it, and the store makes one", refusal.getMessage());
    }

    @Test
    void storeThatIsRefusedForItsPartsFolderLeavesNoLock() throws IOException {
        store.close();
        Files.delete(staging());
        Files.createFile(staging());
        assertPartsFolderIsRefused();
        Files.delete(staging());
        FolderStore.open(folder).close();
        assertTrue(Files.isDirectory(staging()));
    }

    @Test
    void partsFolderThatIsRemovedIsMadeAgainByTheNextPut() throws Exception {
        client.put("/a", "old");
        Files.delete(staging());
        assertEquals(200, client.put("/a", "new").status());
        assertEquals("new", client.get("/a").text());
        Files.delete(staging());
        assertEquals(200, client.putChunked("/b", "x").status());
        assertEquals(Set.of("a", "b"), names());
    }

    @Test
    void linkInPlaceOfTheRemovedPartsFolderFailsThePut() throws Exception {
        Files.delete(staging());
        Files.createSymbolicLink(staging(), temp.resolve("missing"));
        assertEquals(500, client.put("/a", "x").status());
        assertFalse(Files.exists(temp.resolve("missing")));
        Files.delete(staging());
        assertUntouched();
        assertEquals(200, client.put("/a", "x").status());
    }

    @Test
    void putIntoAFolderThatIsGoneFailsAndMakesNone() throws Exception {
        Files.delete(staging());
        Files.delete(folder.resolve(FolderNames.LOCK_FILE));
        Files.delete(folder);
        assertEquals(500, client.put("/a", "x").status());
        assertFalse(Files.exists(folder));
    }

    @Test
    void secondStoreOnAFolderIsTurnedAwayAndTheFirstGoesOn() throws Exception {
        Exchange exchange = client.begin(Request.of("PUT", "/a"), "x");
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(folder));
        assertEquals("another store uses the folder " + folder, refusal.getMessage());
        Path other = temp.resolve("link");
        Files.createSymbolicLink(other, folder);
        assertThrows(IOException.class, () -> FolderStore.open(other));
        assertEquals(200, exchange.complete().status().code());
        store.close();
        FolderStore.open(other).close();
    }

    @Test
    void folderIsMadeWithItsParents() throws IOException {
        Path deep = temp.resolve("a/b/c");
        FolderStore.open(deep).close();
        assertTrue(Files.isDirectory(deep));
    }

    @Test
    void folderThatIsAFileIsRefusedInOneLine() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        for (Path path : List.of(file, file.resolve("below"))) {
            IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(path));
            assertTrue(refusal.getMessage().contains(path.toString()), refusal.getMessage());
            assertFalse(refusal.getMessage().contains("\n"));
        }
    }

    @Test
    void folderThatCannotBeWrittenIsRefusedInOneLine() throws IOException {
        Path sealed = Files.createDirectory(temp.resolve("sealed"));
        assertTrue(sealed.toFile().setWritable(false));
        assumeTrue(!Files.isWritable(sealed), "root may write everywhere");
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(sealed));
        assertEquals("the folder " + sealed + " can't be written: permission denied",
                refusal.getMessage());
    }

    @Test
    void closedStoreAnswersNobody() throws IOException {
        store.close();
        assertEquals(503, client.put("/a", "x").status());
        assertUntouched();
    }

    // Discarding.

    @ParameterizedTest
    @EnumSource(Contract.class)
    void discardingStoreTakesEverythingAndHasNothing(Contract contract) throws Exception {
        try (FolderStore none = FolderStore.discarding(contract)) {
            Client client = new Client(none, Contract.ARTICLE); // shows each status as it is
            int stored = contract == Contract.ARTICLE ? 200 : 204;
            assertEquals(stored, client.put("/a", new byte[100_000]).status());
            assertEquals(stored, client.putChunked("/a", "x").status());
            assertEquals(contract == Contract.ARTICLE ? 304 : 204, client.put("/a", "").status());
            assertEquals(404, client.get("/a").status());
            assertEquals(404, client.delete("/a").status());
            assertEquals(400, client.put("/..", "x").status());
            assertNull(client.cut("/a", "half", Abandonment.PEER_LEFT, new EOFException()));
            Exchange exchange = none.handle(
                    Request.of("PUT", "/a").withBody(RequestHead.UNKNOWN_LENGTH));
            if (Files.isWritable(Path.of("/dev/null"))) {
                assertInstanceOf(FileChannel.class, exchange.sink());
            }
            exchange.complete();
        }
    }
}
