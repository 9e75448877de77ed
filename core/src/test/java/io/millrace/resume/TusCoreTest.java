package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The core protocol of tus 1.0.0: what goes over the wire, and what is stored. */
class TusCoreTest {

    @TempDir
    Path folder;

    private UploadServer server;
    private Tus tus;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.start(folder);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static String kept(long offset) {
        return """
                HTTP/1.1 204 No Content
                Upload-Offset: %d
                Upload-Expires: DATE
                Tus-Resumable: 1.0.0

                """.formatted(offset);
    }

    private static String conflict(long offset) {
        String text = "the upload has " + offset + " bytes: send Upload-Offset: " + offset
                + "\n";
        return """
                HTTP/1.1 409 Conflict
                Content-Type: text/plain; charset=utf-8
                Upload-Offset: %d
                Tus-Resumable: 1.0.0
                Content-Length: %d

                """.formatted(offset, text.length()) + text;
    }

    private static void assertStatus(String code, String answer) {
        assertEquals(code, Tus.status(answer), answer);
        assertEquals("1.0.0", Tus.field(answer, "Tus-Resumable"), answer);
    }

    // Requests, PATCH.

    @Test
    void objectIsThereWithTheLastByteAndNotBefore() throws IOException {
        String name = tus.begin(11);
        assertEquals(kept(6), server.ask(Tus.patch(name, 0, "hello ")));
        assertNull(server.object("a.txt"));
        assertEquals("""
                HTTP/1.1 204 No Content
                Upload-Offset: 11
                ETag: TAG
                Last-Modified: DATE
                Tus-Resumable: 1.0.0

                """, server.ask(Tus.patch(name, 6, "world")));
        assertEquals("hello world", server.object("a.txt"));
    }

