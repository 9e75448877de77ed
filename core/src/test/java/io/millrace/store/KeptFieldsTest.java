package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.meta.MetaStore;
import io.millrace.meta.ObjectFields;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a PUT says of its object comes back. */
@ParameterizedClass
@EnumSource(KeptFieldsTest.Where.class)
class KeptFieldsTest {

    /** Where it is kept. */
    enum Where { ATTRIBUTE, FILE }

    private static final String[] FIELDS = {"Content-Type", "text/x-y; q=1", "Content-Encoding",
        "gzip", "Content-Language", "de", "Content-Disposition", "attachment; filename=x",
        "Cache-Control", "max-age=60"};

    @Parameter
    private Where where;

    @TempDir
    Path folder;

    private final PlainFileSystem plain = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        assumeTrue(where == Where.FILE || hasAttributes(folder));
        open(StoreOptions.builder());
    }

    private static boolean hasAttributes(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "probe", "");
        try {
            Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class)
                    .write("x", ByteBuffer.allocate(1));
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            Files.delete(probe);
        }
    }

    private void open(StoreOptions.Builder options) throws IOException {
        close();
        // An object in memory is compared with its file each time.
        store = FolderStore.open(where == Where.FILE ? plain.path(folder) : folder,
                options.cacheWindow(Duration.ZERO).build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private static void assertFields(Reply reply) {
        for (int i = 0; i < FIELDS.length; i += 2) {
            assertEquals(FIELDS[i + 1], reply.field(FIELDS[i]), FIELDS[i]);
            assertEquals(1, reply.headers().all(FIELDS[i]).size());
        }
    }

    private static void assertNoFields(Reply reply, String type) {
        assertEquals(200, reply.status());
        assertEquals(type, reply.field("Content-Type"));
        for (int i = 2; i < FIELDS.length; i += 2) {
            assertNull(reply.field(FIELDS[i]), FIELDS[i]);
        }
    }

    @Test
    void fieldsComeBackWithGetAndHead() throws IOException {
        assertEquals(200, client.put("/a.txt", "one", FIELDS).status());
        for (int i = 0; i < 3; i++) { // from its file, and from memory
            assertFields(client.get("/a.txt"));
            assertFields(client.send(Request.of("HEAD", "/a.txt")));
        }
        open(StoreOptions.builder());
        Reply reply = client.get("/a.txt");
        assertFields(reply);
        assertEquals("one", reply.text());
        open(StoreOptions.builder().readOnly(true));
        assertFields(client.get("/a.txt"));
    }

    @Test
    void fieldsOfAnObjectInFoldersComeBack() throws IOException {
        assertEquals(200, client.put("/x/y/a.txt", "one", FIELDS).status());
        assertEquals(200, client.put("/x/y/b.txt", "one").status());
        open(StoreOptions.builder());
        assertFields(client.get("/x/y/a.txt"));
        assertNoFields(client.get("/x/y/b.txt"), "text/plain; charset=utf-8");
    }

    @Test
    void partHasTheFieldsAndNotModifiedOnlyCacheControl() {
        String tag = client.put("/a", "0123456789", FIELDS).field("ETag");
        for (int i = 0; i < 3; i++) {
            Reply part = client.get("/a", "Range", "bytes=2-3");
            assertEquals(206, part.status());
            assertEquals("23", part.text());
            assertFields(part);
            Reply known = client.get("/a", "If-None-Match", tag);
            assertEquals(304, known.status());
            assertEquals("max-age=60", known.field("Cache-Control"));
            assertEquals(tag, known.field("ETag"));
            assertNull(known.field("Content-Encoding"));
            assertNull(known.field("Content-Type"));
        }
    }

    @Test
    void sameBytesWithAnotherTypeAreAnotherVersion() {
        String first = client.put("/a", "x", "Content-Type", "a/b").field("ETag");
        String second = client.put("/a", "x", "Content-Type", "c/d").field("ETag");
        assertNotEquals(first, second);
        assertEquals("c/d", client.get("/a").field("Content-Type"));
    }

    @Test
    void nextVersionHasNoneOfTheFieldsBefore() throws IOException {
        for (int i = 0; i < 20; i++) { // within a tick of the files' clock, too
            assertTrue(client.put("/a.txt", "one", FIELDS).status() < 300);
            assertEquals(200, client.put("/a.txt", "two").status());
            assertNoFields(client.get("/a.txt"), "text/plain; charset=utf-8");
            assertEquals(200, client.put("/a.txt", "one", FIELDS).status());
            assertFields(client.get("/a.txt"));
            assertEquals(200, client.delete("/a.txt").status());
            assertEquals(200, client.put("/a.txt", "two").status());
            assertNoFields(client.get("/a.txt"), "text/plain; charset=utf-8");
        }
        assertEquals(Map.of(), sidecars());
    }

    /** The names of what is kept in files. */
    private Map<String, Long> sidecars() throws IOException {
        Path sidecars = folder.resolve(MetaStore.FOLDER_NAME);
        Map<String, Long> names = new TreeMap<>();
        if (Files.exists(sidecars)) {
            try (var files = Files.list(sidecars)) {
                for (Path file : files.toList()) {
                    names.put(file.getFileName().toString(), Files.size(file));
                }
            }
        }
        return names;
    }

    @Test
    void fileThatAnotherProgramPutsThereHasNone() throws IOException {
        client.put("/a.txt", "one", FIELDS);
        Path other = folder.resolve("other");
        Files.writeString(other, "two");
        Files.setLastModifiedTime(other, FileTime.fromMillis(1));
        Files.move(other, folder.resolve("a.txt"), StandardCopyOption.REPLACE_EXISTING);
        assertNoFields(client.get("/a.txt"), "text/plain; charset=utf-8");
    }

    @Test
    void fileThatAnotherProgramWritesIntoHasNone() throws IOException {
        client.put("/a.txt", "one", FIELDS);
        assertFields(client.get("/a.txt"));
        Files.writeString(folder.resolve("a.txt"), "two");
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.fromMillis(1));
        assertNoFields(client.get("/a.txt"), "text/plain; charset=utf-8");
    }

    @Test
    void copyThatKeepsAttributesAndSecondsHasThem() throws IOException {
        assumeTrue(where == Where.ATTRIBUTE);
        client.put("/a.txt", "one", FIELDS);
        Path copy = folder.resolve("b.txt");
        Files.copy(folder.resolve("a.txt"), copy, StandardCopyOption.COPY_ATTRIBUTES);
        assertFields(client.get("/b.txt"));
        long seconds = Files.getLastModifiedTime(copy).to(TimeUnit.SECONDS);
        Files.setLastModifiedTime(copy, FileTime.from(seconds, TimeUnit.SECONDS));
        assertFields(client.get("/b.txt"));
    }

    @Test
    void attributeThatIsNoneOfOursIsIgnored() throws IOException {
        assumeTrue(where == Where.ATTRIBUTE);
        Files.writeString(folder.resolve("a.txt"), "one");
        for (int bytes : new int[] {0, 1, 100, 3900, 4001, 60_000}) {
            try {
                Files.getFileAttributeView(folder.resolve("a.txt"),
                        UserDefinedFileAttributeView.class)
                        .write("millrace.meta", ByteBuffer.allocate(bytes));
            } catch (IOException e) {
                assertTrue(bytes > 3900, "more than this file system takes");
            }
            assertNoFields(client.get("/a.txt"), "text/plain; charset=utf-8");
        }
    }

    @Test
    void refusedPutLeavesWhatWasKept() throws IOException {
        client.put("/a.txt", "one", FIELDS);
        Map<String, Long> before = sidecars();
        assertEquals(412, client.put("/a.txt", "two", "If-None-Match", "*",
                "Content-Type", "c/d").status());
        assertEquals(400, client.put("/a.txt", "two", "Content-MD5", "rL0Y20zC+Fzt72VPzMSk2A==",
                "Content-Type", "c/d").status());
        assertEquals(409, client.put("/a.txt/b", "two", "Content-Type", "c/d").status());
        assertEquals(431, client.put("/a.txt", "two", "Content-Type", "x".repeat(3000)).status());
        assertEquals(400, client.put("/a.txt", "two", "Content-Type", "a/b",
                "Content-Type", "a/b").status());
        assertFields(client.get("/a.txt"));
        assertEquals(before, sidecars());
    }

    @Test
    void moveThatFailsLeavesWhatWasKept() throws IOException {
        assumeTrue(where == Where.FILE);
        client.put("/a.txt", "one", FIELDS);
        Map<String, Long> before = sidecars();
        plain.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("a.txt")) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.put("/a.txt", "two", "Content-Type", "c/d").status());
        plain.before((operation, real) -> { });
        assertFields(client.get("/a.txt"));
        assertEquals(before, sidecars());
    }

    @Test
    void folderThatIsRemovedMeanwhileIsMadeAgainForAnObjectWithItsFields() throws IOException {
        assumeTrue(where == Where.FILE);
        AtomicBoolean removed = new AtomicBoolean();
        plain.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("a.txt")
                    && !removed.getAndSet(true)) {
                Files.delete(real.getParent());
            }
        });
        assertEquals(200, client.put("/d/a.txt", "one", FIELDS).status());
        assertTrue(removed.get());
        assertFields(client.get("/d/a.txt"));
        assertEquals(1, sidecars().size());
    }

    @Test
    void killBetweenTheTwoMovesMakesNoWrongPair() throws Exception {
        assumeTrue(where == Where.FILE);
        client.put("/a.txt", "one", FIELDS);
        // What a kill at this moment leaves: the new file of what is kept, and the old object.
        AtomicBoolean looked = new AtomicBoolean();
        plain.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("a.txt")
                    && !looked.getAndSet(true)) {
                assertEquals(2, sidecars().size());
                try (FolderStore other = FolderStore.open(plain.path(folder),
                        StoreOptions.builder().readOnly(true).build())) {
                    assertFields(new Client(other).get("/a.txt"));
                }
            }
        });
        assertEquals(200, client.put("/a.txt", "two", "Content-Type", "c/d").status());
        assertTrue(looked.get());
        assertEquals("c/d", client.get("/a.txt").field("Content-Type"));
        assertEquals(1, sidecars().size());
    }

    @Test
    void partOfAnAbandonedPutLeavesNothing() throws Exception {
        Exchange begun = client.begin(Request.of("PUT", "/a.txt", FIELDS), "one");
        begun.abandon(Abandonment.PEER_LEFT, null);
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    @Test
    void durablePutKeepsThem() throws IOException {
        for (Durability durability : Durability.values()) {
            if (where == Where.FILE && durability == Durability.FULL) {
                continue; // no folder of this file system can be forced
            }
            plain.fileChannels = PlainFileSystem.FileChannels.WHOLE;
            open(StoreOptions.builder().durability(durability));
            assertTrue(client.put("/d/a.txt", "one", FIELDS).status() < 300);
            assertFields(client.get("/d/a.txt"));
        }
    }

    @Test
    void fieldsOfADurablePutWithATimeOfItsOwnAreForced() throws IOException {
        assumeTrue(where == Where.FILE);
        plain.fileChannels = PlainFileSystem.FileChannels.WHOLE;
        open(StoreOptions.builder().durability(Durability.DATA).keepTimes(true));
        Set<Path> unforced = new HashSet<>();
        plain.before((operation, real) -> {
            if (operation == Operation.CREATE) {
                unforced.add(real);
            } else if (operation == Operation.FORCE) {
                unforced.remove(real);
            }
        });
        assertEquals(200, client.put("/a.txt", "one", "X-OC-Mtime", "784111777",
                "Content-Encoding", "gzip").status());
        assertEquals(Set.of(), unforced);
        assertEquals("gzip", client.get("/a.txt").field("Content-Encoding"));
    }

    @Test
    void whatCanNotBeKeptIsRefusedIfTheBytesCanNotBeReadWithoutIt() throws IOException {
        assumeTrue(where == Where.FILE);
        plain.keepsTimes = false;
        open(StoreOptions.builder());
        for (String coding : new String[] {"gzip", "identity, br", "x"}) {
            Reply refused = client.put("/b.txt", "new", "Content-Encoding", coding);
            assertEquals(415, refused.status(), coding);
            assertEquals("identity", refused.field("Accept-Encoding"));
        }
        assertEquals(404, client.get("/b.txt").status());
        assertEquals(200, client.put("/b.txt", "new", "Content-Type", "a/b",
                "Content-Encoding", "identity").status());
        assertNoFields(client.get("/b.txt"), "text/plain; charset=utf-8");
    }

    @Test
    void zipFileKeepsNone() throws IOException {
        assumeTrue(where == Where.FILE);
        URI zip = URI.create("jar:" + folder.resolve("x.zip").toUri());
        try (FileSystem system = FileSystems.newFileSystem(zip, Map.of("create", "true"));
                FolderStore inZip = FolderStore.open(system.getPath("/store"))) {
            Client other = new Client(inZip);
            assertEquals(415, other.put("/b.txt", "new", "Content-Encoding", "gzip").status());
            assertEquals(200, other.put("/b.txt", "new", "Content-Type", "a/b").status());
            assertNoFields(other.get("/b.txt"), "text/plain; charset=utf-8");
        }
    }

    @Test
    void putOfAPartLeavesTheFieldsThatItDoesNotHave() {
        plain.fileChannels = PlainFileSystem.FileChannels.WHOLE;
        client.put("/a.txt", "0123", FIELDS);
        Reply part = client.put("/a.txt", "xy", "Content-Range", "bytes 4-5/6");
        assumeTrue(part.status() == 200); // not where files are written in sequence
        assertEquals("0123xy", client.get("/a.txt").text());
        assertFields(client.get("/a.txt"));
        client.put("/a.txt", "z", "Content-Range", "bytes 6-6/7", "Content-Type", "c/d");
        Reply named = client.get("/a.txt");
        assertEquals("0123xyz", named.text());
        assertEquals("c/d", named.field("Content-Type"));
        assertEquals("gzip", named.field("Content-Encoding"), "the rest can't be read without");
        assertEquals("max-age=60", named.field("Cache-Control"));
        int left = ObjectFields.MAX_BYTES - "gzip".length() - "de".length()
                - "attachment; filename=x".length() - "max-age=60".length();
        assertEquals(431, client.put("/a.txt", "z", "Content-Range", "bytes 7-7/8",
                "Content-Type", "x".repeat(left + 1)).status());
        assertEquals(200, client.put("/a.txt", "z", "Content-Range", "bytes 7-7/8",
                "Content-Type", "x".repeat(left)).status());
        assertEquals("gzip", client.get("/a.txt").field("Content-Encoding"));
    }

    @Test
    void discardingStoreTakesCodedBodies() throws IOException {
        try (FolderStore none = FolderStore.discarding(Contract.HTTP)) {
            assertEquals(200, new Client(none).put("/a", "x", "Content-Encoding", "gzip")
                    .status());
        }
    }

    @Test
    void bytesAreThoseThatWereSent() {
        byte[] bytes = {0x1f, (byte) 0x8b, 1, 2, 3};
        assertEquals(200, client.put("/a.js", bytes, "Content-Encoding", "gzip").status());
        Reply reply = client.get("/a.js", "Accept-Encoding", "identity");
        assertArrayEquals(bytes, reply.body());
        assertEquals("gzip", reply.field("Content-Encoding"));
        assertEquals("text/javascript; charset=utf-8", reply.field("Content-Type"));
        assertNotNull(reply.field("ETag"));
    }
}
