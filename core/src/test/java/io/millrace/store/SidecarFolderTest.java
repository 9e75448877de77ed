package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.meta.MetaStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of what is kept in files is on the device, too, before a change is answered. */
class SidecarFolderTest {

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        folder = temp.resolve("data").toAbsolutePath();
        store = FolderStore.open(folder,
                StoreOptions.builder().durability(Durability.FULL).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** A change in a folder whose own name has been forced. */
    private interface Change {
        void make() throws IOException;
    }

    /** The folders that a change forces, as the JVM sees it. */
    private Set<Path> forced(Change change) throws IOException {
        Path file = temp.resolve("jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
            recording.start();
            change.make();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .map(event -> Path.of(event.getString("path")))
                .filter(Files::isDirectory).collect(Collectors.toSet());
    }

    /** Has the store keep the metadata of an object below /d in a file of its own. */
    private void keepInAFile(String name) throws IOException {
        client.put("/d/a", "one", "Content-Encoding", "gzip");
        client.put("/d/" + name, "two");
        Files.setLastModifiedTime(folder.resolve("d/" + name),
                Files.getLastModifiedTime(folder.resolve("d/a")));
        assertEquals(204, client.move("/d/a", "/d/" + name).status());
        assertEquals("gzip", client.get("/d/" + name).field("Content-Encoding"));
    }

    @Test
    void itsNameIsForcedOnceWithTheFirstFileInIt() throws IOException {
        client.put("/d/first", "one");
        Path kept = folder.resolve(MetaStore.FOLDER_NAME);
        Set<Path> forced = forced(() -> keepInAFile("b"));
        assertTrue(forced.contains(kept), forced.toString());
        assertTrue(forced.contains(folder), forced.toString());
        forced = forced(() -> keepInAFile("c"));
        assertTrue(forced.contains(kept), forced.toString());
        assertFalse(forced.contains(folder), forced.toString());
    }

    @Test
    void itsNameIsForcedAgainIfItHadToBeMadeAgain() throws IOException {
        client.put("/d/first", "one");
        keepInAFile("b");
        client.delete("/d/b");
        Files.delete(folder.resolve(MetaStore.FOLDER_NAME));
        Set<Path> forced = forced(() -> keepInAFile("c"));
        assertTrue(forced.contains(folder), forced.toString());
    }
}
