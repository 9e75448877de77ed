package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.server.Logged;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A link to elsewhere takes a folder's place just before an operation, where the file system opens
 * no names within an open folder.
 */
@EnabledOnOs(OS.LINUX)
class SwappedFolderTest {

    @TempDir
    Path temp;

    private final PlainFileSystem system = new PlainFileSystem();
    private final AtomicBoolean swapped = new AtomicBoolean();
    private Path folder;
    private Path outside;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(temp.resolve("data"));
        outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("a"), "secret");
        store = FolderStore.open(system.path(folder));
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/d/a", "hello");
    }

    @AfterEach
    void close() throws IOException {
        system.before(null);
        store.close();
    }

    private void swapBefore(Operation last) {
        system.before((operation, real) -> {
            if (operation == last && real.equals(folder.resolve("d/a"))
                    && !swapped.getAndSet(true)) {
                Files.move(folder.resolve("d"), temp.resolve("moved"));
                Files.createSymbolicLink(folder.resolve("d"), outside);
            }
        });
    }

    @Test
    void getDoesNotReadElsewhereAndLeavesNothingOpen() throws IOException {
        for (Operation last : new Operation[] {Operation.LOOK, Operation.OPEN}) {
            swapBefore(last);
            assertEquals(404, client.get("/d/a").status(), last.toString());
            assertTrue(swapped.getAndSet(false));
            assertEquals(0, OpenFiles.below(temp));
            Files.delete(folder.resolve("d"));
            Files.move(temp.resolve("moved"), folder.resolve("d"));
        }
    }

    @Test
    void deleteLeavesWhatIsElsewhere() throws IOException {
        swapBefore(Operation.LOOK);
        assertEquals(404, client.delete("/d/a").status());
        assertTrue(swapped.get());
        assertEquals("secret", Files.readString(outside.resolve("a")));
        assertEquals("hello", Files.readString(temp.resolve("moved/a")));
    }

    @Test
    void putThatMayHaveGotElsewhereIsNotSaidToBeStored() throws Exception {
        swapBefore(Operation.MOVE);
        try (Logged logged = new Logged(FolderStore.class)) {
            assertEquals(500, client.put("/d/a", "new").status());
            assertTrue(swapped.get());
            assertTrue(logged.lines().stream().anyMatch(line -> line.contains("PUT /d/a")),
                    logged.lines().toString());
        }
    }

    @Test
    void moveThatMayHaveGotElsewhereIsNotSaidToBeDone() throws Exception {
        client.put("/b", "new");
        swapBefore(Operation.MOVE);
        try (Logged logged = new Logged(FolderStore.class)) {
            assertEquals(500, client.move("/b", "/d/a").status());
            assertTrue(swapped.get());
            assertTrue(logged.lines().stream().anyMatch(line -> line.contains("MOVE /b")),
                    logged.lines().toString());
        }
    }
}
