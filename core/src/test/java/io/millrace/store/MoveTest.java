package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An object gets another name, with all that belongs to it, or stays as it is. */
@ParameterizedClass
@EnumSource(MovingStore.Way.class)
class MoveTest extends MovingStore {

    private static final FileTime LONG_AGO = FileTime.from(1_000_000_000_123_456_700L,
            TimeUnit.NANOSECONDS);

    @Test
    void objectGetsItsNewNameAndKeepsBytesTimeAndTag() throws IOException {
        client.put("/a", "hello");
        Files.setLastModifiedTime(folder.resolve("a"), LONG_AGO);
        Reply before = client.get("/a");
        Reply moved = client.move("/a", "/b");
        assertEquals(201, moved.status());
        assertEquals("/b", moved.field("Location"));
        assertEquals(before.field("ETag"), moved.field("ETag"));
        assertEquals(before.field("Last-Modified"), moved.field("Last-Modified"));
        assertEquals("hello", client.get("/b").text());
        assertEquals(before.field("ETag"), client.get("/b").field("ETag"));
        assertEquals(404, client.get("/a").status());
        assertEquals(Set.of("b"), names());
    }

    @ParameterizedTest
    @CsvSource({"/a, /x/b", "/x/a, /b", "/x/a, /x/b", "/x/a, /y/z/b", "/x/y/a, /x/b",
        "/a, /%C3%A4%20"})
    void objectGoesFromAnyFolderToAnyOtherWhichIsMade(String from, String to) throws IOException {
        client.put(from, "hello");
        assertEquals(201, client.move(from, to).status());
        assertEquals("hello", client.get(to).text());
        assertEquals(404, client.get(from).status());
        assertEquals(201, client.move(to, from).status());
        assertEquals("hello", client.get(from).text());
        assertEquals(404, client.get(to).status());
    }

    @Test
    void objectTakesThePlaceOfAnother() throws IOException {
        client.put("/a", "hello");
        client.put("/x/b", "old");
        client.get("/x/b");
        client.get("/x/b"); // in memory from here on
        Reply moved = client.move("/a", "/x/b");
        assertEquals(204, moved.status());
        assertEquals(moved.field("ETag"), client.get("/x/b").field("ETag"));
        assertEquals("hello", client.get("/x/b").text());
        assertEquals(Set.of("x"), names());
    }

    @Test
    void objectStaysWhereOverwriteIsFAndTheNameIsTaken() throws IOException {
        client.put("/a", "hello");
        client.put("/b", "old");
        client.put("/d/", "");
        for (String taken : List.of("/b", "/d")) {
            Reply refused = client.move("/a", taken, "Overwrite", "F");
            assertEquals(412, refused.status());
            assertEquals("Overwrite is F, and something has the name of the destination: use "
                    + "another one\n", refused.text());
        }
        assertEquals("hello", client.get("/a").text());
        assertEquals("old", client.get("/b").text());
        assertEquals(201, client.move("/a", "/c", "Overwrite", "F").status());
        assertEquals(204, client.move("/c", "/b", "Overwrite", "T").status());
    }

    @Test
    void conditionsAreThoseOfTheObjectThatIsMoved() throws IOException {
        String tag = client.put("/a", "hello").field("ETag");
        String other = client.put("/b", "other").field("ETag");
        assertEquals(412, client.move("/a", "/b", "If-Match", other).status());
        assertEquals(412, client.move("/a", "/x/b", "If-Match", "\"x\"").status());
        assertEquals(412, client.move("/a", "/b", "If-None-Match", "*").status());
        assertEquals(412, client.move("/a", "/b", "If-Unmodified-Since",
                "Sun, 09 Sep 2001 01:46:40 GMT").status());
        assertEquals(400, client.move("/a", "/b", "If-Match", "x").status());
        assertEquals(404, client.move("/n", "/b", "If-Match", "*").status());
        assertEquals(Set.of("a", "b"), names());
        assertEquals(204, client.move("/a", "/b", "If-Match", tag).status());
        assertEquals("hello", client.get("/b").text());
    }

