package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.meta.MetaStore;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept of an object in a file of its own, when the object is moved. */
class MovedSidecarsTest {

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        system.fileChannels = FileChannels.WHOLE;
        open(Durability.NONE);
        client.put("/a", "one", "Content-Encoding", "gzip");
        client.put("/b", "two", "Content-Encoding", "br");
        assertEquals(2, sidecars().size());
    }

    private void open(Durability durability) throws IOException {
        close();
        store = FolderStore.open(system.path(folder),
                StoreOptions.builder().durability(durability).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            system.before(null);
            store.close();
        }
    }

    private Set<String> sidecars() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(MetaStore.FOLDER_NAME))) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    private void sameTime(String name, String other) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name),
                Files.getLastModifiedTime(folder.resolve(other)));
    }

    @Test
    void nothingStaysUnderTheOldNameNorOfWhatIsReplaced() throws IOException {
        assertEquals(204, client.move("/a", "/b").status());
        assertEquals(1, sidecars().size());
        assertEquals(201, client.move("/b", "/x/c").status());
        assertEquals(1, sidecars().size());
        assertEquals("gzip", client.get("/x/c").field("Content-Encoding"));
        assertEquals(204, client.delete("/x/c").status());
        assertEquals(Set.of(), sidecars());
    }

    @Test
    void nothingStaysOfTheTimeBefore() throws IOException {
        client.put("/c", "new");
        sameTime("c", "a");
        String tag = client.get("/c").field("ETag");
        assertNotEquals(tag, client.move("/a", "/c").field("ETag"));
        assertEquals(2, sidecars().size());
        assertEquals("gzip", client.get("/c").field("Content-Encoding"));
        assertEquals("br", client.get("/b").field("Content-Encoding"));
    }

    @Test
    void secondNameOfTheSameFileGetsIt() throws IOException {
        Files.createLink(folder.resolve("c"), folder.resolve("a"));
        assertEquals(204, client.move("/a", "/c").status());
        assertEquals("gzip", client.get("/c").field("Content-Encoding"));
        assertEquals(2, sidecars().size());
    }

    @Test
    void nothingStaysUnderTheNewNameIfTheMoveFails() throws IOException {
        Set<String> before = sidecars();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && !real.startsWith(
                    folder.resolve(MetaStore.FOLDER_NAME))) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.move("/a", "/b").status());
        assertEquals(500, client.move("/a", "/c").status());
        assertEquals(before, sidecars());
        assertEquals("gzip", client.get("/a").field("Content-Encoding"));
        assertEquals("br", client.get("/b").field("Content-Encoding"));
    }

    @Test
    void objectThatHasGotItsNewTimeKeepsWhatItHasIfTheMoveFails() throws IOException {
        client.put("/c", "new");
        sameTime("c", "a");
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("c")) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.move("/a", "/c").status());
        assertEquals("gzip", client.get("/a").field("Content-Encoding"));
        assertEquals(null, client.get("/c").field("Content-Encoding"));
    }

    @Test
    void nothingStaysOfWhatCanNotGetItsPlace() throws IOException {
        Set<String> before = sidecars();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.startsWith(
                    folder.resolve(MetaStore.FOLDER_NAME))) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.move("/a", "/c").status());
        assertEquals(before, sidecars());
        assertEquals(Set.of("a", "b"), FolderNames.of(folder));
    }

    /** Has a MOVE of /a to /x end as a kill leaves it: with what is kept of /a there, too. */
    private void killMoveOfA() throws IOException {
        Path kept = folder.resolve(MetaStore.FOLDER_NAME);
        system.before((operation, real) -> {
            boolean isKept = real.startsWith(kept);
            if (operation == Operation.MOVE && !isKept
                    || operation == Operation.DELETE && isKept) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.move("/a", "/x").status());
        system.before(null);
        assertEquals(3, sidecars().size());
    }

    @Test
    void whatAKilledMoveHasLeftIsNotTakenForThatOfAnotherObjectOfTheSameTimeAndSize()
            throws IOException {
        killMoveOfA();
        client.put("/c", "new");
        sameTime("c", "a");
        assertEquals(201, client.move("/c", "/x").status());
        assertNull(client.get("/x").field("Content-Encoding"));
        assertEquals("new", client.get("/x").text());
        assertEquals(2, sidecars().size());
    }

    @Test
    void objectStaysIfWhatAKilledMoveHasLeftCanNotBeRemoved() throws IOException {
        killMoveOfA();
        client.put("/c", "new");
        sameTime("c", "a");
        system.before((operation, real) -> {
            if (operation == Operation.DELETE) {
                throw new IOException("planted");
            }
        });
        assertEquals(500, client.move("/c", "/x").status());
        assertEquals(404, client.get("/x").status());
        assertEquals("new", client.get("/c").text());
    }

    @Test
    void whatIsKeptUnderAnotherNameOfTheSameFileStays() throws IOException {
        Files.createLink(folder.resolve("n"), folder.resolve("b"));
        assertEquals(204, client.move("/n", "/b").status());
        assertEquals("br", client.get("/b").field("Content-Encoding"));
        system.spelling = name -> name.equals("B") ? "b" : name;
        assertEquals(500, client.move("/B", "/b").status(), "it only looks as if that were one");
        assertEquals("br", client.get("/b").field("Content-Encoding"));
    }

    @Test
    void removalOfWhatAKilledMoveHasLeftIsOnTheDevice() throws IOException {
        killMoveOfA();
        client.put("/c", "new");
        sameTime("c", "a");
        open(Durability.FULL);
        List<String> forced = Collections.synchronizedList(new ArrayList<>());
        system.before((operation, real) -> {
            if (operation == Operation.FORCE) {
                forced.add(real.getFileName().toString());
            }
        });
        assertEquals(201, client.move("/c", "/x").status());
        assertTrue(forced.contains(MetaStore.FOLDER_NAME), forced.toString());
    }

    @Test
    void newNameIsOnTheDeviceBeforeTheObjectHasIts() throws IOException {
        open(Durability.FULL);
        List<String> forced = Collections.synchronizedList(new ArrayList<>());
        system.before((operation, real) -> {
            if (operation == Operation.FORCE) {
                forced.add(real.getFileName().toString());
            }
        });
        assertEquals(201, client.move("/a", "/c").status());
        assertTrue(forced.contains(MetaStore.FOLDER_NAME), forced.toString());
        assertTrue(forced.get(0).startsWith(".millrace-"), forced.toString());
        forced.clear();
        client.put("/b", "two", "Content-Encoding", "br");
        assertTrue(forced.contains(MetaStore.FOLDER_NAME), forced.toString());
    }

    // A PUT of its own may have asked for more than the store forces.
    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"NONE", "DATA"})
    void digestThatIsAddedLaterIsOnTheDeviceBeforeItReplacesWhatIsKept(Durability durability)
            throws Exception {
        open(durability);
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        system.before((operation, real) -> {
            if (operation == Operation.FORCE || operation == Operation.MOVE) {
                done.add(operation.name());
            }
        });
        Settled.await(folder.resolve("a")); // a digest of a file that is younger isn't kept
        client.get("/a", "Want-Repr-Digest", "sha-256=1").text();
        store.close(); // which keeps the digest
        assertEquals(List.of("FORCE", "MOVE"), done);
        open(durability);
        assertEquals("gzip", client.get("/a").field("Content-Encoding"));
    }
}
