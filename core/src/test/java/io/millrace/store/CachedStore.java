package io.millrace.store;

import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A store that keeps objects in memory, in a time that a test tells. Each test has its own. */
abstract class CachedStore {

    static final Duration WINDOW = Duration.ofMinutes(1);
    static final Instant LONG_AGO = Instant.ofEpochSecond(784111777);

    /** The folder that the objects are in, in the store's. */
    @Parameter
    String below;

    @TempDir
    Path root;

    Path folder;

    final AtomicLong nowNs = new AtomicLong();
    FolderStore store;
    Handler handler;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        open(StoreOptions.builder().cacheWindow(WINDOW));
    }

    void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(root, options.build(), nowNs::get);
        folder = Files.createDirectories(root.resolve(below));
        handler = new Below(store, below);
        client = new Client(handler);
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    Response get(String target, String... fields) throws Exception {
        return handler.handle(Request.of("GET", target, fields)).complete();
    }

    /** Gets an object until it is in memory. */
    Response warm(String target) throws Exception {
        client.get(target);
        return get(target);
    }

    /** A file that has not changed for long, so that every change of it shows in its attributes. */
    void writeOld(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(LONG_AGO));
        Settled.await(folder.resolve(name));
    }
}
