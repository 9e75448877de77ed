package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.digest.DigestCache;
import io.millrace.evict.EvictableObjects.Outcome;
import io.millrace.evict.StoredObject;
import io.millrace.http.Request;
import io.millrace.objects.ObjectCache;
import io.millrace.space.LatePreallocation;
import io.millrace.space.Quota;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.work.StoreExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How objects leave that nothing uses: as by a DELETE, and only as they were seen. */
class EvictionTargetTest {

    private static final FileTime ODD = FileTime.from(1_700_000_000_123_456_789L,
            TimeUnit.NANOSECONDS);

    @TempDir
    Path folder;

    private StoreState state;
    private EvictionTarget target;
    private boolean ended;

    @BeforeEach
    void open() throws IOException {
        StoreOptions options = StoreOptions.builder().quotaBytes(100).build();
        Folder opened = Folder.open(folder, options.folderSettings(),
                new FaultLog(EvictionTargetTest.class));
        Quota quota = new Quota(100);
        quota.watch(opened, false, System::nanoTime);
        state = new StoreState(options, opened, quota, new StoreExecutor(1, 1),
                new DigestCache(), new ObjectCache(1 << 20, 1000, 0, System::nanoTime),
                new LatePreallocation(), new Eviction(options, System::currentTimeMillis));
        target = new EvictionTarget(state);
    }

    @AfterEach
    void everyChangeHasEnded() throws IOException {
        endAllChanges();
        state.close();
        assertTrue(ended);
    }

    private void endAllChanges() {
        if (!state.changes().areOver()) {
            state.changes().endAll(() -> ended = true);
        }
    }

