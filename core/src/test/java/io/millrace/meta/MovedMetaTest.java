package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Headers;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what is kept in files when its object moves, or doesn't after all. */
class MovedMetaTest {

    private static final long SIZE = 3;
    private static final long OLD = 100;
    private static final long NEW = 200;

    @TempDir
    Path folder;

    private final List<String> logged = new ArrayList<>();
    private MetaStore store;
    private Path object;
    private int names;

    @BeforeEach
    void open() throws IOException {
        Path path = new PlainFileSystem().path(folder);
        object = path.resolve("object");
        Files.writeString(folder.resolve("object"), "one");
        store = new MetaStore(path, () -> path.resolve("part" + names++), true,
                (what, failure) -> logged.add(what));
        assertTrue(store.keeps());
    }

    private void keep(String key, long timeNs) throws Exception {
        StagedMeta staged = store.stage(object, new ObjectMeta(
                ObjectFields.of(Headers.of("Content-Type", "of/" + key)), Map.of()));
        staged.write(SIZE, timeNs, false);
        staged.place(key, timeNs);
        staged.discard();
    }

    /** What is kept of two keys at two times, and nothing else is left behind. */
    private String kept() throws IOException {
        StringBuilder kept = new StringBuilder();
        for (String key : new String[] {"a", "b"}) {
            for (long timeNs : new long[] {OLD, NEW}) {
                String type = store.read(object, key, SIZE, timeNs).fields().value(0);
                kept.append(type == null ? "" : key + timeNs + "=" + type + " ");
            }
        }
        TreeSet<String> others = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> others.add(file.getFileName().toString()));
        }
        others.remove(MetaStore.FOLDER_NAME);
        assertEquals(new TreeSet<>(List.of("object")), others);
        assertEquals(List.of(), logged);
        return kept.toString().strip();
    }

    private MovedMeta move(long timeNs, boolean isOneFile) throws IOException {
        MovedMeta moved = store.move("a", "b", SIZE, OLD, timeNs);
        moved.place(object, isOneFile, false);
        return moved;
    }

    @Test
    void whatIsKeptIsUnderBothKeysUntilTheObjectHasMoved() throws Exception {
        keep("a", OLD);
        MovedMeta moved = move(OLD, false);
        assertTrue(moved.isInFile());
        assertEquals(1, moved.changes());
        assertEquals("a100=of/a b100=of/a", kept());
        moved.moved();
        assertEquals("b100=of/a", kept());
    }

    @Test
    void objectThatDoesNotMoveKeepsItUnderItsOwnKey() throws Exception {
        keep("a", OLD);
        move(OLD, false).withdraw();
        assertEquals("a100=of/a", kept());
    }

    // Between the two steps the object has its new time and its old name.
    @Test
    void objectThatGetsAnotherTimeHasItUnderBothTimesUntilItHasMoved() throws Exception {
        keep("a", OLD);
        MovedMeta moved = move(NEW, false);
        assertEquals(2, moved.changes());
        assertEquals("a100=of/a a200=of/a b200=of/a", kept());
        moved.moved();
        assertEquals("b200=of/a", kept());
    }

    @Test
    void objectThatHasItsNewTimeAndDoesNotMoveKeepsIt() throws Exception {
        keep("a", OLD);
        move(NEW, false).withdraw();
        assertEquals("a100=of/a a200=of/a", kept());
    }

    @Test
    void whatAKillHasLeftUnderTheNewKeyGoesBeforeAnObjectWithoutAny() throws Exception {
        keep("b", OLD);
        MovedMeta moved = move(OLD, false);
        assertFalse(moved.isInFile());
        assertEquals(1, moved.changes());
        assertEquals("", kept());
        assertEquals(0, move(OLD, false).changes(), "there is none any more");
    }

    @Test
    void whatIsKeptOfTheNewKeyStaysWhereThatIsTheSameFile() throws Exception {
        keep("b", OLD);
        MovedMeta moved = move(OLD, true);
        assertFalse(moved.isInFile());
        assertEquals(0, moved.changes());
        moved.withdraw();
        assertEquals("b100=of/b", kept());
    }

    @Test
    void storeThatHasNoSuchFilesGetsNoneByAMove() throws Exception {
        MovedMeta moved = move(OLD, false);
        assertFalse(moved.isInFile());
        assertEquals(0, moved.changes());
        moved.moved();
        assertFalse(store.hasFiles());
        assertFalse(Files.exists(folder.resolve(MetaStore.FOLDER_NAME)));
    }

    // What the store forces to the device is told by these.

    @Test
    void eachFileThatGetsItsPlaceOrLosesItCounts() throws Exception {
        assertEquals(0, store.fileChanges());
        keep("a", OLD);
        assertTrue(store.hasFiles());
        assertEquals(1, store.fileChanges());
        move(NEW, false).moved();
        assertEquals(5, store.fileChanges());
        store.remove("b", SIZE, OLD);
        assertEquals(5, store.fileChanges(), "there was none");
        store.remove("b", SIZE, NEW);
        assertEquals(6, store.fileChanges());
    }

    @Test
    void nameOfTheirFolderIsForcedOnceUnlessTheFolderIsMadeAgain() throws Exception {
        keep("a", OLD);
        assertFalse(store.isFolderForced());
        store.folderForced();
        keep("b", OLD);
        assertTrue(store.isFolderForced());
        store.remove("a", SIZE, OLD);
        store.remove("b", SIZE, OLD);
        Files.delete(folder.resolve(MetaStore.FOLDER_NAME));
        keep("a", OLD);
        assertFalse(store.isFolderForced());
        assertEquals(MetaStore.FOLDER_NAME, store.folder().getFileName().toString());
    }

    @Test
    void digestIsAddedToWhatIsKeptAndOnlyOnce() throws Exception {
        keep("a", OLD);
        byte[] digest = new byte[DigestAlgorithm.SHA_256.lengthBytes()];
        for (int i = 0; i < 2; i++) {
            store.add(object, null, "a", SIZE, OLD, DigestAlgorithm.SHA_256, digest, false);
            assertEquals(2, store.fileChanges());
        }
        assertEquals("a100=of/a", kept());
        assertEquals(1, store.read(object, "a", SIZE, OLD).digests().size());
    }

    @Test
    void onlyVersionsOfTheirTimesMayHaveFields() {
        assertTrue(MetaStore.mayHaveFields(1_700_000_000_000_000_100L));
        assertFalse(MetaStore.mayHaveFields(1_700_000_000_000_000_101L));
        assertFalse(MetaStore.mayHaveFields(1_700_000_000_000_000_199L));
    }
}