    @Test
    void emptyPieceChangesNothing() throws IOException {
        String name = tus.begin(5);
        assertEquals(kept(0), server.ask(Tus.patch(name, 0, "")));
        assertEquals(kept(2), server.ask(Tus.patch(name, 0, "he")));
        assertEquals(kept(2), server.ask(Tus.patch(name, 2, "")));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 5, 6, 1L << 40})
    void offsetThatIsNotTheUploadsIsRefusedAndChangesNothing(long offset) throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "he"));
        assertEquals(conflict(2), server.ask(Tus.patch(name, offset, "llo")));
        assertEquals(2, tus.offset(name));
        server.ask(Tus.patch(name, 2, "llo"));
        assertEquals("hello", server.object("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "", "1.0", "1234567890123456789"})
    void offsetThatIsNoNumberIsRefused(String offset) throws IOException {
        String name = tus.begin(5);
        assertStatus("400", server.ask(Tus.tus("PATCH /a.txt?upload=" + name,
                "Content-Type: application/offset+octet-stream", "Upload-Offset: " + offset,
                "Content-Length: 0")));
    }

    @Test
    void pieceWithoutOffsetIsRefused() throws IOException {
        String name = tus.begin(5);
        assertStatus("400", server.ask(Tus.tus("PATCH /a.txt?upload=" + name,
                "Content-Type: application/offset+octet-stream", "Content-Length: 0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: application/octet-stream", "X: y"})
    void pieceOfAnotherTypeIsRefused(String type) throws IOException {
        String name = tus.begin(5);
        assertStatus("415", server.ask(Tus.tus("PATCH /a.txt?upload=" + name, type,
                "Upload-Offset: 0", "Content-Length: 0")));
    }

    @Test
    void pieceBeyondTheLengthIsRefusedBeforeItsFirstByte() throws IOException {
        String name = tus.begin(5);
        assertStatus("413", server.ask(Tus.patch(name, 0, "hello!")));
        assertEquals(0, tus.offset(name));
        assertStatus("204", server.ask(Tus.patch(name, 0, "hello")));
    }

    @Test
    void chunkedPieceBeyondTheLengthIsDropped() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "he"));
        String chunked = Tus.tus("PATCH /a.txt?upload=" + name,
                "Content-Type: application/offset+octet-stream", "Upload-Offset: 2",
                "Transfer-Encoding: chunked");
        assertStatus("413", server.ask(chunked + "4\r\nllo!\r\n0\r\n\r\n"));
        assertEquals(2, tus.offset(name));
        assertStatus("204", server.ask(chunked + "3\r\nllo\r\n0\r\n\r\n"));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void pieceAfterTheEndIsRefused() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        assertEquals(conflict(5), server.ask(Tus.patch(name, 5, "!")));
        assertEquals(conflict(5), server.ask(Tus.patch(name, 0, "hello")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void clientThatLostTheLastResponseGetsItOnceMore() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        assertEquals("""
                HTTP/1.1 204 No Content
                Upload-Offset: 5
                ETag: TAG
                Tus-Resumable: 1.0.0

                """, server.ask(Tus.patch(name, 5, "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "HEAD", "DELETE"})
    void uploadThatIsNoneIsNotFound(String method) throws IOException {
        tus.begin(5);
        for (String url : new String[] {"/a.txt?upload=0123456789abcdef0123456789abcdef",
                "/a.txt?upload=", "/a.txt?upload=..", "/a.txt?x=y&upload=%41"}) {
            try (UploadClient client = server.connect()) {
                String answer = client.send(Tus.tus(method + " " + url,
                        "Content-Type: application/offset+octet-stream", "Upload-Offset: 0"))
                        .headAnswer();
                assertStatus("404", answer);
                assertNull(Tus.field(answer, "Upload-Offset"));
            }
        }
    }

    @Test
    void uploadOfAnotherPathIsNotFound() throws IOException {
        String name = tus.begin(5);
        assertStatus("404", tus.head("/b.txt", name));
        assertStatus("404", tus.head("/a.txt/", name));
        assertStatus("200", tus.head("/%61.txt", name));
    }

    // Requests, HEAD.

    @Test
    void headTellsWhatIsThere() throws IOException {
        String name = tus.begin(11);
        server.ask(Tus.patch(name, 0, "hello "));
        assertEquals("""
                HTTP/1.1 200 OK
                Cache-Control: no-store
                Upload-Offset: 6
                Upload-Length: 11
                Upload-Metadata: filename YS50eHQ=
                Upload-Expires: DATE
                Tus-Resumable: 1.0.0
                Content-Length: 0

                """, tus.head(name));
    }

    @Test
    void headTellsThatTheUploadIsComplete() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        String complete = """
                HTTP/1.1 200 OK
                Cache-Control: no-store
                Upload-Offset: 5
                Upload-Length: 5
                Upload-Metadata: filename YS50eHQ=
                Tus-Resumable: 1.0.0
                Content-Length: 0

                """;
        assertEquals(complete, tus.head(name));
        server.restart();
        assertEquals(complete, tus.head(name));
    }

    @Test
    void uploadGoesOnAfterARestart() throws IOException {
        String name = tus.begin(11);
        server.ask(Tus.patch(name, 0, "hello "));
        server.restart();
        assertEquals(6, tus.offset(name));
        server.ask(Tus.patch(name, 6, "world"));
        assertEquals("hello world", server.object("a.txt"));
    }

    /** Leaves an upload as a kill does between its last byte and its end. */
    private void arrive(String name, String bytes) throws IOException, HttpException {
        UnfinishedUpload upload = server.store().unfinished().find(name);
        try (WritableByteChannel file = upload.open(0, bytes.length(), false)) {
            file.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.US_ASCII)));
        } finally {
            upload.close(false);
        }
        server.restart();
    }

    @Test
    void headOfAnUploadThatIsWholeMakesItsObject() throws Exception {
        String name = tus.begin("Upload-Length: 5", "If-None-Match: *");
        arrive(name, "hello");
        assertNull(server.object("a.txt"));
        assertEquals(5, tus().offset(name));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void headOfAnUploadWhoseEndIsRefusedTellsSo() throws Exception {
        String name = tus.begin("Upload-Length: 5", "If-None-Match: *");
        server.ask(Tus.request("PUT /a.txt", "Content-Length: 5") + "first");
        arrive(name, "hello");
        assertStatus("412", tus().head(name));
        assertEquals("first", server.object("a.txt"));
    }

    @Test
    void emptyPieceAtTheEndMakesTheObject() throws Exception {
        String name = tus.begin(5);
        arrive(name, "hello");
        assertStatus("204", server.ask(Tus.patch(name, 5, "")));
        assertEquals("hello", server.object("a.txt"));
    }

    private Tus tus() { // the server is another one after a restart
        return new Tus(server);
    }

    // Headers, Tus-Resumable.

    @ParameterizedTest
    @ValueSource(strings = {"Tus-Resumable: 0.2.2", "Tus-Resumable: 1.0", "X: y"})
    void otherVersionIsRefusedAndDoesNothing(String version) throws IOException {
        String name = tus.begin(5);
        for (String line : new String[] {"POST /", "HEAD /a.txt?upload=" + name,
                "PATCH /a.txt?upload=" + name, "DELETE /a.txt?upload=" + name}) {
            try (UploadClient client = server.connect()) {
                String answer = client.send(Tus.request(line, version, "Upload-Metadata: x",
                        "Content-Type: application/offset+octet-stream", "Upload-Offset: 0"))
                        .headAnswer();
                assertStatus("412", answer);
                assertEquals("1.0.0", Tus.field(answer, "Tus-Version"));
            }
        }
        assertEquals(0, tus.offset(name));
    }

    // Headers, X-HTTP-Method-Override.

    @Test
    void methodInAFieldCountsInPlaceOfTheOther() throws IOException {
        String name = tus.begin(5);
        String url = " /a.txt?upload=" + name;
        assertEquals(kept(2), server.ask(Tus.patch(name, 0, "he", "X-HTTP-Method-Override: PATCH")
                .replace("PATCH /", "POST /")));
        assertStatus("200", server.ask(Tus.tus("POST" + url, "X-HTTP-Method-Override: HEAD",
                "Content-Length: 0")));
        assertStatus("204", server.ask(Tus.tus("POST" + url, "X-HTTP-Method-Override: DELETE",
                "Content-Length: 0")));
        assertStatus("404", tus.head(name));
    }

    @Test
    void methodInAFieldMeansNothingOutsideOfTus() throws IOException {
        server.ask(Tus.request("PUT /a.txt", "Content-Length: 5") + "hello");
        String answer = server.ask(Tus.request("GET /a.txt", "X-HTTP-Method-Override: DELETE"));
        assertEquals("200", Tus.status(answer));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void uploadTakesNoOtherMethod() throws IOException {
        String name = tus.begin(5);
        String answer = server.ask(Tus.tus("POST /a.txt?upload=" + name, "Content-Length: 0"));
        assertEquals("405", Tus.status(answer));
    }

    // Requests, OPTIONS.

    @Test
    void optionsTellWhatIsSupported() throws IOException {
        for (String line : new String[] {"OPTIONS /", "OPTIONS /folder/a.txt", "OPTIONS *"}) {
            String answer = server.ask(Tus.request(line, "Tus-Resumable: 0.1"));
            assertEquals("204", Tus.status(answer));
            assertEquals("1.0.0", Tus.field(answer, "Tus-Version"));
            assertEquals("creation,creation-with-upload,creation-defer-length,expiration,checksum,"
                    + "termination,concatenation", Tus.field(answer, "Tus-Extension"));
            assertEquals("sha1,sha256,sha512,md5", Tus.field(answer, "Tus-Checksum-Algorithm"));
            assertTrue(Tus.field(answer, "Allow").endsWith("POST, PATCH"), answer);
        }
    }

    // What is none of it.

    @Test
    void requestsThatAreNoUploadsGoToTheStore() throws IOException {
        assertEquals("201", Tus.status(server.ask(
                Tus.request("PUT /a.txt", "Content-Length: 5") + "hello")));
        assertEquals("200", Tus.status(server.ask(Tus.request("GET /a.txt"))));
        assertEquals("405", Tus.status(server.ask(
                Tus.request("POST /a.txt", "Content-Length: 0"))));
        assertEquals("405", Tus.status(server.ask(
                Tus.request("PATCH /a.txt", "Content-Length: 0"))));
        assertEquals("204", Tus.status(server.ask(Tus.request("DELETE /a.txt"))));
    }

    @Test
    void objectIsReadAtTheUrlOfItsUpload() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        assertTrue(server.ask(Tus.request("GET /a.txt?upload=" + name)).endsWith("\n\nhello"));
    }
}
