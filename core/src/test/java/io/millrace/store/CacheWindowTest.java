package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects in memory that another program has changed behind the store's back. */
@ParameterizedClass
@ValueSource(strings = {"", "p/q/r"})
class CacheWindowTest extends CachedStore {

    @Test
    void changeByAnotherProgramIsSeenWhenTheWindowHasPassed() throws Exception {
        writeOld("a", "old");
        Response old = warm("/a");
        Files.writeString(folder.resolve("a"), "new");
        nowNs.addAndGet(WINDOW.toNanos() - 1);
        assertSame(old, get("/a"));
        nowNs.addAndGet(1);
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void fileRemovedByAnotherProgramIsGoneWhenTheWindowHasPassed() throws Exception {
        writeOld("a", "old");
        Response old = warm("/a");
        Files.delete(folder.resolve("a"));
        assertSame(old, get("/a"));
        nowNs.addAndGet(WINDOW.toNanos());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void linkPutInPlaceByAnotherProgramIsNotFollowed() throws Exception {
        writeOld("a", "old");
        writeOld("b", "old");
        warm("/a");
        Files.delete(folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("a"), folder.resolve("b"));
        nowNs.addAndGet(WINDOW.toNanos());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void unchangedFileIsGoodForAnotherWindow() throws Exception {
        writeOld("a", "old");
        Response old = warm("/a");
        nowNs.addAndGet(WINDOW.toNanos());
        assertSame(old, get("/a"));
        Files.writeString(folder.resolve("a"), "new");
        nowNs.addAndGet(WINDOW.toNanos() - 1);
        assertSame(old, get("/a"));
        nowNs.addAndGet(1);
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void fileThatChangesWithoutGettingAnotherTimeIsReadAnew() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "old");
        // However long it takes to get it into memory, that is no long time after the change.
        FileTime time = FileTime.from(Instant.now().plusSeconds(3600));
        Files.setLastModifiedTime(file, time);
        warm("/a");
        Files.writeString(file, "new", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(file, time);
        nowNs.addAndGet(WINDOW.toNanos());
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void withoutAWindowEveryChangeIsSeen() throws Exception {
        open(StoreOptions.builder().cacheWindow(Duration.ZERO));
        writeOld("a", "old");
        assertSame(warm("/a"), get("/a"));
        Files.writeString(folder.resolve("a"), "new");
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void conditionThatDoesNotHoldMakesTheStoreLookAgain() throws Exception {
        writeOld("a", "old");
        String tag = Reply.of(warm("/a")).field("ETag");
        Files.writeString(folder.resolve("a"), "changed by another program");
        assertEquals(412, client.put("/a", "new", "If-Match", tag).status());
        String current = client.get("/a").field("ETag");
        assertNotEquals(tag, current);
        assertEquals(200, client.put("/a", "new", "If-Match", current).status());
    }

    @Test
    void deleteThatIsRefusedMakesTheStoreLookAgain() throws Exception {
        writeOld("a", "old");
        String tag = Reply.of(warm("/a")).field("ETag");
        Files.writeString(folder.resolve("a"), "changed by another program");
        assertEquals(412, client.delete("/a", "If-Match", tag).status());
        assertNotEquals(tag, client.get("/a").field("ETag"));
    }

    @Test
    void changeThatFindsNoObjectMakesTheStoreLookAgain() throws Exception {
        writeOld("a", "old");
        warm("/a");
        Files.delete(folder.resolve("a"));
        assertEquals(404, client.delete("/a").status());
        assertEquals(404, client.get("/a").status());
        for (int bytes : new int[] {1, 100_000}) {
            Files.deleteIfExists(folder.resolve("b"));
            writeOld("b", "old");
            warm("/b");
            Files.delete(folder.resolve("b"));
            Files.createDirectory(folder.resolve("b"));
            assertEquals(409, client.put("/b", new byte[bytes]).status());
            assertEquals(client.folder(), client.get("/b").status());
        }
    }
}