    private Path file(String name, int bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]);
    }

    private void put(String name, String body) throws Exception {
        Key key = new Key(name, name);
        Upload upload = new Upload(state, Durability.NONE, key,
                Request.of("PUT", "/" + name).withBody(body.length()), null);
        assertNull(upload.begin());
        Client.write(upload.sink(), body.getBytes());
        assertEquals(2, upload.complete().status().code() / 100);
    }

    private int get(String name) throws Exception {
        return Reply.of(new Download(state, new Key(name, name),
                Request.of("GET", "/" + name)).answer()).status();
    }

    private Map<String, StoredObject> seen() throws IOException {
        Map<String, StoredObject> seen = new TreeMap<>();
        target.each(object -> {
            seen.put(object.name(), object);
            return true;
        });
        return seen;
    }

    @Test
    void onlyWhatARequestCanNameIsSeen() throws IOException {
        file("a", 1);
        file("x/y/b", 2);
        file("back\\slash", 1);
        file("x/" + "\u00e4".repeat(127), 1);
        file("line\nfeed", 1);
        file(".millrace.mine", 1);
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
        assertEquals(Set.of("a", "x/y/b", "x/" + "\u00e4".repeat(127)), seen().keySet());
    }

    @Test
    void objectThatIsTheSameIsRemovedWithItsRoomAndItsPlaceInMemory() throws Exception {
        put("a", "x".repeat(100));
        assertEquals(200, get("a"));
        assertEquals(200, get("a"));
        assertFalse(state.quota().fits(1));
        assertEquals(Outcome.REMOVED, target.remove(seen().get("a"), () -> true));
        assertFalse(Files.exists(folder.resolve("a")));
        assertTrue(state.quota().fits(100));
        assertEquals(404, get("a"));
        assertEquals(0, state.cache().usedBytes());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void largeObjectIsClosedOnceItIsRemovedOrSpared() throws IOException {
        file("a", 1 << 20);
        file("b", 1 << 20);
        long before = OpenFiles.below(folder);
        assertEquals(Outcome.REMOVED, target.remove(seen().get("a"), () -> true));
        assertEquals(Outcome.SPARED, target.remove(seen().get("b"), () -> false));
        assertEquals(before, OpenFiles.below(folder));
    }

    @Test
    void nothingIsRemovedOrNotedOnceTheFolderIsAnotherProcesss() throws IOException {
        file("a", 5);
        StoredObject object = seen().get("a");
        FileTime read = Files.readAttributes(folder.resolve("a"), BasicFileAttributes.class)
                .lastAccessTime();
        endAllChanges();
        assertEquals(Outcome.SPARED, target.remove(object, () -> true));
        assertFalse(target.noteRead(object, 2_000_000_000L));
        assertEquals(read, Files.readAttributes(folder.resolve("a"), BasicFileAttributes.class)
                .lastAccessTime());
    }

    @Test
    void objectThatWasReplacedStays() throws Exception {
        put("a", "old");
        StoredObject old = seen().get("a");
        put("a", "new");
        assertEquals(Outcome.SPARED, target.remove(old, () -> true));
        assertEquals("new", Files.readString(folder.resolve("a")));
    }

    @Test
    void objectThatAnotherProgramReplacedStays() throws Exception {
        Files.setLastModifiedTime(file("a", 5), ODD);
        StoredObject old = seen().get("a");
        Files.setLastModifiedTime(file("b", 5), ODD);
        Files.move(folder.resolve("b"), folder.resolve("a"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(Outcome.SPARED, target.remove(old, () -> true));
        assertTrue(Files.exists(folder.resolve("a")));
    }

    @Test
    void objectThatIsUsedOrGoneIsSpared() throws Exception {
        file("a", 5);
        StoredObject object = seen().get("a");
        assertEquals(Outcome.SPARED, target.remove(object, () -> false));
        assertTrue(Files.exists(folder.resolve("a")));
        Files.delete(folder.resolve("a"));
        assertEquals(Outcome.SPARED, target.remove(object, () -> true));
        Files.createDirectory(folder.resolve("a"));
        assertEquals(Outcome.SPARED, target.remove(object, () -> true));
    }

    @Test
    void objectWhoseFolderIsGoneOrAnObjectIsSpared() throws Exception {
        file("x/a", 2 << 20);
        StoredObject object = seen().get("x/a");
        Files.delete(folder.resolve("x/a"));
        Files.delete(folder.resolve("x"));
        file("a", 2 << 20);
        assertEquals(Outcome.SPARED, target.remove(object, () -> true));
        file("x", 1);
        assertEquals(Outcome.SPARED, target.remove(object, () -> true));
        assertTrue(Files.exists(folder.resolve("a")));
    }

    @Test
    void foldersLeaveWithTheirLastObjectAndOthersStay() throws Exception {
        file("x/y/z/a", 2 << 20);
        file("x/b", 1);
        Files.createDirectory(folder.resolve("empty"));
        Map<String, StoredObject> seen = seen();
        assertEquals(Outcome.REMOVED, target.remove(seen.get("x/y/z/a"), () -> true));
        assertFalse(Files.exists(folder.resolve("x/y")));
        assertTrue(Files.exists(folder.resolve("x/b")));
        assertEquals(Outcome.REMOVED, target.remove(seen.get("x/b"), () -> true));
        assertFalse(Files.exists(folder.resolve("x")));
        assertTrue(Files.exists(folder.resolve("empty")));
        put("x/y/z/a", "again");
        assertEquals(200, get("x/y/z/a"));
    }

    @Test
    void fileTellsOfAReadAndItsEntityTagStays() throws Exception {
        Path file = Files.setLastModifiedTime(file("x/a", 5), ODD);
        StoredObject object = seen().get("x/a");
        assertTrue(target.noteRead(object, 1_750_000_000L));
        BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
        assertEquals(ODD, after.lastModifiedTime());
        assertEquals(FileTime.from(1_750_000_000L, TimeUnit.SECONDS), after.lastAccessTime());
        assertEquals(1_750_000_000_000_000_000L, seen().get("x/a").accessedNs());
    }

    @Test
    void linkInPlaceOfTheFileIsNotFollowed() throws Exception {
        Path outside = Files.setLastModifiedTime(Files.write(
                Files.createTempFile(folder.getParent(), "out", ""), new byte[5]), ODD);
        try {
            file("a", 5);
            StoredObject object = seen().get("a");
            Files.delete(folder.resolve("a"));
            Files.createSymbolicLink(folder.resolve("a"), outside);
            target.noteRead(object, 1_000_000_000L);
            assertEquals(Outcome.SPARED, target.remove(object, () -> true));
            BasicFileAttributes after = Files.readAttributes(outside, BasicFileAttributes.class);
            assertTrue(after.lastAccessTime().toMillis() > 1_000_000_000_000L);
            assertEquals(ODD, after.lastModifiedTime());
        } finally {
            Files.delete(outside);
        }
    }
}
