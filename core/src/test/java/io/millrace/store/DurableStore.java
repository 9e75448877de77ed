package io.millrace.store;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A store that forces what it is told to force. Each test has its own. */
abstract class DurableStore {

    @TempDir
    Path folder;

    FolderStore open(Durability durability) throws IOException {
        return FolderStore.open(folder, StoreOptions.builder()
                .contract(Contract.ARTICLE).durability(durability).build());
    }
}
