package io.millrace.store;

import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A store whose objects get other names, its folders reached in each way. */
abstract class MovingStore {

    /** How folders are reached. */
    enum Way { HELD, HELD_AND_FORCED, BY_PATH }

    @Parameter
    Way way;

    @TempDir
    Path temp;

    final PlainFileSystem plain = new PlainFileSystem();
    Path folder;
    FolderStore store;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = Files.createDirectory(temp.resolve("data"));
        plain.fileChannels = PlainFileSystem.FileChannels.WHOLE;
        open(StoreOptions.builder());
    }

    void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        Path path = way == Way.BY_PATH ? plain.path(folder) : folder;
        store = FolderStore.open(path, options.durability(way == Way.HELD_AND_FORCED
                ? Durability.FULL : Durability.NONE).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            plain.before(null);
            store.close();
        }
    }

    Set<String> names() throws IOException {
        return FolderNames.of(folder);
    }
}
