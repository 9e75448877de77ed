package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.HttpDate;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What versions are dated, and how their tags tell them apart. */
@ParameterizedClass
@ValueSource(strings = {"", "p/q/r"})
class TimesTest {

    /** The folder that the objects are in, in the store's. */
    @Parameter
    private String below;

    @TempDir
    Path root;

    private Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        store = FolderStore.open(root);
        folder = Files.createDirectories(root.resolve(below));
        client = new Client(new Below(store, below));
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private void place(String name, String text, Instant time) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(time));
    }

    private void assertDatedNow(String name) throws IOException {
        Instant time = Files.getLastModifiedTime(folder.resolve(name)).toInstant();
        Duration age = Duration.between(time, Instant.now());
        assertTrue(age.abs().compareTo(Duration.ofMinutes(1)) < 0, name + " is of " + time);
    }

    // Files dated in the future.

    @Test
    void fileOfTheFutureDatesNothingElse() throws IOException {
        Instant nextYear = Instant.now().plus(Duration.ofDays(365));
        for (int i = 0; i < 300; i++) {
            place("old" + i, "o", nextYear);
            assertEquals(200, client.put("/old" + i, "n").status());
            assertDatedNow("old" + i);
        }
        for (int i = 0; i < 300; i++) {
            assertEquals(200, client.put("/new" + i, "n").status());
            assertDatedNow("new" + i);
        }
        for (int i = 0; i < 300; i++) {
            place("gone" + i, "o", nextYear);
            assertEquals(200, client.delete("/gone" + i).status());
            assertEquals(200, client.put("/gone" + i, "n").status());
            assertDatedNow("gone" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2262-04-12T00:00:00Z", "2300-01-01T00:00:00Z",
        "2400-02-29T12:00:00Z"})
    void fileBeyond64BitsOfNanosecondsIsReplacedByOneOfNow(String time) throws IOException {
        place("far", "old", Instant.parse(time));
        Reply far = client.get("/far");
        assertTrue(HttpDate.parse(far.field("Last-Modified")) <= Instant.now().getEpochSecond());
        assertTrue(Files.getLastModifiedTime(folder.resolve("far")).toInstant()
                .isBefore(Instant.parse("2262-04-11T23:47:16Z"))
                || far.field("ETag").startsWith("W/"), far.field("ETag"));
        assertEquals(200, client.put("/far", "new").status());
        assertDatedNow("far");
        String before = HttpDate.format(Instant.now().getEpochSecond() - 60);
        assertEquals(200, client.get("/far", "If-Modified-Since", before).status());
    }

    @Test
    void putOverAFileOfTheFutureHasAnotherTag() throws IOException {
        place("a", "old", Instant.now().plusSeconds(5));
        String old = client.get("/a").field("ETag");
        String tag = client.put("/a", "new").field("ETag");
        assertNotEquals(old, tag);
        assertEquals(412, client.put("/a", "mid", "If-Match", old).status());
    }

    @Test
    void ifModifiedSinceOfTheFutureIsIgnored() throws IOException {
        place("a", "old", Instant.now().minusSeconds(1000));
        long now = Instant.now().getEpochSecond();
        assertEquals(304, client.get("/a", "If-Modified-Since", HttpDate.format(now)).status());
        assertEquals(304,
                client.get("/a", "If-Modified-Since", HttpDate.format(now - 900)).status());
        assertEquals(200,
                client.get("/a", "If-Modified-Since", HttpDate.format(now + 3600)).status());
        place("b", "of the future", Instant.now().plusSeconds(1000));
        assertEquals(200,
                client.get("/b", "If-Modified-Since", HttpDate.format(now + 2000)).status());
    }

    // Tags.

    @Test
    void copyThatKeepsTheTimeHasTheSameTag() throws IOException {
        String tag = client.put("/a", "some bytes").field("ETag");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(folder.resolve("a"), copy.resolve("a"), StandardCopyOption.COPY_ATTRIBUTES);
        // The JDK's copy may keep fewer digits; cp -a and rsync keep them all.
        Files.setLastModifiedTime(copy.resolve("a"),
                Files.getLastModifiedTime(folder.resolve("a")));
        try (FolderStore other = FolderStore.open(copy)) {
            Client client = new Client(other);
            assertEquals(tag, client.get("/a").field("ETag"));
            assertEquals("bytes",
                    client.get("/a", "Range", "bytes=5-", "If-Range", tag).text());
            assertEquals(200, client.put("/a", "new", "If-Match", tag).status());
        }
    }

    @Test
    void everyVersionOfAKeyHasATagOfItsOwn() {
        Set<String> tags = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            String tag = client.put("/a", "size " + i % 10).field("ETag");
            assertTrue(tags.add(tag), "two versions share " + tag);
            if (i % 3 == 0) {
                assertEquals(200, client.delete("/a").status());
            }
        }
    }

    @Test
    void putsThatWereWrittenInOneTickAndEndAfterADeleteHaveTagsOfTheirOwn() throws Exception {
        Exchange[] exchanges = new Exchange[50];
        for (int i = 0; i < exchanges.length; i++) {
            exchanges[i] = client.begin(Request.of("PUT", "/a"), "same");
        }
        Set<String> tags = new HashSet<>();
        for (Exchange exchange : exchanges) {
            String tag = Client.known(exchange.complete()).headers().first("ETag");
            assertTrue(tags.add(tag), "two versions share " + tag);
            assertEquals(200, client.delete("/a").status());
        }
    }

    @Test
    void versionAfterOneThatAMoveTookAwayOrReplacedIsLater() throws IOException {
        client.put("/a", "one");
        client.put("/b", "two");
        FileTime[] times = new FileTime[2];
        for (int i = 0; i < 2; i++) { // the clock of a file system may be ahead
            times[i] = FileTime.from(Instant.now().plusMillis(2000 + 500 * i));
            Files.setLastModifiedTime(folder.resolve(i == 0 ? "a" : "b"), times[i]);
        }
        String b = (below.isEmpty() ? "" : "/" + below) + "/b";
        assertEquals(204, client.move("/a", b).status());
        client.put("/a", "new");
        client.put("/b", "new");
        assertTrue(Files.getLastModifiedTime(folder.resolve("a")).compareTo(times[0]) > 0);
        assertTrue(Files.getLastModifiedTime(folder.resolve("b")).compareTo(times[1]) > 0);
    }

    @Test
    void putThatEndsLongAfterItsLastByteIsDatedAtItsEnd() throws Exception {
        Exchange slow = client.begin(Request.of("PUT", "/a"), "slow");
        Path part = root.resolve(FolderNames.of(root, folder).iterator().next());
        Files.setLastModifiedTime(part, FileTime.from(Instant.now().minusSeconds(1000)));
        assertEquals(201, Client.known(slow.complete()).status().code());
        assertDatedNow("a");
    }
}
