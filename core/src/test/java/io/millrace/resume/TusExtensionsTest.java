package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The extensions of tus 1.0.0. */
class TusExtensionsTest extends TusServer {

    // Creation.

    @Test
    void creationTellsTheUrlOfTheUpload() throws IOException {
        assertEquals("""
                HTTP/1.1 201 Created
                Location: /a.txt?upload=NAME
                Upload-Expires: DATE
                Tus-Resumable: 1.0.0
                Content-Length: 0

                """, server.ask(Tus.tus("POST /", "Upload-Length: 5",
                Tus.metadata("filename", "a.txt"), "Content-Length: 0")));
        assertNull(server.object("a.txt"));
    }

    @Test
    void emptyUploadIsCompleteAtOnce() throws IOException {
        assertStatus("201", server.ask(Tus.tus("POST /", "Upload-Length: 0",
                Tus.metadata("filename", "a.txt"), "Content-Length: 0")));
        assertEquals("", server.object("a.txt"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "/, a.txt, -, /a.txt",
        "/d, a.txt, -, /d/a.txt",
        "/d/, a.txt, -, /d/a.txt",
        "/d/e/, a.txt, -, /d/e/a.txt",
        "/, 'a b%?#&.txt', -, /a%20b%25%3F%23%26.txt",
        "/, größe.txt, -, /gr%C3%B6%C3%9Fe.txt",
        "/, b.txt, x/y/b.txt, /x/y/b.txt",
        "/, b.txt, /x/y/b.txt, /x/y/b.txt",
        "/d/, b.txt, x/old.txt, /d/x/b.txt",
        "/d/, b.txt, x/, /d/x/b.txt",
        "/d/, -, x/c.txt, /d/x/c.txt",
        "/d/, b.txt, null, /d/b.txt",
        "/d/, b.txt, '', /d/b.txt"})
    void metadataNameTheObject(String target, String fileName, String relativePath, String path)
            throws IOException {
        String metadata = fileName == null ? Tus.metadata("relativePath", relativePath)
                : relativePath == null ? Tus.metadata("filename", fileName)
                : Tus.metadata("filename", fileName, "relativePath", relativePath);
        assertEquals(path + "?upload=NAME", Tus.field(server.ask(Tus.tus("POST " + target,
                "Upload-Length: 5", metadata, "Content-Length: 0")), "Location"));
    }

    @Test
    void objectWithoutNameGetsOneThatNobodyGuesses() throws IOException {
        String first = Tus.field(server.ask(Tus.tus("POST /d/", "Upload-Length: 5",
                "Content-Length: 0")), "Location");
        assertTrue(first.matches("/d/[A-Za-z0-9_-]{22}\\?upload=NAME"), first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../a", "a/../../b", ".millrace.uploads", "/a", "\\a", "a\0b"})
    void nameThatIsNoKeyIsRefused(String name) throws IOException {
        assertStatus("400", server.ask(Tus.tus("POST /", "Upload-Length: 5",
                Tus.metadata("filename", name), "Content-Length: 0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x/a", "a//b", "x/./a", "x/%2e/../a", ".millrace.parts/x"})
    void pathThatLeadsElsewhereIsRefused(String path) throws IOException {
        assertStatus("400", server.ask(Tus.tus("POST /", "Upload-Length: 5",
                Tus.metadata("filename", "a", "relativePath", path), "Content-Length: 0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"filename YS50eHQ=,filename Yg==", "filename !", "filename /w==", ",",
        "filename YS50eHQ=,"})
    void malformedMetadataAreRefused(String metadata) throws IOException {
        assertStatus("400", server.ask(Tus.tus("POST /", "Upload-Length: 5",
                "Upload-Metadata: " + metadata, "Content-Length: 0")));
    }

    @Test
    void allMetadataComeBackAsSent() throws IOException {
        String name = tus.begin("Upload-Length: 5", "X: y");
        assertEquals("filename YS50eHQ=", Tus.field(tus.head(name), "Upload-Metadata"));
        String sent = "filename YS50eHQ=,is_confidential,  other  eA==";
        try (UploadClient client = server.connect()) {
            client.send(Tus.tus("POST /", "Upload-Length: 5", "Upload-Metadata: " + sent,
                    "Content-Length: 0")).answer();
            assertEquals(sent, Tus.field(tus.head(client.name()), "Upload-Metadata"));
        }
    }

    @Test
    void fileTypeIsTheMediaTypeOfTheObject() throws IOException {
        server.ask(Tus.tus("POST /", "Upload-Length: 5", TYPE, "Content-Length: 5",
                Tus.metadata("filename", "a", "filetype", "image/png")) + "hello");
        assertEquals("image/png",
                Tus.field(server.ask(Tus.request("GET /a")), "Content-Type"));
    }

    @Test
    void fileTypeThatIsNoFieldValueIsRefused() throws IOException {
        assertStatus("400", server.ask(Tus.tus("POST /", "Upload-Length: 5", "Content-Length: 0",
                Tus.metadata("filename", "a", "filetype", "a\r\nX: y"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Upload-Length: -1", "Upload-Length: x",
        "Upload-Defer-Length: 2", "Upload-Defer-Length: 1\nUpload-Length: 5"})
    void lengthThatIsNoneIsRefused(String length) throws IOException {
        assertStatus("400", server.ask(Tus.tus("POST /", length, "Content-Length: 0")));
    }

    @Test
    void conditionsOfTheCreationHoldAtTheEnd() throws IOException {
        String name = tus.begin("Upload-Length: 5", "If-None-Match: *");
        server.ask(Tus.request("PUT /a.txt", "Content-Length: 5") + "first");
        assertStatus("412", server.ask(Tus.patch(name, 0, "hello")));
        assertEquals("first", server.object("a.txt"));
        assertStatus("404", tus.head(name));
        assertStatus("412", server.ask(Tus.tus("POST /", "Upload-Length: 5", "If-None-Match: *",
                Tus.metadata("filename", "a.txt"), "Content-Length: 0")));
    }

    @Test
    void digestOfTheWholeIsComparedAtTheEnd() throws Exception {
        String wrong = tus.begin("Upload-Length: 5", "Repr-Digest: sha-256=:"
                + digest("SHA-256", "other") + ":");
        server.ask(Tus.patch(wrong, 0, "he"));
        assertStatus("400", server.ask(Tus.patch(wrong, 2, "llo")));
        assertNull(server.object("a.txt"));
        String right = tus.begin("Upload-Length: 5", "Repr-Digest: sha-256=:"
                + digest("SHA-256", "hello") + ":");
        server.ask(Tus.patch(right, 0, "he"));
        assertStatus("204", server.ask(Tus.patch(right, 2, "llo")));
        assertEquals("hello", server.object("a.txt"));
    }

    // Creation-with-upload.

    @Test
    void creationMayBringTheWhole() throws IOException {
        String answer = server.ask(Tus.tus("POST /", "Upload-Length: 5", TYPE,
                "Content-Length: 5", Tus.metadata("filename", "a.txt")) + "hello");
        assertEquals("""
                HTTP/1.1 201 Created
                Location: /a.txt?upload=NAME
                Upload-Offset: 5
                ETag: TAG
                Last-Modified: DATE
                Tus-Resumable: 1.0.0
                Content-Length: 0

                """, answer);
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void creationMayBringABeginning() throws IOException {
        try (UploadClient client = server.connect()) {
            assertEquals("""
                    HTTP/1.1 201 Created
                    Location: /a.txt?upload=NAME
                    Upload-Offset: 2
                    Upload-Expires: DATE
                    Tus-Resumable: 1.0.0
                    Content-Length: 0

                    """, client.send(Tus.tus("POST /", "Upload-Length: 5", TYPE,
                    "Content-Length: 2", Tus.metadata("filename", "a.txt")) + "he").answer());
            assertStatus("204", server.ask(Tus.patch(client.name(), 2, "llo")));
        }
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void beginningIsAskedForByA100() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(Tus.tus("POST /", "Upload-Length: 5", TYPE, "Content-Length: 5",
                    "Expect: 100-continue", Tus.metadata("filename", "a.txt")));
            assertEquals("HTTP/1.1 100 Continue\n\n", client.answer());
            assertStatus("201", client.sendRaw("hello").answer());
        }
    }

    @ParameterizedTest
    @CsvSource({"415, 5, text/plain", "413, 6, application/offset+octet-stream"})
    void bodyThatIsNoBeginningIsRefused(String code, int length, String type)
            throws IOException {
        assertStatus(code, server.ask(Tus.tus("POST /", "Upload-Length: 5",
                "Content-Type: " + type, "Content-Length: " + length) + "hello!"));
    }

    // Creation-defer-length.

    @Test
    void lengthMayBeToldLater() throws IOException {
        String name = tus.begin("Upload-Defer-Length: 1");
        server.ask(Tus.patch(name, 0, "he"));
        assertEquals("1", Tus.field(tus.head(name), "Upload-Defer-Length"));
        assertNull(Tus.field(tus.head(name), "Upload-Length"));
        assertStatus("204", server.ask(Tus.patch(name, 2, "l", "Upload-Length: 5")));
        assertEquals("5", Tus.field(tus.head(name), "Upload-Length"));
        assertNull(Tus.field(tus.head(name), "Upload-Defer-Length"));
        assertStatus("400", server.ask(Tus.patch(name, 3, "lo", "Upload-Length: 6")));
        assertStatus("204", server.ask(Tus.patch(name, 3, "lo", "Upload-Length: 5")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void lengthMayBeToldWhenAllBytesAreThere() throws IOException {
        String name = tus.begin("Upload-Defer-Length: 1");
        server.ask(Tus.patch(name, 0, "hello"));
        assertNull(server.object("a.txt"));
        assertStatus("400", server.ask(Tus.patch(name, 5, "", "Upload-Length: 4")));
        assertStatus("204", server.ask(Tus.patch(name, 5, "", "Upload-Length: 5")));
        assertEquals("hello", server.object("a.txt"));
    }

    // Checksum.

    @ParameterizedTest
    @CsvSource({"sha1, SHA-1", "sha256, SHA-256", "sha512, SHA-512", "md5, MD5"})
    void pieceThatMatchesItsChecksumStays(String name, String algorithm) throws Exception {
        String upload = tus.begin(5);
        assertStatus("204", server.ask(Tus.patch(upload, 0, "he",
                "Upload-Checksum: " + name + " " + digest(algorithm, "he"))));
        assertStatus("204", server.ask(Tus.patch(upload, 2, "llo",
                "Upload-Checksum: " + name + " " + digest(algorithm, "llo"))));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void pieceThatDoesNotMatchItsChecksumIsDropped() throws Exception {
        String upload = tus.begin(5);
        server.ask(Tus.patch(upload, 0, "he"));
        String answer = server.ask(Tus.patch(upload, 2, "LLO",
                "Upload-Checksum: sha1 " + digest("SHA-1", "llo")));
        assertStatus("460", answer);
        assertTrue(answer.startsWith("HTTP/1.1 460 Checksum Mismatch\n"), answer);
        assertEquals(2, tus.offset(upload));
        assertStatus("204", server.ask(Tus.patch(upload, 2, "llo")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void cutPieceWithChecksumLeavesNothing() throws Exception {
        String upload = tus.begin(5);
        server.ask(Tus.patch(upload, 0, "h"));
        try (UploadClient client = server.connect()) {
            String piece = Tus.patch(upload, 1, "ello",
                    "Upload-Checksum: sha1 " + digest("SHA-1", "ello"));
            client.send(piece.substring(0, piece.length() - 1)).endOutput().rest();
        }
        assertEquals(1, tus.offset(upload));
        server.restart();
        assertEquals(1, tus.offset(upload));
        server.ask(Tus.patch(upload, 1, "e"));
        server.restart();
        assertEquals(2, tus.offset(upload));
    }

    @ParameterizedTest
    @ValueSource(strings = {"crc32 AAAAAA==", "SHA1 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1", "sha1 !",
        "sha1 AAAA", ""})
    void checksumThatIsNoneIsRefused(String checksum) throws IOException {
        String upload = tus.begin(5);
        assertStatus("400",
                server.ask(Tus.patch(upload, 0, "he", "Upload-Checksum: " + checksum)));
        assertEquals(0, tus.offset(upload));
    }

    // Termination.

    @Test
    void endedUploadIsGone() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "he"));
        assertEquals("HTTP/1.1 204 No Content\nTus-Resumable: 1.0.0\n\n",
                server.ask(Tus.tus("DELETE /a.txt?upload=" + name, "Content-Length: 0")));
        assertStatus("404", tus.head(name));
        assertStatus("404", server.ask(Tus.patch(name, 2, "llo")));
        assertEquals(0, server.files());
    }

    @Test
    void endOfACompleteUploadLeavesItsObject() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hello"));
        assertStatus("204", server.ask(Tus.tus("DELETE /a.txt?upload=" + name)));
        assertStatus("404", tus.head(name));
        assertEquals("hello", server.object("a.txt"));
        assertEquals(0, server.files());
    }
}
