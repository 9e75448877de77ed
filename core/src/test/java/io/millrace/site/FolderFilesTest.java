package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the files of a folder are looked at again. */
class FolderFilesTest {

    private static final long MODIFIED_MS = 784_111_777_000L;

    @TempDir
    Path folder;
    private final SiteCache cache = new SiteCache(1 << 20);
    private long nowNs = Long.MAX_VALUE - FolderFiles.WINDOW_NS; // the clock may pass its end
    private long nowMs = MODIFIED_MS + 3001;
    private FolderFiles files;

    @BeforeEach
    void makeAFile() throws IOException {
        write("a.txt", "one", MODIFIED_MS);
        files = new FolderFiles(folder, new SiteFields(List.of(), Response.of(Status.OK)), cache,
                () -> nowNs, () -> nowMs);
    }

    private void write(String name, String text, long modifiedMs) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(folder.resolve(name),
                FileTime.from(Instant.ofEpochMilli(modifiedMs)));
    }

    private long length() throws Exception {
        return files.find("a.txt").respond(Request.of("GET", "/")).body().length();
    }

    @Test
    void changeIsSeenWhenTheWindowHasPassed() throws Exception {
        assertEquals(3, length());
        write("a.txt", "three", MODIFIED_MS);
        nowNs += FolderFiles.WINDOW_NS - 1;
        assertEquals(3, length());
        nowNs++;
        assertEquals(5, length());
    }

    @Test
    void bytesOfAFileCountForTheMemory() throws Exception {
        files.find("a.txt");
        long usedBytes = cache.usedBytes();
        write("b.txt", "x".repeat(1003), MODIFIED_MS);
        files.find("b.txt");
        assertEquals(2 * usedBytes + 1000, cache.usedBytes());
    }

    @Test
    void fileThatIsTheSameIsGoodForAnotherWindow() throws Exception {
        SiteFile first = files.find("a.txt");
        nowNs += FolderFiles.WINDOW_NS;
        assertSame(first, files.find("a.txt"));
        Files.delete(folder.resolve("a.txt"));
        nowNs += FolderFiles.WINDOW_NS - 1;
        assertSame(first, files.find("a.txt"));
        nowNs++;
        assertNull(files.find("a.txt"));
        assertEquals(0, cache.usedBytes());
    }

    @Test
    void codedFileThatComesLaterIsSeen() throws Exception {
        SiteFile first = files.find("a.txt");
        write("a.txt.gz", "GZ", MODIFIED_MS);
        nowNs += FolderFiles.WINDOW_NS;
        assertNotSame(first, files.find("a.txt"));
        assertEquals("gzip", files.find("a.txt").respond(
                Request.of("GET", "/", "Accept-Encoding", "gzip")).headers()
                .first("Content-Encoding"));
    }

    @Test
    void fileThatJustChangedIsReadEachTime() throws Exception {
        nowMs = MODIFIED_MS + 3000;
        assertEquals(3, length());
        assertEquals(0, cache.usedBytes());
        write("a.txt", "three", MODIFIED_MS);
        assertEquals(5, length());
        nowMs++;
        SiteFile kept = files.find("a.txt");
        assertSame(kept, files.find("a.txt"));
    }

    @Test
    void missingFileIsLookedForEachTime() throws Exception {
        assertNull(files.find("b.txt"));
        write("b.txt", "b", MODIFIED_MS);
        assertEquals(1, files.find("b.txt").respond(Request.of("GET", "/")).body().length());
    }

    @Test
    void timeTellsClientsOfTheFile() throws Exception {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", files.find("a.txt")
                .respond(Request.of("GET", "/")).headers().first("Last-Modified"));
    }
}
