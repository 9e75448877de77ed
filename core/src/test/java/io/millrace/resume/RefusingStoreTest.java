package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FolderStore;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that refuses one step of an upload leaves nothing behind, and keeps nothing in use. */
class RefusingStoreTest {

    private static final String PART = "Upload-Concat: partial";
    private static final String WRONG = "Upload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    /** An upload or all of them, with a step that is refused once. */
    private record Refusing(Object real, AtomicReference<String> step)
            implements InvocationHandler {

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (step.compareAndSet(method.getName(), null)) {
                Response refusal = Response.of(Status.INSUFFICIENT_STORAGE);
                if (method.getReturnType() == Response.class) {
                    return refusal;
                }
                throw new HttpException(refusal);
            }
            Object[] known = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < known.length; i++) {
                if (known[i] != null && Proxy.isProxyClass(known[i].getClass())
                        && Proxy.getInvocationHandler(known[i]) instanceof Refusing other) {
                    known[i] = other.real;
                }
            }
            try {
                Object result = method.invoke(real, known);
                return result instanceof UnfinishedUpload upload
                        ? over(UnfinishedUpload.class, upload, step) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    @TempDir
    Path folder;

    private final AtomicReference<String> refused = new AtomicReference<>();
    private FolderStore store;
    private ResumableUploads uploads;
    private HttpServer server;

    private static <T> T over(Class<T> type, T real, AtomicReference<String> step) {
        return type.cast(Proxy.newProxyInstance(RefusingStoreTest.class.getClassLoader(),
                new Class<?>[] {type}, new Refusing(real, step)));
    }

    @BeforeEach
    void start() throws IOException {
        store = FolderStore.open(folder);
        uploads = ResumableUploads.of(over(UnfinishedUploads.class, store.unfinished(), refused));
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                uploads.around(store));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        uploads.close();
        store.close();
    }

    /** The status of the response. */
    private String ask(String request) throws IOException {
        try (UploadClient client = new UploadClient(server.address())) {
            return Tus.status(client.send(request).answer());
        }
    }

    /** Begins an upload of five bytes; its name. */
    private String begin(String body, String... fields) throws IOException {
        String[] all = new String[fields.length + 4];
        all[0] = Tus.metadata("filename", "a.txt");
        all[1] = "Upload-Length: 5";
        all[2] = "Content-Type: application/offset+octet-stream";
        all[3] = "Content-Length: " + body.length();
        System.arraycopy(fields, 0, all, 4, fields.length);
        try (UploadClient client = new UploadClient(server.address())) {
            assertEquals("201", Tus.status(client.send(Tus.tus("POST /", all) + body).answer()));
            return client.name();
        }
    }

    private String object() throws IOException {
        Path file = folder.resolve("a.txt");
        return Files.exists(file) ? Files.readString(file) : null;
    }

    private int uploads() throws HttpException {
        return store.unfinished().all().size();
    }

    @Test
    void bytesThatCanNotBeKeptAtTheirEndLeaveTheUploadToTheNextRequest() throws IOException {
        String name = begin("");
        refused.set("close");
        assertEquals("507", ask(Tus.patch(name, 0, "he")));
        assertEquals("204", ask(Tus.patch(name, 2, "llo")));
        assertEquals("hello", object());
    }

    @Test
    void uploadWhoseBeginningCanNotBeToldIsFreeForTheNextRequest() throws Exception {
        refused.set("lastChange");
        assertEquals("507", ask("PUT /a.txt HTTP/1.1\nHost: x\nContent-Length: 2\n"
                + "Upload-Draft-Interop-Version: 6\nUpload-Complete: ?0\n\nhe"));
        String name = store.unfinished().all().get(0).name();
        assertEquals("204", ask("HEAD /a.txt?upload=" + name + " HTTP/1.1\nHost: x\n"
                + "Upload-Draft-Interop-Version: 6\n\n"));
    }

    @Test
    void bytesThatCanNotBeDroppedDoNotCountAndTheUploadGoesOn() throws IOException {
        String name = begin("");
        refused.set("drop");
        assertEquals("507", ask(Tus.patch(name, 0, "hi", WRONG)));
        assertEquals("204", ask(Tus.patch(name, 0, "hello")));
        assertEquals("hello", object());
    }

    @Test
    void endThatIsRefusedForNowIsAskedForAgain() throws Exception {
        String name = begin("");
        refused.set("complete");
        assertEquals("507", ask(Tus.patch(name, 0, "hello")));
        assertNull(object());
        assertEquals("204", ask(Tus.patch(name, 5, "")));
        assertEquals("hello", object());
    }

    @Test
    void endThatIsRefusedForNowIsNotTheEndToAClientOfTheDraft() throws Exception {
        String name;
        try (UploadClient client = new UploadClient(server.address())) {
            client.send("PUT /a.txt HTTP/1.1\nHost: x\nContent-Length: 2\n"
                    + "Upload-Draft-Interop-Version: 6\nUpload-Complete: ?0\n\nhe").answer();
            name = client.name();
        }
        refused.set("complete");
        try (UploadClient client = new UploadClient(server.address())) {
            DraftRequests.assertStatus("507", "?0", client.send(last(name, 2, "llo")).answer());
        }
        try (UploadClient client = new UploadClient(server.address())) {
            DraftRequests.assertStatus("201", "?1", client.send(last(name, 5, "")).answer());
        }
        assertEquals("hello", object());
    }

    private static String last(String name, long offset, String body) {
        return "PATCH /a.txt?upload=" + name + " HTTP/1.1\nHost: x\n"
                + "Upload-Draft-Interop-Version: 6\nUpload-Complete: ?1\nUpload-Offset: " + offset
                + "\nContent-Type: application/partial-upload\nContent-Length: " + body.length()
                + "\n\n" + body;
    }

    @Test
    void uploadThatTakesNoBytesForNowTakesThemLater() throws IOException {
        String name = begin("");
        for (String step : new String[] {"open", "reserve"}) {
            refused.set(step);
            assertEquals("507", ask(Tus.patch(name, 0, "hello")), step);
        }
        assertEquals("204", ask(Tus.patch(name, 0, "hello")));
        assertEquals("hello", object());
    }

    @Test
    void wholeThatItsPartsCanNotBeCopiedIntoIsNoUploadAndThePartsStay() throws Exception {
        String part = "/a.txt?upload=" + begin("hello", PART);
        String join = Tus.tus("POST /", "Upload-Concat: final;" + part,
                Tus.metadata("filename", "a.txt"), "Content-Length: 0");
        for (String step : new String[] {"copyFrom", "create"}) {
            refused.set(step);
            assertEquals("507", ask(join), step);
            assertEquals(1, uploads(), step);
        }
        assertEquals("201", ask(join));
        assertEquals("hello", object());
    }
}
