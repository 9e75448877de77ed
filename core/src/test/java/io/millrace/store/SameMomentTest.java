package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Another program acts between the look of a request at an object and what it was for. */
class SameMomentTest {

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        store = FolderStore.open(system.path(folder));
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/d/a", "hello");
    }

    @AfterEach
    void close() throws IOException {
        system.before(null);
        store.close();
    }

    /** What another program does once, just before an operation of the store. */
    private void once(Operation before, String name, PlainFileSystem.Before action) {
        at(1, before, name, action);
    }

    private void at(int turn, Operation before, String name, PlainFileSystem.Before action) {
        AtomicInteger turns = new AtomicInteger();
        system.before((operation, real) -> {
            if (operation == before && real.equals(folder.resolve(name))
                    && turns.incrementAndGet() == turn) {
                action.operation(operation, real);
            }
        });
    }

    @Test
    void deleteOfAnObjectThatIsGoneIsNotFound() {
        once(Operation.DELETE, "d/a", (operation, real) -> Files.delete(real));
        assertEquals(404, client.delete("/d/a").status());
    }

    @Test
    void deleteWhoseFolderIsGoneIsNotFound() throws IOException {
        // After the looks at the folder and at the object in it.
        at(2, Operation.LOOK, "d", (operation, real) -> {
            Files.delete(real.resolve("a"));
            Files.delete(real);
        });
        assertEquals(404, client.delete("/d/a").status());
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    @Test
    void deleteOfWhatIsAFolderByNowIsNotFound() throws IOException {
        once(Operation.DELETE, "d/a", (operation, real) -> {
            Files.delete(real);
            Files.createDirectories(real.resolve("inside"));
        });
        assertEquals(404, client.delete("/d/a").status());
        assertTrue(Files.exists(folder.resolve("d/a/inside")));
    }

    @Test
    void deleteOfAFolderThatIsGoneOrWhoseFolderIsIsNotFound() throws IOException {
        Files.createDirectory(folder.resolve("d/sub"));
        once(Operation.DELETE, "d/sub", (operation, real) -> Files.delete(real));
        assertEquals(404, client.delete("/d/sub/").status());
        Files.createDirectories(folder.resolve("x/sub"));
        at(2, Operation.LOOK, "x", (operation, real) -> {
            Files.delete(real.resolve("sub"));
            Files.delete(real);
        });
        assertEquals(404, client.delete("/x/sub/").status());
        assertEquals(Set.of("d"), FolderNames.of(folder));
    }

    @Test
    void deleteOfAFolderThatIsNoLongerEmptyIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("d/sub"));
        once(Operation.DELETE, "d/sub", (operation, real) ->
                Files.writeString(real.resolve("inside"), "safe"));
        assertEquals(409, client.delete("/d/sub/").status());
        assertEquals("safe", Files.readString(folder.resolve("d/sub/inside")));
    }

    @Test
    void folderThatAnotherProgramMakesFirstIsThereAndAFileIsNone() throws IOException {
        once(Operation.MAKE_FOLDER, "d/sub", (operation, real) -> Files.createDirectory(real));
        assertEquals(201, client.put("/d/sub/", "").status());
        once(Operation.MAKE_FOLDER, "d/file", (operation, real) -> Files.createFile(real));
        assertEquals(409, client.put("/d/file/", "").status());
    }

    @Test
    void folderThatAnotherProgramRemovesAtOnceIsMadeAgain() throws IOException {
        AtomicBoolean removed = new AtomicBoolean();
        system.before((operation, real) -> {
            if (operation == Operation.LOOK && real.endsWith("sub") && !removed.get()) {
                removed.set(Files.deleteIfExists(real));
            }
        });
        assertEquals(201, client.put("/d/sub/", "").status());
        assertTrue(removed.get());
        assertTrue(Files.isDirectory(folder.resolve("d/sub")));
        system.before((operation, real) -> {
            if (operation == Operation.LOOK && real.endsWith("never")) {
                Files.deleteIfExists(real);
            }
        });
        assertEquals(500, client.put("/d/never/", "").status());
    }

    @Test
    void moveOfAnObjectThatIsGoneIsNotFoundAndMakesNoFolder() throws IOException {
        once(Operation.MOVE, "x/b", (operation, real) ->
                Files.delete(folder.resolve("d/a")));
        assertEquals(404, client.move("/d/a", "/x/b").status());
        assertEquals(Set.of("d"), FolderNames.of(folder));
    }

    @Test
    void moveToWhereAFolderHasComeIsRefused() throws IOException {
        once(Operation.MOVE, "b", (operation, real) -> {
            Files.createDirectory(real);
            Files.writeString(real.resolve("inside"), "safe");
        });
        assertEquals(409, client.move("/d/a", "/b").status());
        assertEquals("safe", Files.readString(folder.resolve("b/inside")));
        assertEquals("hello", client.get("/d/a").text());
    }

    @Test
    void moveGoesToAFolderThatIsMadeAgain() throws IOException {
        once(Operation.MOVE, "x/y/b", (operation, real) -> {
            Files.delete(real.getParent());
            Files.delete(real.getParent().getParent());
        });
        assertEquals(201, client.move("/d/a", "/x/y/b").status());
        assertEquals("hello", client.get("/x/y/b").text());
    }

    @Test
    void foldersThatAMoveHasMadeAreRemovedFromTheInnermostIfItFails() throws IOException {
        once(Operation.MOVE, "x/y/z/b", (operation, real) -> {
            Files.writeString(folder.resolve("x/other"), "kept");
            throw new IOException("planted");
        });
        assertEquals(500, client.move("/d/a", "/x/y/z/b").status());
        assertEquals(Set.of("other"), FolderNames.of(folder, folder.resolve("x")));
        assertTrue(Files.exists(folder.resolve("d/a")));
    }

    @Test
    void moveToWhatIsGoneByNowReplacesNothing() {
        client.put("/b", "x".repeat(50));
        // After the look that tells whether folders are to be made for it.
        at(2, Operation.LOOK, "b", (operation, real) -> Files.delete(real));
        assertEquals(201, client.move("/d/a", "/b").status());
        assertEquals("hello", client.get("/b").text());
    }

    @Test
    void moveToAMountPointIsRefused() {
        once(Operation.MOVE, "b", (operation, real) -> {
            throw new FileSystemException("a", "b", "Device or resource busy");
        });
        Reply refused = client.move("/d/a", "/b");
        assertEquals(409, refused.status());
        assertTrue(refused.text().contains("mount point"), refused.text());
    }

    @Test
    void tagIsThatOfTheBytesThoughTheObjectIsReplacedWhileItIsOpened() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "world");
        Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000_000_000L));
        once(Operation.OPEN, "d/a", (operation, real) ->
                Files.move(other, real, StandardCopyOption.REPLACE_EXISTING));
        Reply got = client.get("/d/a");
        assertEquals("world", got.text());
        assertEquals("Sun, 09 Sep 2001 01:46:40 GMT", got.field("Last-Modified"));
        assertEquals(client.get("/d/a").field("ETag"), got.field("ETag"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tagIsWeakIfTheObjectIsNeverTheSameAndEachOfItsFilesIsClosed() throws IOException {
        system.before((operation, real) -> {
            if (operation == Operation.OPEN && real.endsWith("a")) {
                Files.writeString(real, "!", StandardOpenOption.APPEND);
            }
        });
        Reply got = client.get("/d/a");
        assertTrue(got.text().startsWith("hello!!!"), got.text());
        assertTrue(got.field("ETag").startsWith("W/"), got.field("ETag"));
        assertEquals(0, OpenFiles.below(folder));
    }
}
