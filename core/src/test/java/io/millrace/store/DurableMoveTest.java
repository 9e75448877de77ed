package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A MOVE that asks for more than the PUT before it did: what has the new name is whole. */
class DurableMoveTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "NONE, NONE, NONE, 'MOVE b'",
        "NONE, NONE, DATA, 'FORCE a, MOVE b'",
        "NONE, NONE, FULL, 'FORCE a, MOVE b, FORCE data, FORCE data'",
        "DATA, NONE, DATA, 'FORCE a, MOVE b'",
        "DATA, DATA, NONE, 'MOVE b'",
    })
    void bytesAreForcedAsTheirPutMayNotHaveForcedThem(Durability ofStore, Durability ofPut,
            Durability ofMove, String order) throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.fileChannels = FileChannels.WHOLE;
        try (FolderStore store = FolderStore.open(system.path(folder.resolve("data")),
                StoreOptions.builder().durability(ofStore).build())) {
            Client client = new Client(request -> store.handle(request, ofMove),
                    Contract.ARTICLE); // which shows each status as it is
            client.put("/first", "so that the name of the store's folder is forced");
            new Client(request -> store.handle(request, ofPut), Contract.ARTICLE)
                    .put("/a", "hello");
            List<String> done = Collections.synchronizedList(new ArrayList<>());
            system.before((operation, real) -> {
                if (operation == Operation.FORCE || operation == Operation.MOVE) {
                    done.add(operation + " " + real.getFileName());
                }
            });
            assertEquals(201, client.move("/a", "/b").status());
            assertEquals(order, String.join(", ", done));
            assertEquals("hello", client.get("/b").text());
        }
    }

    @Test
    void fileThatAnotherUserKeepsToItselfIsMovedAsItIs() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.fileChannels = FileChannels.WHOLE;
        try (FolderStore store = FolderStore.open(system.path(folder.resolve("data")),
                StoreOptions.builder().durability(Durability.DATA).build())) {
            Client client = new Client(store, Contract.ARTICLE);
            client.put("/a", "hello");
            system.fail(Operation.OPEN, new AccessDeniedException("a"));
            assertEquals(201, client.move("/a", "/b").status());
            system.before(null);
            assertEquals("hello", client.get("/b").text());
        }
    }
}
