package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketKeys;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.s3.S3Double;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that looks for its upload, and has its turn when another one has ended meanwhile. */
class LateTurnTest {

    /** What happens once an upload has been looked for, before anybody works on it. */
    private final AtomicReference<Callable<Void>> meanwhile = new AtomicReference<>();
    private S3Double engine;
    private BucketStore store;
    private ResumableUploads uploads;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        store = BucketStore.open(BucketOptions.builder(engine.url())
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build());
        engine.await(call -> !store.conditions().contains("not probed"));
        UnfinishedUploads all = store.unfinished();
        uploads = ResumableUploads.of((UnfinishedUploads) Proxy.newProxyInstance(
                LateTurnTest.class.getClassLoader(), new Class<?>[] {UnfinishedUploads.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(all, arguments);
                        Callable<Void> act =
                                method.getName().equals("find") ? meanwhile.getAndSet(null) : null;
                        return act == null ? result : after(act, result);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
        // Connections are dealt in turn: two in a row have a worker each.
        server = HttpServer.start(ServerOptions.builder().port(0).workers(2).build(),
                uploads.around(store));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        uploads.close();
        store.close();
        engine.close();
    }

    private static Object after(Callable<Void> act, Object result) throws Exception {
        act.call();
        return result;
    }

    private UploadClient ask(String request) throws IOException {
        UploadClient client = new UploadClient(server.address());
        return client.send(request);
    }

    private void assertPatched(String name, long offset, String bytes) throws IOException {
        try (UploadClient client = ask(Tus.patch(name, offset, bytes))) {
            assertEquals("204", Tus.status(client.answer()));
        }
    }

    @Test
    void bytesThatCameBetweenTheLookAndTheTurnCount() throws IOException {
        String name;
        try (UploadClient client = ask(Tus.tus("POST /", Tus.metadata("filename", "a.txt"),
                "Upload-Length: 5", "Content-Length: 0"))) {
            assertEquals("201", Tus.status(client.answer()));
            name = client.name();
        }
        meanwhile.set(() -> {
            assertPatched(name, 0, "he");
            return null;
        });
        assertPatched(name, 2, "llo");
        try (UploadClient client = ask("GET /a.txt HTTP/1.1\nHost: a\n\n")) {
            String answer = client.answer();
            assertTrue(answer.endsWith("hello"), answer);
        }
    }
}
