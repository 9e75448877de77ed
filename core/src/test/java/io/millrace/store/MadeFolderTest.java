package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders within others are made aside and moved, as no link on the way is to be followed. */
class MadeFolderTest {

    @TempDir
    Path folder;

    @Test
    void placeToMakeItAsideIsMadeAgainIfAnotherProgramHasRemovedIt() throws Exception {
        try (FolderStore store = FolderStore.open(folder)) {
            Client client = new Client(store, Contract.ARTICLE);
            client.put("/d/a", "hello");
            Files.delete(folder.resolve(".millrace.parts"));
            assertEquals(201, client.send(Request.of("PUT", "/d/e/", "Content-Length", "0"))
                    .status());
            assertEquals(Set.of("a", "e"), FolderNames.of(folder, folder.resolve("d")));
        }
    }
}
