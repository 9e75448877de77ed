package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.OpenFiles;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A place in a folder that is held open. */
class HeldEntryTest {

    @TempDir
    Path folder;

    @Test
    void nameOfAFolderThatIsHeldIsForcedOnce() throws Exception {
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        FolderForce rootForce = new FolderForce(folder, List.of(), faults);
        Files.createDirectories(folder.resolve("x/y"));
        Key key = KeyPath.of("/x/y/a", KeyLimits.DEFAULTS).key();
        try (OpenFolders folders = new OpenFolders(folder, rootForce, FileAccess.readOnly(),
                faults)) {
            for (boolean known : new boolean[] {false, true}) {
                try (Entry entry = HeldEntry.of(folder, key, Path.of("x", "y", "a"), null,
                        folders, null, faults); Forcing forcing = entry.force()) {
                    assertEquals(known ? 1 : 3, forcing.count());
                    Response done = Response.of(Status.OK);
                    assertEquals(done, forcing.settle("PUT /x/y/a", done, null));
                }
            }
            try (Entry above = HeldEntry.of(folder, key("/x/b"), Path.of("x", "b"), null,
                    folders, null, faults); Forcing forcing = above.force()) {
                assertEquals(1, forcing.count());
            }
        }
    }

    @Test
    void placeInAFolderThatTheStoreHasMovedIsNoneAnyMore() throws Exception {
        Files.createDirectories(folder.resolve("x/d/sub"));
        Files.createDirectories(folder.resolve("x/other"));
        Files.writeString(folder.resolve("x/d/sub/o"), "o");
        Files.writeString(folder.resolve("x/other/o"), "o");
        Path part = Files.writeString(folder.resolve("part"), "new");
        try (Folder store = Folder.open(folder, new FolderSettings(64, false, false, false,
                false, Set.of()), new FaultLog(HeldEntryTest.class));
                Entry moved = store.entry(key("/x/d/sub/o"));
                Entry other = store.entry(key("/x/other/o"));
                Entry from = store.entry(key("/x/d")); Entry to = store.entry(key("/e"))) {
            Version version = moved.version();
            from.moveTo(to, from.attributes());
            store.moved(key("/x/d"), key("/e"));
            assertNull(moved.attributes());
            assertThrows(NoSuchFileException.class, () -> moved.put(part, version));
            assertFalse(moved.remove());
            assertThrows(NoSuchFileException.class, moved::makeFolder);
            assertThrows(NoSuchFileException.class, moved::checkWay);
            assertEquals("o", Files.readString(folder.resolve("e/sub/o")));
            assertEquals(1, other.attributes().size());
            other.put(part, version);
            assertEquals("new", Files.readString(folder.resolve("x/other/o")));
            try (Entry again = store.entry(key("/e/sub/o"))) {
                assertEquals(1, again.attributes().size());
            }
        }
    }

    // Under the old name there may be another folder by now, whose objects are not this one's.
    @Test
    void placeInAFolderThatTheStoreHasMovedIsNotThatInTheOneMadeSince() throws Exception {
        Files.createDirectories(folder.resolve("d/sub/empty"));
        Files.createDirectory(folder.resolve("x"));
        for (String name : List.of("d/sub/o", "x/o", "b")) {
            Files.writeString(folder.resolve(name), name.substring(name.length() - 1));
        }
        Path part = Files.writeString(folder.resolve("part"), "new");
        try (Folder store = Folder.open(folder, new FolderSettings(64, false, false, false,
                false, Set.of()), new FaultLog(HeldEntryTest.class));
                Entry moved = store.entry(key("/d/sub/o"));
                Entry none = store.entry(key("/d/sub/n"));
                Entry empty = store.entry(key("/d/sub/empty")); Entry b = store.entry(key("/b"));
                Entry x = store.entry(key("/x/o"));
                Entry from = store.entry(key("/d")); Entry to = store.entry(key("/e"))) {
            Version version = moved.version();
            BasicFileAttributes attributes = moved.attributes();
            from.moveTo(to, from.attributes());
            store.moved(key("/d"), key("/e"));
            Files.createDirectories(folder.resolve("d/sub/empty"));
            Files.writeString(folder.resolve("d/sub/o"), "other");
            assertNull(moved.attributes());
            assertNull(empty.attributes());
            assertThrows(NoSuchFileException.class, () -> moved.put(part, version));
            assertFalse(none.putNew(part));
            assertFalse(moved.remove());
            assertThrows(NoSuchFileException.class, empty::deleteFolder);
            assertThrows(NoSuchFileException.class, none::makeFolder);
            assertThrows(NoSuchFileException.class, () -> moved.moveTo(b, attributes));
            assertThrows(NoSuchFileException.class, () -> b.moveTo(none, b.attributes()));
            assertThrows(NoSuchFileException.class, () -> x.moveTo(none, x.attributes()));
            assertEquals("b", Files.readString(folder.resolve("b")));
            assertEquals("o", Files.readString(folder.resolve("e/sub/o")));
            assertEquals("other", Files.readString(folder.resolve("d/sub/o")));
            assertEquals(Set.of("empty", "o"), FolderNames.of(folder, folder.resolve("e/sub")));
            assertEquals(Set.of("empty", "o"), FolderNames.of(folder, folder.resolve("d/sub")));
        }
    }

