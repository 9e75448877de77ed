package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Request;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a PUT says of its object comes back. */
@ParameterizedClass
@EnumSource(FieldsStore.Where.class)
class KeptFieldsTest extends FieldsStore {

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
