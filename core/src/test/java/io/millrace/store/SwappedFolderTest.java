package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.server.Logged;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
        swapBefore(last, "d/a");
    }

    private void swapBefore(Operation last, String name) {
        swapBefore(last, name, 1);
    }

    private void swapBefore(Operation last, String name, int turn) {
        AtomicInteger turns = new AtomicInteger();
        system.before((operation, real) -> {
            if (operation == last && real.equals(folder.resolve(name))
                    && turns.incrementAndGet() == turn && !swapped.getAndSet(true)) {
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
    void linkThatWasThereBeforeLeadsNowhereEither() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createDirectory(outside.resolve("sub"));
        assertEquals(404, client.get("/link/a").status());
        assertEquals(404, client.get("/link/").status());
        assertEquals(404, client.delete("/link/a").status());
        assertEquals(404, client.delete("/link/sub/").status());
        assertEquals(404, client.move("/link/a", "/b").status());
        assertEquals(409, client.put("/link/a", "new").status());
        assertEquals(409, client.put("/link/new/", "").status());
        assertEquals(409, client.move("/d/a", "/link/b").status());
        assertEquals("secret", Files.readString(outside.resolve("a")));
        assertEquals(Set.of("a", "sub"), FolderNames.of(outside));
    }

    @Test
    void folderThatTakesThePlaceOfAnotherIsNotTheOneThatWasFound() throws IOException {
        system.before((operation, real) -> {
            if (operation == Operation.OPEN && real.equals(folder.resolve("d/a"))
                    && !swapped.getAndSet(true)) {
                Files.move(folder.resolve("d"), temp.resolve("moved"));
                Files.move(outside, folder.resolve("d"));
            }
        });
        assertEquals(404, client.get("/d/a").status());
        assertEquals("secret", client.get("/d/a").text());
    }

    @Test
    void deleteLeavesWhatIsElsewhere() throws IOException {
        swapBefore(Operation.LOOK);
        assertEquals(404, client.delete("/d/a").status());
        assertTrue(swapped.get());
        assertEquals("secret", Files.readString(outside.resolve("a")));
        assertEquals("hello", Files.readString(temp.resolve("moved/a")));
    }

    private void swapBack() throws IOException {
        system.before(null);
        Files.delete(folder.resolve("d"));
        Files.move(temp.resolve("moved"), folder.resolve("d"));
        swapped.set(false);
    }

    // Whichever look is the last one before the change: from the next on there are none.
    @Test
    void moveTakesNothingFromElsewhere() throws IOException {
        for (String name : List.of("d/a", "b")) {
            int turn = 1;
            for (; turn == 1 || swapped.get(); turn++) {
                if (swapped.get()) {
                    swapBack();
                }
                swapBefore(Operation.LOOK, name, turn);
                Reply reply = client.move("/d/a", "/b");
                assertEquals(swapped.get() ? 404 : 201, reply.status(), name + turn);
                assertEquals("secret", Files.readString(outside.resolve("a")));
            }
            assertTrue(turn > 2, name);
            system.before(null);
            assertEquals(201, client.move("/b", "/d/a").status());
        }
    }

    @Test
    void folderIsNotMadeElsewhere() throws IOException {
        int turn = 1;
        for (; turn == 1 || swapped.get(); turn++) {
            if (swapped.get()) {
                swapBack();
            }
            swapBefore(Operation.LOOK, "d/new", turn);
            client.put("/d/new/", "");
            assertFalse(Files.exists(outside.resolve("new")), "turn " + turn);
        }
        assertTrue(turn > 2);
    }

    @Test
    void deleteOfAFolderLeavesThatWhichIsElsewhere() throws IOException {
        Files.createDirectory(outside.resolve("sub"));
        Files.createDirectory(folder.resolve("d/sub"));
        int turn = 1;
        for (; turn == 1 || swapped.get(); turn++) {
            if (swapped.get()) {
                swapBack();
            }
            swapBefore(Operation.LOOK, "d/sub", turn);
            Reply reply = client.delete("/d/sub/");
            assertEquals(swapped.get() ? 404 : 204, reply.status());
            assertTrue(Files.exists(outside.resolve("sub")), "turn " + turn);
        }
        assertTrue(turn > 2);
    }

    @Test
    void listingShowsNothingOfElsewhere() throws IOException {
        swapBefore(Operation.LIST, "d");
        assertEquals(404, client.get("/d/").status());
        assertTrue(swapped.get());
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
