package io.millrace.resume;

import io.millrace.http.Handler;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.Durability;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A store with resumable uploads behind a server, and what a restart leaves of it. */
final class UploadServer implements AutoCloseable {

    /** Added to the system's clock. */
    final AtomicLong laterMs = new AtomicLong();

    private final Path folder;
    private final StoreOptions options;
    private final UnaryOperator<ResumableUploads.Builder> settings;
    private FolderStore store;
    private ResumableUploads uploads;
    private HttpServer server;

    private UploadServer(Path folder, StoreOptions options,
            UnaryOperator<ResumableUploads.Builder> settings) throws IOException {
        this.folder = folder;
        this.options = options;
        this.settings = settings;
        open();
    }

    static UploadServer start(Path folder) throws IOException {
        return start(folder, StoreOptions.defaults(), builder -> builder);
    }

    /** One that forces nothing to the device. */
    static UploadServer unforced(Path folder) throws IOException {
        return start(folder, StoreOptions.builder().durability(Durability.NONE).build(),
                builder -> builder);
    }

    static UploadServer start(Path folder, StoreOptions options,
            UnaryOperator<ResumableUploads.Builder> settings) throws IOException {
        return new UploadServer(folder, options, settings);
    }

    /** How many files there are of unfinished uploads. */
    long files() throws IOException {
        try (var files = Files.list(folder.resolve(".millrace.uploads"))) {
            return files.count();
        }
    }

    /** Begins again after {@link #close}. */
    void open() throws IOException {
        store = FolderStore.open(folder, options);
        uploads = settings.apply(ResumableUploads.builder(store.unfinished())
                .clock(() -> System.currentTimeMillis() + laterMs.get())).build();
        Handler handler = uploads.around(store);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(2).build(), handler);
    }

    /** Ends the server and the store, and begins another one in the same folder. */
    void restart() throws IOException {
        close();
        open();
    }

    ResumableUploads uploads() {
        return uploads;
    }

    FolderStore store() {
        return store;
    }

    HttpServer server() {
        return server;
    }

    /** A connection to the server. */
    UploadClient connect() throws IOException {
        return new UploadClient(server.address());
    }

    /** The response to a request, on a connection of its own. */
    String ask(String request) throws IOException {
        try (UploadClient client = connect()) {
            client.send(request);
            return request.startsWith("HEAD ") ? client.headAnswer() : client.answer();
        }
    }

    /** The bytes of an object; null if there is none. */
    String object(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file) : null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        uploads.close();
        store.close();
    }
}
