package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Request;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says that something is gone is on the device before it is said, and nothing else is. */
class DurableDeletionTest {

    @TempDir
    Path temp;

    private final PlainFileSystem system = new PlainFileSystem();
    private final List<String> forced = Collections.synchronizedList(new ArrayList<>());
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        system.fileChannels = FileChannels.WHOLE;
        store = FolderStore.open(system.path(temp.resolve("data")),
                StoreOptions.builder().durability(Durability.FULL).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/a", "a");
        client.put("/d/b", "b");
        system.before((operation, real) -> {
            if (operation == Operation.FORCE) {
                forced.add(real.getFileName().toString());
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        system.before(null);
        store.close();
    }

    private void assertForced(int status, String folders, Reply reply) {
        assertEquals(status, reply.status());
        assertEquals(folders, String.join(" ", forced));
        forced.clear();
    }

    @Test
    void objectIsGoneForGood() {
        assertForced(412, "", client.delete("/a", "If-Match", "\"x\""));
        assertForced(204, "data", client.delete("/a"));
        assertForced(404, "data", client.delete("/a"));
        assertForced(404, "data", client.delete("/x/a"));
    }

    @Test
    void folderIsGoneForGood() {
        assertForced(409, "", client.delete("/d/"));
        assertForced(204, "data d", client.delete("/d/b"));
        assertForced(204, "data", client.delete("/d/"));
        assertForced(404, "data", client.delete("/d/"));
    }

    @Test
    void folderIsThereForGood() {
        Request put = Request.of("PUT", "/e/f/", "Content-Length", "0");
        assertForced(201, "data e", client.send(put));
        assertForced(204, "data e", client.send(put));
        assertForced(409, "", client.send(Request.of("PUT", "/a/e/", "Content-Length", "0")));
    }

    @Test
    void nameIsInItsNewPlaceBeforeItIsGoneFromTheOld() {
        assertForced(404, "", client.move("/x", "/y"));
        assertForced(201, "a data e data", client.move("/a", "/e/a"));
    }
}
