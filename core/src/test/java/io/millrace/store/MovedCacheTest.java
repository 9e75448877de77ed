package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in memory of an object that another program has changed is forgotten by a MOVE. */
class MovedCacheTest {

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        store = FolderStore.open(folder,
                StoreOptions.builder().cacheWindow(Duration.ofHours(1)).build());
        client = new Client(store, Contract.ARTICLE, 3); // which has it in memory by the third
        for (String name : new String[] {"a", "b", "d/a", "e/a"}) {
            client.put("/" + name, "old");
            assertEquals("old", client.get("/" + name).text());
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void change(String name) throws IOException {
        Files.writeString(folder.resolve(name), "changed by another program");
        assertEquals("old", client.get("/" + name).text());
    }

    private void assertChanged(String name) {
        assertEquals("changed by another program", client.get("/" + name).text());
    }

    @Test
    void refusedMoveMakesTheStoreLookAgainAtBothNames() throws IOException {
        change("a");
        change("b");
        assertEquals(412, client.move("/a", "/b", "If-Match", "\"x\"").status());
        assertChanged("a");
        assertChanged("b");
    }

    @Test
    void folderThatMovesToWhereAnotherProgramHasTakenOneAwayBringsItsObjects()
            throws IOException {
        Files.delete(folder.resolve("e/a"));
        Files.writeString(folder.resolve("d/a"), "moved by the store");
        assertEquals("old", client.get("/e/a").text());
        assertEquals(204, client.move("/d/", "/e/").status());
        assertEquals("moved by the store", client.get("/e/a").text());
        assertEquals(404, client.get("/d/a").status());
    }
}
