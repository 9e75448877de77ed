package io.millrace.resume;

import static io.millrace.resume.Tus.field;
import static io.millrace.resume.Tus.metadata;
import static io.millrace.resume.Tus.status;
import static io.millrace.resume.Tus.tus;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads whose length isn't told when they begin. */
class LateLengthTest {

    @TempDir
    Path folder;

    private UploadServer server;
    private Tus tus;

    private void start(StoreOptions options, UnaryOperator<ResumableUploads.Builder> settings)
            throws IOException {
        server = UploadServer.start(folder, options, settings);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static String draft(String line, String body, String... fields) {
        StringBuilder text = new StringBuilder(line + " HTTP/1.1\nHost: x\n"
                + "Upload-Draft-Interop-Version: 8\nContent-Length: " + body.length() + "\n");
        for (String field : fields) {
            text.append(field).append('\n');
        }
        return text.append('\n').append(body).toString();
    }

    /** The response, behind one that tells the upload's URL. */
    private String askByDraft(UploadClient client, String request) throws IOException {
        String answer = client.send(request).answer();
        return status(answer).equals("104") ? client.answer() : answer;
    }

    @Test
    void lengthOfTusMayBeTheMostAndNoMore() throws IOException {
        start(StoreOptions.builder().maxObjectBytes(10).build(), builder -> builder);
        String name = tus.begin("Upload-Defer-Length: 1");
        assertEquals("413", status(server.ask(Tus.patch(name, 0, "", "Upload-Length: 11"))));
        assertNull(field(tus.head(name), "Upload-Length"));
        assertEquals("204", status(server.ask(Tus.patch(name, 0, "", "Upload-Length: 10"))));
        assertEquals("10", field(tus.head(name), "Upload-Length"));
    }

    @Test
    void lengthOfTheDraftThatIsLessThanWhatIsThereChangesNothing() throws IOException {
        start(StoreOptions.defaults(), builder -> builder);
        try (UploadClient client = server.connect()) {
            assertEquals("201", status(askByDraft(client,
                    draft("PUT /a.txt", "hello ", "Upload-Complete: ?0"))));
            String url = "/a.txt?upload=" + client.name();
            for (String body : List.of("", "world")) {
                assertEquals("400", status(server.ask(draft("PATCH " + url, body,
                        "Content-Type: application/partial-upload", "Upload-Offset: 6",
                        "Upload-Complete: ?0", "Upload-Length: 5"))));
            }
            String head = server.ask("HEAD " + url + " HTTP/1.1\nHost: x\n"
                    + "Upload-Draft-Interop-Version: 8\n\n");
            assertEquals("6", field(head, "Upload-Offset"));
            assertNull(field(head, "Upload-Length"));
        }
    }

    @Test
    void lengthOfTheDraftBelowZeroCountsAsMissing() throws IOException {
        start(StoreOptions.defaults(), builder -> builder);
        try (UploadClient client = server.connect()) {
            assertEquals("201", status(askByDraft(client,
                    draft("PUT /a.txt", "hello ", "Upload-Complete: ?0", "Upload-Length: -5"))));
            assertEquals("201", status(server.ask(draft("PATCH /a.txt?upload=" + client.name(),
                    "world", "Content-Type: application/partial-upload", "Upload-Offset: 6",
                    "Upload-Complete: ?1", "Upload-Length: -5"))));
            assertEquals("hello world", server.object("a.txt"));
        }
    }

    @Test
    void offsetOrLengthOfTusThatIsToldTwiceIsRefused() throws IOException {
        start(StoreOptions.defaults(), builder -> builder);
        String name = tus.begin("Upload-Defer-Length: 1");
        assertEquals("400", status(server.ask(Tus.patch(name, 0, "a", "Upload-Offset: 0"))));
        assertEquals("400", status(server.ask(Tus.patch(name, 0, "a", "Upload-Length: 1",
                "Upload-Length: 2"))));
        assertEquals(0, tus.offset(name));
    }

    @Test
    void beginningWhoseBytesFindNoRoomLeavesNoUpload() throws Exception {
        start(StoreOptions.defaults(), builder -> builder.maxBytes(20).maxUploads(2));
        assertEquals("204", status(server.ask(Tus.patch(tus.begin(11), 0, "0123456789"))));
        for (int i = 0; i < 2; i++) { // the place is free again
            assertEquals("507", status(server.ask(tus("POST /", metadata("filename", "a.txt"),
                    "Upload-Defer-Length: 1", "Content-Length: 11",
                    "Content-Type: application/offset+octet-stream") + "hello world")));
            try (UploadClient client = server.connect()) {
                assertEquals("507", status(askByDraft(client,
                        draft("PUT /a.txt", "hello world", "Upload-Complete: ?0"))));
            }
        }
        assertEquals(1, server.uploads().unfinished().size());
        tus.begin(10);
        assertEquals(2, server.uploads().unfinished().size());
    }
}
