package io.millrace.store;

import io.millrace.http.Handler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Whether answers come from files, or from memory where they can: they have to be the same. */
enum Caching {

    OFF,
    /** Every object is in memory before it is asked for, and its file is looked at every time. */
    ON,
    /** The same by the system's own calls for files, where there are any. */
    OFF_BY_CALLS;

    FolderStore open(Path folder, Contract contract) throws IOException {
        FolderStore store = FolderStore.open(folder, StoreOptions.builder().contract(contract)
                .cacheBytes(this == ON ? 1 << 20 : 0).cacheWindow(Duration.ZERO).build());
        if (this == OFF_BY_CALLS) {
            store.fileCalls().find();
        }
        return store;
    }

    Client client(Handler store, Contract contract) {
        return new Client(store, contract, this == ON ? 2 : 0);
    }
}
