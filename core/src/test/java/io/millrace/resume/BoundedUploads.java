package io.millrace.resume;

import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A store whose uploads have bounds. Each test has its own. */
abstract class BoundedUploads {

    @TempDir
    Path folder;

    UploadServer server;
    Tus tus;

    void start(UnaryOperator<ResumableUploads.Builder> settings) throws IOException {
        start(StoreOptions.defaults(), settings);
    }

    void start(StoreOptions options, UnaryOperator<ResumableUploads.Builder> settings)
            throws IOException {
        server = UploadServer.start(folder, options, settings);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    String create(String name, long length) throws IOException {
        return server.ask(Tus.tus("POST /", "Upload-Length: " + length,
                Tus.metadata("filename", name), "Content-Length: 0"));
    }
}
