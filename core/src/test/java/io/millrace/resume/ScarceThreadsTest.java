package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.Durability;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads of a store that the system refuses for a while. */
class ScarceThreadsTest {

    @TempDir
    Path folder;

    /** Whether the next task finds no thread. */
    private final AtomicBoolean isRefused = new AtomicBoolean();
    private FolderStore store;
    private ResumableUploads uploads;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        store = FolderStore.open(folder,
                StoreOptions.builder().durability(Durability.DATA).build());
        UnfinishedUploads all = store.unfinished();
        uploads = ResumableUploads.of((UnfinishedUploads) Proxy.newProxyInstance(
                ScarceThreadsTest.class.getClassLoader(), new Class<?>[] {UnfinishedUploads.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(all, arguments);
                        return result instanceof Executor executor ? scarce(executor) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                uploads.around(store));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        uploads.close();
        store.close();
    }

    private Executor scarce(Executor executor) {
        return task -> {
            if (isRefused.compareAndSet(true, false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            executor.execute(task);
        };
    }

    private String ask(String request) throws IOException {
        try (UploadClient client = new UploadClient(server.address())) {
            return Tus.status(client.send(request).answer());
        }
    }

    @Test
    void requestThatFindsNoThreadKeepsNoneOfTheNextFromTheUpload() throws IOException {
        String creation = Tus.tus("POST /", Tus.metadata("filename", "a.txt"), "Upload-Length: 5",
                "Content-Length: 0");
        isRefused.set(true);
        assertEquals("503", ask(creation));
        String name;
        try (UploadClient client = new UploadClient(server.address())) {
            assertEquals("201", Tus.status(client.send(creation).answer()));
            name = client.name();
        }
        isRefused.set(true);
        assertEquals("503", ask(Tus.patch(name, 0, "hello")));
        assertEquals("204", ask(Tus.patch(name, 0, "hello")));
        assertEquals("hello", Files.readString(folder.resolve("a.txt")));
    }
}
