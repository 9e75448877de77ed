package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FolderStore;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told to be there is on the device before it is told. */
class ForcedTest {

    private static final String PATCH_TYPE = "Content-Type: application/partial-upload";

    @TempDir
    Path folder;

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private FolderStore store;
    private ResumableUploads uploads;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        store = FolderStore.open(folder);
        uploads = ResumableUploads.of(noted(UnfinishedUploads.class, store.unfinished()));
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                uploads.around(store));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        uploads.close();
        store.close();
    }

    /** The same, whose calls that may be about bytes are noted. */
    private <T> T noted(Class<T> type, T noted) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                Object result = method.invoke(noted, arguments);
                if (method.getName().matches("force|close|discard|drop|complete")) {
                    calls.add(method.getName());
                }
                return result instanceof UnfinishedUpload upload
                        ? noted(UnfinishedUpload.class, upload) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {type}, handler));
    }

    private String ask(String request) throws IOException {
        calls.clear();
        try (UploadClient client = new UploadClient(server.address())) {
            client.send(request);
            String answer = request.startsWith("HEAD ") ? client.headAnswer() : client.answer();
            return answer + "name " + client.name();
        }
    }

    private static String name(String answer) {
        return answer.substring(answer.lastIndexOf(' ') + 1);
    }

    private String beginTus(String body) throws IOException {
        String answer = ask(Tus.tus("POST /", Tus.metadata("filename", "a.txt"),
                "Upload-Length: 5", "Content-Type: application/offset+octet-stream",
                "Content-Length: " + body.length()) + body);
        assertEquals("201", Tus.status(answer));
        return name(answer);
    }

    private String beginDraft(String body) throws IOException {
        String answer = ask(Tus.request("POST /a.txt", "Upload-Complete: ?0",
                "Content-Length: " + body.length()) + body);
        assertEquals("201", Tus.status(answer));
        return name(answer);
    }

    private void assertForced() {
        assertEquals("force", calls.get(calls.size() - 1), calls::toString);
    }

    @Test
    void creationIsForcedWithAndWithoutBytes() throws IOException {
        for (String body : new String[] {"", "he"}) {
            beginTus(body);
            assertForced();
            beginDraft(body);
            assertForced();
        }
    }

    @Test
    void pieceIsForced() throws IOException {
        String tus = beginTus("");
        assertEquals("204", Tus.status(ask(Tus.patch(tus, 0, "he"))));
        assertForced();
        assertEquals("204", Tus.status(ask(Tus.patch(tus, 2, ""))));
        assertForced();
        String draft = beginDraft("");
        assertEquals("204", Tus.status(ask(Tus.request("PATCH /a.txt?upload=" + draft,
                PATCH_TYPE, "Upload-Offset: 0", "Upload-Complete: ?0", "Content-Length: 2")
                + "he")));
        assertForced();
    }

    @Test
    void offsetThatIsAskedForIsForced() throws IOException {
        String tus = beginTus("he");
        assertEquals("2", Tus.field(ask(Tus.tus("HEAD /a.txt?upload=" + tus)), "Upload-Offset"));
        assertForced();
        String draft = beginDraft("he");
        assertEquals("2", Tus.field(ask(Tus.request("HEAD /a.txt?upload=" + draft)),
                "Upload-Offset"));
        assertForced();
    }

    @Test
    void completeUploadHasNothingToForce() throws IOException {
        String tus = beginTus("hello");
        assertTrue(calls.contains("complete"), calls::toString);
        assertEquals("5", Tus.field(ask(Tus.tus("HEAD /a.txt?upload=" + tus)), "Upload-Offset"));
        assertEquals(List.of(), calls);
    }
}
