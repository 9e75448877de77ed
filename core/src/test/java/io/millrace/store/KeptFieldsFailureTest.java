package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.meta.ObjectFields;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept when a change fails, is cut short, or can't be kept. */
@ParameterizedClass
@EnumSource(FieldsStore.Where.class)
class KeptFieldsFailureTest extends FieldsStore {

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
}
