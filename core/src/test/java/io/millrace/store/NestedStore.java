package io.millrace.store;

import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A store whose objects are in folders, which are reached in each way. */
abstract class NestedStore {

    /** How folders are reached. */
    enum Way { HELD, HELD_AND_FORCED, HELD_BY_CALLS, BY_PATH }

    @Parameter
    Way way;

    @TempDir
    Path temp;

    Path folder;
    FolderStore store;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectory(temp.resolve("data"));
        open(StoreOptions.builder());
    }

    void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        Path path = way == Way.BY_PATH ? new PlainFileSystem().path(folder) : folder;
        store = FolderStore.open(path, options.durability(way == Way.HELD_AND_FORCED
                ? Durability.FULL : Durability.NONE).cacheWindow(Duration.ZERO).build());
        if (way == Way.HELD_BY_CALLS) {
            store.fileCalls().find();
        }
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }
}
