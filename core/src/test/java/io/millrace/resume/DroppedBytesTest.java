package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that a request has brought and that don't count: no object has them. */
class DroppedBytesTest {

    private static final String WRONG = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String LARGEST = Long.toString(Long.MAX_VALUE);

    @TempDir
    Path folder;

    private UploadServer server;
    private Tus tus;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.unforced(folder);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static String draft(String name, String offset, String length, String... fields) {
        String[] all = new String[fields.length + 3];
        all[0] = "Content-Type: application/partial-upload";
        all[1] = "Upload-Offset: " + offset;
        all[2] = "Content-Length: " + length;
        System.arraycopy(fields, 0, all, 3, fields.length);
        return Tus.request("PATCH /a.txt?upload=" + name, all);
    }

    /** The name of an upload of the draft that has two bytes. */
    private String beginDraft() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("PUT /a.txt", "Upload-Complete: ?0", "Content-Length: 2")
                    + "he").answer();
            return client.name();
        }
    }

    @Test
    void objectOfTusThatEndsAfterAPieceWithAWrongChecksumHasNoneOfIt() throws IOException {
        String name = tus.begin("Upload-Defer-Length: 1");
        server.ask(Tus.patch(name, 0, "he"));
        assertEquals("460", Tus.status(server.ask(
                Tus.patch(name, 2, "xxx", "Upload-Checksum: sha256 " + WRONG))));
        assertEquals("204", Tus.status(server.ask(Tus.patch(name, 2, "", "Upload-Length: 2"))));
        assertEquals("he", server.object("a.txt"));
    }

    @Test
    void objectOfTheDraftThatEndsAfterAPieceWithAWrongDigestHasNoneOfIt() throws IOException {
        String name = beginDraft();
        assertEquals("400", Tus.status(server.ask(draft(name, "2", "3", "Upload-Complete: ?0",
                "Content-Digest: sha-256=:" + WRONG + ":") + "xxx")));
        assertEquals("201", Tus.status(server.ask(draft(name, "2", "0", "Upload-Complete: ?1"))));
        assertEquals("he", server.object("a.txt"));
    }

    /** What a kill leaves in the midst of a body that is longer than the rest of the upload. */
    private void addBeyondTheLength() throws IOException {
        server.close();
        try (var files = Files.list(folder.resolve(".millrace.uploads"))) {
            for (Path file : files.filter(one -> !one.toString().endsWith(".record")).toList()) {
                Files.writeString(file, "lo, more", StandardOpenOption.APPEND);
            }
        }
        server.open();
    }

    @Test
    void uploadOfTusThatAKillLeftTooLongEndsWithItsLength() throws IOException {
        String name = tus.begin(5);
        server.ask(Tus.patch(name, 0, "hel"));
        addBeyondTheLength();
        assertEquals(5, tus.offset(name));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void uploadOfTheDraftThatAKillLeftTooLongEndsWithItsLength() throws IOException {
        String name;
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("PUT /a.txt", "Upload-Complete: ?0", "Upload-Length: 5",
                    "Content-Length: 3") + "hel").answer();
            name = client.name();
        }
        addBeyondTheLength();
        assertEquals("5", Tus.field(server.ask(Tus.request("HEAD /a.txt?upload=" + name)),
                "Upload-Offset"));
        assertNull(server.object("a.txt"));
        assertEquals("201", Tus.status(server.ask(draft(name, "5", "0", "Upload-Complete: ?1"))));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void partWithADroppedPieceIsConcatenatedWithoutIt() throws IOException {
        String name = tus.begin("Upload-Defer-Length: 1", "Upload-Concat: partial");
        server.ask(Tus.patch(name, 0, "he"));
        server.ask(Tus.patch(name, 2, "xxx", "Upload-Checksum: sha256 " + WRONG));
        server.ask(Tus.patch(name, 2, "", "Upload-Length: 2"));
        String whole = server.ask(Tus.tus("POST /", Tus.metadata("filename", "b.txt"),
                "Upload-Concat: final;/a.txt?upload=" + name + " /a.txt?upload=" + name,
                "Content-Length: 0"));
        assertEquals("201", Tus.status(whole), whole);
        assertEquals("hehe", server.object("b.txt"));
    }

    // A checksum of bytes that have got lost on the way, such as in a proxy.

    @Test
    void emptyEndOfTusWithTheChecksumOfOtherBytesEndsNothing() throws IOException {
        String name = tus.begin("Upload-Defer-Length: 1");
        server.ask(Tus.patch(name, 0, "he"));
        assertEquals("460", Tus.status(server.ask(Tus.patch(name, 2, "", "Upload-Length: 2",
                "Upload-Checksum: sha256 " + WRONG))));
        assertNull(server.object("a.txt"));
    }

    @Test
    void emptyCreationOfTusWithTheChecksumOfOtherBytesLeavesNothing() throws Exception {
        assertEquals("460", Tus.status(server.ask(Tus.tus("POST /", "Upload-Length: 0",
                Tus.metadata("filename", "a.txt"), "Content-Length: 0",
                "Upload-Checksum: sha256 " + WRONG))));
        assertNull(server.object("a.txt"));
        assertEquals(0, server.store().unfinished().all().size());
    }

    @Test
    void emptyEndOfTheDraftWithTheDigestOfOtherBytesEndsNothing() throws IOException {
        String name = beginDraft();
        assertEquals("400", Tus.status(server.ask(draft(name, "2", "0", "Upload-Complete: ?1",
                "Content-Digest: sha-256=:" + WRONG + ":"))));
        assertNull(server.object("a.txt"));
    }

    @Test
    void emptyCreationOfTheDraftWithTheDigestOfOtherBytesMakesNoObject() throws IOException {
        assertEquals("400", Tus.status(server.ask(Tus.request("PUT /a.txt", "Content-Length: 0",
                "Upload-Draft-Interop-Version: 8", "Upload-Complete: ?1",
                "Content-Digest: sha-256=:" + WRONG + ":"))));
        assertNull(server.object("a.txt"));
    }

    @Test
    void lengthThatNoUploadCanHaveIsNotNoted() throws IOException {
        String name = beginDraft();
        assertEquals("413", Tus.status(server.ask(
                draft(name, "2", LARGEST, "Upload-Complete: ?1"))));
        assertEquals("201", Tus.status(server.ask(
                draft(name, "2", "3", "Upload-Complete: ?1") + "llo")));
        assertEquals("hello", server.object("a.txt"));
    }
}