    @Test
    void nothingIsMovedThatIsNoObjectOrToWhereNoneCanBe() throws IOException {
        client.put("/a", "hello");
        client.put("/d/o", "old");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
        assertEquals(404, client.move("/n", "/x/b").status());
        assertEquals("no object has this name, but a folder: end both paths with a slash to move "
                + "it\n",
                client.move("/d", "/x/b").text());
        assertEquals(404, client.move("/link", "/x/b").status());
        assertEquals(403, client.move("/a", "/a").status());
        assertEquals(403, client.move("/a", "/%61").status());
        assertEquals(409, client.move("/a", "/d").status());
        assertEquals(409, client.move("/a", "/link").status());
        assertEquals(409, client.move("/a", "/a/b").status());
        assertEquals(409, client.move("/a", "/d/o/x/b").status());
        assertEquals(409, client.move("/a", "/b/").status());
        assertEquals(409, client.move("/a", "/").status());
        assertEquals(404, client.move("/", "/b").status());
        assertEquals(409, client.move("/d/", "/b").status());
        assertEquals(Set.of("a", "d", "link"), names());
        assertEquals("hello", client.get("/a").text());
        assertEquals("old", client.get("/d/o").text());
    }

    @Test
    void otherSpellingOfThePathIsSentToTheObject() throws IOException {
        client.put("/a", "hello");
        for (String spelling : List.of("//a", "/./a", "/a/")) {
            Reply redirect = client.move(spelling, "/b/");
            assertEquals(308, redirect.status());
            assertEquals("/a", redirect.field("Location"));
        }
        assertEquals(Set.of("a"), names());
    }

    @Test
    void nothingIsReplacedInAStoreThatReplacesNothing() throws IOException {
        open(StoreOptions.builder().noOverwrite(true));
        client.put("/a", "hello");
        client.put("/b", "old");
        assertEquals(409, client.move("/a", "/b").status());
        assertEquals(412, client.move("/a", "/b", "Overwrite", "F").status());
        assertEquals("old", client.get("/b").text());
        assertEquals(201, client.move("/a", "/c").status());
    }

    @Test
    void storeThatMayNotBeChangedHasNoMove() throws IOException {
        client.put("/a", "hello");
        open(StoreOptions.builder().readOnly(true));
        Reply refused = client.move("/a", "/b");
        assertEquals(405, refused.status());
        assertEquals("GET, HEAD, OPTIONS", refused.field("Allow"));
        assertEquals("GET, HEAD, OPTIONS", client.move("/a", "nowhere").field("Allow"));
        assertEquals(Set.of("a"), names());
    }

    @Test
    void contractOfTheArticleHasNoMove() throws IOException {
        client.put("/a", "hello");
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        assertEquals(404, client.move("/a", "/b").status());
        assertEquals(404, client.move("/a", "nowhere").status());
        assertEquals("hello", client.get("/a").text());
    }

    // Two versions of one key have two tags, whatever a client has cached.
    @Test
    void versionThatWouldHaveTheTagOfAnEarlierOneGetsALaterTime() throws IOException {
        client.put("/a", "one");
        client.put("/b", "two");
        Files.setLastModifiedTime(folder.resolve("a"), LONG_AGO);
        Files.setLastModifiedTime(folder.resolve("b"), LONG_AGO);
        String tag = client.get("/b").field("ETag");
        assertEquals(tag, client.get("/a").field("ETag"));
        Reply moved = client.move("/a", "/b");
        assertEquals(204, moved.status());
        assertNotEquals(tag, moved.field("ETag"));
        Reply got = client.get("/b", "If-None-Match", tag);
        assertEquals(200, got.status());
        assertEquals("one", got.text());
        assertEquals(moved.field("ETag"), got.field("ETag"));
        assertEquals("Sun, 09 Sep 2001 01:46:42 GMT", got.field("Last-Modified"));
    }

