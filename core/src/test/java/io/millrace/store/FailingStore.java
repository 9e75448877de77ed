package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Handler;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A store on a file system that fails when it is told to. Each test has its own. */
abstract class FailingStore {

    @Parameter(0)
    Contract contract;

    /** The folder that the objects are in, in the store's. */
    @Parameter(1)
    String below;

    @TempDir
    Path temp;

    final PlainFileSystem system = new PlainFileSystem();
    Path folder;
    FolderStore store;
    Handler handler;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectories(temp.resolve(below));
        open(StoreOptions.builder());
        client.put("/a", "old");
    }

    void open(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(system.path(temp), options.contract(contract).build());
        handler = new Below(store, below);
        client = new Client(handler, contract);
    }

    @AfterEach
    void oldObjectStandsAndNothingIsLeft() throws IOException {
        system.before(null);
        assertEquals("old", client.get("/a").text());
        store.close();
        assertEquals(Set.of("a"), FolderNames.of(temp, folder));
    }

    /** Of the object that is asked for as /a. */
    String path() {
        return below.isEmpty() ? "/a" : '/' + below + "/a";
    }

    static IOException because(String reason) {
        return new FileSystemException("/folder/a", null, reason);
    }
}