    // The descriptor of a listing that has ended may be that of any other file.
    @Test
    void descriptorOfAListingThatHasEndedIsNoLongerThePathOfItsFolder() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
        Path other = Files.createDirectory(folder.resolve("other"));
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        try (OpenFolders folders = new OpenFolders(folder,
                new FolderForce(folder, List.of(), faults), FileAccess.readOnly(), faults)) {
            SeekableByteChannel low = Files.newByteChannel(Files.createFile(folder.resolve("f")));
            OpenFolder held = folders.root();
            low.close();
            DirectoryStream<Path> names = held.names();
            assertTrue(Files.isSameFile(folder, held.heldPath()));
            names.close();
            DirectoryStream<Path> another = Files.newDirectoryStream(other);
            assertTrue(Files.isSameFile(folder, held.heldPath()));
            another.close();
            folders.giveBack(held);
        }
    }

    // A PUT would answer that something else has the folder's name, and it makes folders anew.
    @Test
    @Timeout(60)
    void folderThatIsRemovedWhileItIsLookedForIsMissingAndNotBlocked() throws Exception {
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        Path removed = folder.resolve("d");
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> remover = new CompletableFuture<>();
        new Thread(() -> {
            try {
                while (!ended.get()) {
                    Files.createDirectory(removed);
                    Files.delete(removed);
                }
                remover.complete(null);
            } catch (IOException e) {
                remover.completeExceptionally(e);
            }
        }).start();
        Set<Entry.Way> ways = EnumSet.noneOf(Entry.Way.class);
        try (OpenFolders folders = new OpenFolders(folder,
                new FolderForce(folder, List.of(), faults), FileAccess.readOnly(), faults)) {
            // On a busy machine the other thread may not have its turn for as long.
            for (int i = 0; i < 20_000 || ways.size() < 2; i++) {
                try (Entry entry = HeldEntry.of(folder, key("/d/a"), Path.of("d", "a"), null,
                        folders, null, faults)) {
                    ways.add(entry.way());
                }
            }
        } finally {
            ended.set(true);
            remover.get();
        }
        assertEquals(EnumSet.of(Entry.Way.OPEN, Entry.Way.MISSING), ways);
    }

    private static Key key(String path) throws Exception {
        return KeyPath.of(path, KeyLimits.DEFAULTS).key();
    }

    // It would be that of the same name in the last folder that there is.
    @Test
    void placeInAFolderThatIsNoneHasNothing() throws Exception {
        Files.writeString(folder.resolve("a"), "of the folder above");
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/a"), "of the folder above");
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        try (OpenFolders folders = new OpenFolders(folder,
                new FolderForce(folder, List.of(), faults), FileAccess.readOnly(), faults)) {
            for (String name : List.of("x/a", "a/a", "d/x/a", "d/a/a", "d/x/y/a")) {
                try (Entry entry = HeldEntry.of(folder, key("/" + name), Path.of(name),
                        FileAccess.readOnly(), folders, null, faults)) {
                    assertEquals(name.endsWith("a/a") ? Entry.Way.BLOCKED : Entry.Way.MISSING,
                            entry.way());
                    assertNull(entry.attributes(), name);
                    assertNull(entry.version(), name);
                }
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachFolderOnTheWayIsForcedThatMayBeNew() throws Exception {
        Path inner = Files.createDirectories(folder.resolve("x/y"));
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        try (OpenFolders folders = new OpenFolders(folder,
                new FolderForce(folder, List.of(), faults), FileAccess.readOnly(), faults);
                Entry entry = HeldEntry.of(folder, key("/x/y/a"), Path.of("x", "y", "a"), null,
                        folders, null, faults)) {
            List<Path> all = List.of(folder, folder.resolve("x"), inner);
            List<Long> before = descriptors(all);
            Forcing forcing = entry.force();
            assertEquals(before.stream().map(count -> count + 1).toList(), descriptors(all));
            forcing.close();
            assertEquals(before, descriptors(all));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void forceThatCannotBeOpenedLeavesNothingOpen() throws Exception {
        Path inner = Files.createDirectories(folder.resolve("x/y"));
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        FolderForce failing = new FolderForce(folder, () -> {
            throw new IOException("planted");
        }, faults);
        try (OpenFolders folders = new OpenFolders(folder, failing, FileAccess.readOnly(), faults);
                Entry entry = HeldEntry.of(folder, key("/x/y/a"), Path.of("x", "y", "a"), null,
                        folders, null, faults)) {
            List<Long> before = descriptors(List.of(folder.resolve("x"), inner));
            assertThrows(IOException.class, entry::force);
            assertEquals(before, descriptors(List.of(folder.resolve("x"), inner)));
        }
    }

    /** How many descriptors lead to each of these folders. */
    private static List<Long> descriptors(List<Path> folders) throws IOException {
        List<Long> counts = new ArrayList<>();
        for (Path each : folders) {
            long below = OpenFiles.below(each);
            try (Stream<Path> inside = Files.list(each)) {
                for (Path one : inside.filter(Files::isDirectory).toList()) {
                    below -= OpenFiles.below(one);
                }
            }
            counts.add(below);
        }
        return counts;
    }

    @Test
    void noMoreThanTheLimitAreKeptOpenAndOneThatLeavesIsUsedToItsEnd() throws Exception {
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        FolderForce rootForce = new FolderForce(folder, List.of(), faults);
        try (OpenFolders folders = new OpenFolders(folder, rootForce, FileAccess.readOnly(),
                faults)) {
            HeldEntry first = place("f0", folders, faults);
            for (int i = 1; i < OpenFolders.MAX_OPEN - 1; i++) {
                place("f" + i, folders, faults).close();
            }
            assertEquals(OpenFolders.MAX_OPEN, folders.count(), "the store's own among them");
            for (int i = 0; i < 2; i++) {
                place("more" + i, folders, faults).close();
                assertEquals(OpenFolders.MAX_OPEN, folders.count());
            }
            Files.writeString(folder.resolve("f0/a"), "a");
            assertEquals(1, first.attributes().size());
            first.close();
            assertThrows(ClosedDirectoryStreamException.class, first::attributes);
        }
    }

    @Test
    void descriptorIsFoundAmongAsManyAsAreLookedAt() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors));
        FaultLog faults = new FaultLog(HeldEntryTest.class);
        try (OpenFolders folders = new OpenFolders(folder,
                new FolderForce(folder, List.of(), faults), FileAccess.readOnly(), faults)) {
            OpenFolder held = folders.root();
            int place = 1;
            while (held.search(place).equals(folder)) {
                place++;
            }
            assertTrue(held.search(place).startsWith(descriptors));
            assertTrue(Files.isSameFile(folder, held.search(place)));
            assertEquals(folder, held.search(place - 1), "no more are looked at");
            assertTrue(place > 1);
            folders.giveBack(held);
        }
    }

    private HeldEntry place(String name, OpenFolders folders, FaultLog faults) throws Exception {
        Files.createDirectory(folder.resolve(name));
        Key key = KeyPath.of("/" + name + "/a", KeyLimits.DEFAULTS).key();
        return HeldEntry.of(folder, key, Path.of(name, "a"), null, folders, null, faults);
    }
}