    @Test
    void versionThatWouldHaveTheTagOfOneJustDeletedGetsALaterTime() throws IOException {
        client.put("/a", "one");
        String tag = client.put("/b", "two").field("ETag");
        Files.setLastModifiedTime(folder.resolve("a"),
                Files.getLastModifiedTime(folder.resolve("b")));
        client.delete("/b");
        Reply moved = client.move("/a", "/b");
        assertEquals(201, moved.status());
        assertNotEquals(tag, moved.field("ETag"));
        assertEquals("one", client.get("/b", "If-None-Match", tag).text());
    }

    @Test
    void nextVersionOfEitherKeyHasAnotherTag() {
        for (int i = 0; i < 50; i++) {
            String a = client.put("/a", "one").field("ETag");
            String b = client.put("/b", "two").field("ETag");
            client.move("/a", "/b");
            assertNotEquals(a, client.put("/a", "new").field("ETag"));
            assertNotEquals(b, client.put("/b", "new").field("ETag"));
        }
    }

    @Test
    void fieldsAndDigestsGoWithTheObject() throws IOException {
        String digest = client.put("/a", "hello", "Content-Type", "text/x-y", "Content-Encoding",
                "gzip", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest");
        client.put("/x/b", "other", "Content-Language", "de");
        client.move("/a", "/x/b");
        client.move("/x/b", "/c");
        Reply got = client.get("/c", "Want-Repr-Digest", "sha-256=1");
        assertEquals("hello", got.text());
        assertEquals("text/x-y", got.field("Content-Type"));
        assertEquals("gzip", got.field("Content-Encoding"));
        assertEquals(null, got.field("Content-Language"));
        assertEquals(digest, got.field("Repr-Digest"));
        open(StoreOptions.builder());
        assertEquals("gzip", client.get("/c").field("Content-Encoding"));
        assertEquals(digest, client.get("/c", "Want-Repr-Digest", "sha-256=1")
                .field("Repr-Digest"));
    }

    @Test
    void fieldsGoWithAnObjectThatGetsALaterTime() throws IOException {
        client.put("/x/a", "one", "Content-Encoding", "gzip");
        client.put("/b", "two");
        Files.setLastModifiedTime(folder.resolve("b"),
                Files.getLastModifiedTime(folder.resolve("x/a")));
        String tag = client.get("/b").field("ETag");
        assertNotEquals(tag, client.move("/x/a", "/b").field("ETag"));
        assertEquals("gzip", client.get("/b").field("Content-Encoding"));
        open(StoreOptions.builder());
        assertEquals("gzip", client.get("/b").field("Content-Encoding"));
        client.move("/b", "/c");
        assertEquals("gzip", client.get("/c").field("Content-Encoding"));
        client.put("/c", "plain");
        assertEquals(null, client.get("/c").field("Content-Encoding"));
    }

    @Test
    void oneOfTwoNamesOfAFileIsLeft() throws IOException {
        client.put("/a", "hello");
        Files.createLink(folder.resolve("b"), folder.resolve("a"));
        assertEquals(412, client.move("/a", "/b", "Overwrite", "F").status());
        assertEquals(204, client.move("/a", "/b").status());
        assertEquals(Set.of("b"), names());
        assertEquals("hello", client.get("/b").text());
    }

    @Test
    void roomOfTheQuotaGoesWithTheObjectAndThatOfTheReplacedOneIsGivenBack() throws IOException {
        open(StoreOptions.builder().quotaBytes(1000));
        client.put("/a", "x".repeat(400));
        client.put("/b", "y".repeat(600));
        assertEquals(507, client.put("/c", "z").status());
        assertEquals(204, client.move("/a", "/b").status());
        assertEquals(201, client.put("/c", "z".repeat(600)).status());
        assertEquals(507, client.put("/d", "z").status());
        assertEquals(201, client.move("/b", "/x/d").status());
        assertEquals(507, client.put("/e", "z").status());
        client.delete("/x/d");
        assertEquals(201, client.put("/e", "z".repeat(400)).status());
        assertEquals(507, client.put("/f", "z").status());
    }
}
