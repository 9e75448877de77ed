package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.store.Durability;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bounds uploads: time, number, bytes, the quota, and who may write. */
class BoundsTest extends BoundedUploads {

    // Number.

    @Test
    void uploadThatAnotherProgramHasRemovedTakesNoPlace() throws IOException {
        start(builder -> builder.maxUploads(1));
        String name = tus.begin(5);
        try (var files = Files.list(folder.resolve(".millrace.uploads"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertEquals("404", Tus.status(tus.head(name)));
        assertEquals("201", Tus.status(create("b", 5)));
    }

    @Test
    void oneUploadMoreThanTheNumberGets503() throws IOException {
        start(builder -> builder.maxUploads(2));
        assertEquals("201", Tus.status(create("a", 5)));
        String name = tus.begin(5);
        String answer = create("c", 5);
        assertEquals("503", Tus.status(answer), answer);
        assertNotNull(Tus.field(answer, "Retry-After"));
        server.ask(Tus.patch(name, 0, "hello"));
        assertEquals("201", Tus.status(create("c", 5)), "complete ones don't count");
    }

    @Test
    void uploadsOfTheProcessThatHadTheFolderBeforeCountFromTheBeginning() throws Exception {
        start(builder -> builder);
        server.ask(Tus.patch(tus.begin(5), 0, "he"));
        UploadNote note = new UploadNote(UploadNote.Dialect.TUS, 0, UploadNote.Kind.WHOLE, 5, 0,
                UploadNote.ALL, "", "", Headers.empty());
        for (var bounds : List.of(new Uploads.Bounds(1000, 1, 100, 10_000),
                new Uploads.Bounds(1000, 2, 6, 10_000), new Uploads.Bounds(1000, 2, 100, 2000))) {
            // As after a take-over: nothing could be looked at when it was made.
            Uploads uploads = new Uploads(server.store().unfinished(), bounds,
                    System::currentTimeMillis);
            assertThrows(HttpException.class,
                    () -> uploads.create(Request.of("POST", "/"), "/b.txt", note));
        }
        Uploads uploads = new Uploads(server.store().unfinished(),
                new Uploads.Bounds(1000, 2, 7, 10_000), System::currentTimeMillis);
        uploads.create(Request.of("POST", "/"), "/b.txt", note);
    }

    // Memory.

    @Test
    void oneUploadMoreThanTheMemoryGets503() throws IOException {
        start(builder -> builder.memoryBytes(3000));
        String name = tus.begin(5);
        assertEquals("201", Tus.status(create("b", 5)));
        String answer = create("c", 5);
        assertEquals("503", Tus.status(answer), answer);
        server.restart();
        tus = new Tus(server);
        assertEquals("503", Tus.status(create("c", 5)));
        assertEquals("204", Tus.status(server.ask(Tus.tus("DELETE /a.txt?upload=" + name))));
        assertEquals("201", Tus.status(create("c", 5)));
    }

    @Test
    void uploadThatIsOneTooManyTakesNoMemory() throws IOException {
        start(builder -> builder.memoryBytes(3000).maxUploads(1));
        String name = tus.begin(5);
        assertEquals("503", Tus.status(create("b", 5)));
        server.ask(Tus.tus("DELETE /a.txt?upload=" + name));
        assertEquals("201", Tus.status(server.ask(Tus.tus("POST /", "Upload-Length: 5",
                Tus.metadata("filename", "b", "note", "x".repeat(750)), "Content-Length: 0"))));
    }

    @Test
    void metadataTakesMemory() throws IOException {
        start(builder -> builder.memoryBytes(3000));
        String answer = server.ask(Tus.tus("POST /", "Upload-Length: 5",
                Tus.metadata("filename", "a", "other", "x".repeat(2000)), "Content-Length: 0"));
        assertEquals("503", Tus.status(answer), answer);
        assertEquals("201", Tus.status(create("b", 5)), "a refused one takes none");
        assertEquals("201", Tus.status(create("c", 5)));
    }

    @Test
    void completeUploadIsForgottenForAnotherOne() throws IOException {
        start(builder -> builder.memoryBytes(3000));
        String first = tus.begin(5);
        server.ask(Tus.patch(first, 0, "hello"));
        String second = tus.begin(5);
        server.ask(Tus.patch(second, 0, "world"));
        assertEquals(5, tus.offset(first));
        String third = tus.begin(5);
        assertEquals("404", Tus.status(tus.head(first)), "the oldest");
        assertEquals(5, tus.offset(second));
        assertEquals(0, tus.offset(third));
        assertEquals("world", server.object("a.txt"));
        server.restart();
        assertEquals(5, new Tus(server).offset(second));
    }

    @Test
    void uploadWhoseFilesAnotherProgramRemovesTakesNothing() throws IOException {
        start(builder -> builder.memoryBytes(3000).maxUploads(2));
        String name = tus.begin(5);
        assertEquals("201", Tus.status(create("b", 5)));
        try (var files = Files.list(folder.resolve(".millrace.uploads"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertEquals("404", Tus.status(tus.head(name)));
        server.uploads().expire();
        assertEquals("201", Tus.status(create("c", 5)));
        assertEquals("201", Tus.status(create("d", 5)));
    }

    // Bytes.

    @Test
    void bodyThatNoUploadHasRoomForChangesNothing() throws IOException {
        start(builder -> builder);
        String name = tus.begin("Upload-Defer-Length: 1");
        server.ask(Tus.patch(name, 0, "hello"));
        String length = "Content-Length: " + Long.MAX_VALUE;
        assertEquals("413", Tus.status(server.ask(Tus.tus("PATCH /a.txt?upload=" + name, length,
                "Upload-Offset: 5", "Content-Type: application/offset+octet-stream"))));
        assertEquals(5, tus.offset(name));
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("PUT /b.txt", "Upload-Complete: ?0", "Content-Length: 5")
                    + "hello").answer();
            String url = " /b.txt?upload=" + client.name();
            assertEquals("413", Tus.status(server.ask(Tus.request("PATCH" + url, length,
                    "Upload-Offset: 5", "Upload-Complete: ?1",
                    "Content-Type: application/partial-upload"))));
            assertEquals("5", Tus.field(server.ask(Tus.request("HEAD" + url)), "Upload-Offset"));
        }
    }

    @Test
    void oneByteMoreThanTheBytesThatAreLeftGets507() throws IOException {
        start(builder -> builder.maxBytes(8));
        String name = tus.begin(8);
        server.ask(Tus.patch(name, 0, "hello"));
        String refusal = create("b", 4);
        assertEquals("507", Tus.status(refusal));
        assertEquals("60", Tus.field(refusal, "Retry-After"));
        assertEquals("201", Tus.status(create("b", 3)));
        String deferred = tus.begin("Upload-Defer-Length: 1");
        String answer = server.ask(Tus.patch(deferred, 0, "1234"));
        assertEquals("507", Tus.status(answer), answer);
        assertEquals(0, tus.offset(deferred));
        assertEquals("204", Tus.status(server.ask(Tus.patch(deferred, 0, "123"))));
        server.restart();
        tus = new Tus(server);
        assertEquals("507", Tus.status(server.ask(Tus.patch(deferred, 3, "4"))));
        assertEquals("204", Tus.status(server.ask(Tus.tus("DELETE /a.txt?upload=" + name))));
        assertEquals("204", Tus.status(server.ask(Tus.patch(deferred, 3, "45678"))));
    }

    // tus 1.0.0, Tus-Max-Size: MUST be 413. It would not have room however long its client waits.
    @Test
    void uploadThatIsLargerThanAllMayBeGets413() throws IOException {
        start(builder -> builder.maxBytes(8));
        assertEquals("8", Tus.field(server.ask(Tus.request("OPTIONS /")), "Tus-Max-Size"));
        assertEquals("413", Tus.status(create("b", 9)));
        assertEquals("201", Tus.status(create("b", 8)));
        String deferred = tus.begin("Upload-Defer-Length: 1");
        assertEquals("413", Tus.status(server.ask(
                Tus.patch(deferred, 0, "", "Upload-Length: 9"))));
        assertEquals("413", Tus.status(server.ask(Tus.patch(deferred, 0, "123456789"))));
        assertEquals(0, tus.offset(deferred));
        assertEquals("204", Tus.status(server.ask(Tus.patch(deferred, 0, "12345678"))));
    }

    @Test
    void chunkedBytesBeyondTheQuotaAreRefusedAndTheOffsetStaysTrue() throws IOException {
        start(StoreOptions.builder().quotaBytes(1 << 20).build(), builder -> builder);
        String name = tus.begin("Upload-Defer-Length: 1");
        int chunk = 1 << 19;
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            body.append(Integer.toHexString(chunk)).append("\r\n").append("x".repeat(chunk))
                    .append("\r\n");
        }
        String answer = server.ask(Tus.tus("PATCH /a.txt?upload=" + name, "Upload-Offset: 0",
                "Content-Type: application/offset+octet-stream", "Transfer-Encoding: chunked")
                + body + "0\r\n\r\n");
        assertEquals("507", Tus.status(answer), answer);
        long offset = tus.offset(name);
        assertEquals(offset, Files.list(folder.resolve(".millrace.uploads"))
                .mapToLong(file -> file.toFile().length()).max().orElse(0));
        assertEquals("507", Tus.status(server.ask(
                Tus.patch(name, offset, "x".repeat(1 << 20)))));
        assertEquals(offset, tus.offset(name));
    }

    // Rights.

    @Test
    void uploadNeedsTheRightToWriteItsPath() throws IOException {
        start(StoreOptions.builder().access(AccessRules.token("secret")).openReads(true).build(),
                builder -> builder);
        String token = "Authorization: Bearer secret";
        try (UploadClient client = server.connect()) {
            assertEquals("401", Tus.status(create("a.txt", 5)));
            client.send(Tus.tus("POST /", token, "Upload-Length: 5", "Content-Length: 0",
                    Tus.metadata("filename", "a.txt"))).answer();
            String url = " /a.txt?upload=" + client.name();
            for (String method : List.of("HEAD", "PATCH", "DELETE")) {
                String answer = server.ask(Tus.tus(method + url,
                        "Content-Type: application/offset+octet-stream", "Upload-Offset: 0"));
                assertEquals("401", Tus.status(answer), method);
                assertEquals("1.0.0", Tus.field(answer, "Tus-Resumable"));
                assertNull(Tus.field(answer, "Upload-Offset"));
            }
            assertEquals("200", Tus.status(server.ask(Tus.tus("HEAD" + url, token))));
            assertEquals("401", Tus.status(server.ask(Tus.request("PUT /b.txt",
                    "Upload-Complete: ?0", "Content-Length: 0"))));
        }
    }

    // What keeps none.

    @Test
    void readOnlyStoreTellsOfNoUploads() throws IOException {
        start(StoreOptions.builder().readOnly(true).build(), builder -> builder);
        String answer = server.ask(Tus.request("OPTIONS /"));
        assertNull(Tus.field(answer, "Tus-Version"));
        assertNull(Tus.field(answer, "Upload-Limit"));
        assertEquals("405", Tus.status(create("a", 5).replace("Tus", "Tus")));
    }

    // The operator.

    @Test
    void operatorSeesWhatIsUnfinished() throws Exception {
        start(builder -> builder);
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "he"));
        ResumableUploads.Unfinished upload = server.uploads().unfinished().get(0);
        assertEquals("/a.txt", upload.path());
        assertEquals(2, upload.sizeBytes());
        assertEquals(5, upload.lengthBytes());
        assertFalse(upload.isActive());
        assertFalse(upload.lastChange().isBefore(upload.created().minusSeconds(2)));
        server.ask(Tus.patch(name, 2, "llo"));
        assertEquals(List.of(), server.uploads().unfinished());
    }

    // Durability.

    @ParameterizedTest
    @EnumSource(Durability.class)
    void uploadWorksWithEachDurability(Durability durability) throws IOException {
        start(StoreOptions.builder().durability(durability).build(), builder -> builder);
        String name = tus.begin(5);
        assertEquals("204", Tus.status(server.ask(Tus.patch(name, 0, "he"))));
        assertEquals(2, tus.offset(name));
        assertEquals("204", Tus.status(server.ask(Tus.patch(name, 2, "llo"))));
        assertEquals("hello", server.object("a.txt"));
    }

    // Time of the object.

    @ParameterizedTest
    @ValueSource(strings = {"X-OC-Mtime: 1704067200",
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"})
    void objectHasTheTimeThatItsCreationNames(String time) throws IOException {
        start(StoreOptions.builder().keepTimes(true).build(), builder -> builder);
        server.ask(Tus.patch(tus.begin("Upload-Length: 5", time), 0, "hello"));
        server.ask(Tus.request("PUT /b.txt", "Upload-Complete: ?1",
                "Upload-Draft-Interop-Version: 8", "Content-Length: 5", time) + "hello");
        for (String name : List.of("a.txt", "b.txt")) {
            assertEquals(1704067200, Files.getLastModifiedTime(folder.resolve(name)).toInstant()
                    .getEpochSecond(), name);
        }
    }

    // Settings.

    @Test
    void settingsAreChecked() throws IOException {
        try (FolderStore store = FolderStore.open(folder)) {
            ResumableUploads.Builder builder = ResumableUploads.builder(store.unfinished());
            builder.expiry(Duration.ofSeconds(1)).expiry(Duration.ofDays(365)).maxUploads(1)
                    .maxBytes(1);
            assertThrows(IllegalArgumentException.class,
                    () -> builder.expiry(Duration.ofMillis(999)));
            assertThrows(IllegalArgumentException.class,
                    () -> builder.expiry(Duration.ofDays(365).plusNanos(1)));
            assertThrows(IllegalArgumentException.class, () -> builder.maxUploads(0));
            assertThrows(IllegalArgumentException.class, () -> builder.maxBytes(0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a.txt", "/d/e/"})
    void textOfARefusalIsOneLine(String path) throws IOException, HttpException {
        start(builder -> builder.maxUploads(1));
        tus.begin(5);
        assertTrue(server.ask(Tus.request("PUT " + path.replace("/e/", "/e"), "Upload-Complete: ?0",
                "Content-Length: 0")).endsWith("\n\ntoo many uploads are unfinished; "
                        + "retry later\n"));
    }
}
