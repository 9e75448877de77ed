package io.millrace.resume;

import static io.millrace.resume.DraftRequests.V8;
import static io.millrace.resume.DraftRequests.assertStatus;
import static io.millrace.resume.DraftRequests.begin;
import static io.millrace.resume.DraftRequests.head;
import static io.millrace.resume.DraftRequests.patch;
import static io.millrace.resume.DraftRequests.put;
import static io.millrace.resume.DraftRequests.stable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Internet-Draft "Resumable Uploads for HTTP", version 12, but for creations and appends. */
class DraftTest {

    @TempDir
    Path folder;

    private UploadServer server;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.unforced(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    // Offset Retrieval.

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "GET"})
    void stateIsTold(String method) throws IOException {
        String name = begin(server, "he", "Upload-Length: 5");
        assertEquals("""
                HTTP/1.1 204 No Content
                Cache-Control: no-store
                Upload-Offset: 2
                Upload-Complete: ?0
                Upload-Length: 5
                Upload-Limit: max-age=AGE

                """, stable(server.ask(Tus.request(method + " /a.txt?upload=" + name))));
    }

    @Test
    void lengthThatIsNotKnownIsNotTold() throws IOException {
        assertNull(Tus.field(head(server, begin(server, "he")), "Upload-Length"));
    }

    @Test
    void completeUploadTellsThatItIs() throws IOException {
        String name = begin(server, "he");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        server.restart();
        assertEquals("""
                HTTP/1.1 204 No Content
                Cache-Control: no-store
                Upload-Offset: 5
                Upload-Complete: ?1
                Upload-Length: 5
                Upload-Limit: max-age=AGE

                """, stable(head(server, name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
    void uploadThatIsNoneIsNotFound(String method) throws IOException {
        begin(server, "he");
        assertEquals("404", Tus.status(server.ask(Tus.request(method
                + " /a.txt?upload=0123456789abcdef0123456789abcdef"))));
        assertEquals("404", Tus.status(server.ask(Tus.request(method
                + " /b.txt?upload=" + begin(server, "he")))));
    }

    @Test
    void getOfAnUploadThatIsNoneIsTheObject() throws IOException {
        server.ask(put("hello"));
        assertTrue(server.ask(Tus.request("GET /a.txt?upload=x")).endsWith("\n\nhello"));
    }

    // Limits.

    @Test
    void optionsTellTheLimits() throws IOException {
        assertEquals("max-age=86400",
                Tus.field(server.ask(Tus.request("OPTIONS /a.txt")), "Upload-Limit"));
    }

    @Test
    void largestObjectIsALimit() throws IOException {
        server.close();
        server = UploadServer.start(folder,
                StoreOptions.builder().maxObjectBytes(5).build(), builder -> builder);
        String options = server.ask(Tus.request("OPTIONS /a.txt"));
        assertEquals("max-size=5, max-age=86400", Tus.field(options, "Upload-Limit"));
        assertEquals("5", Tus.field(options, "Tus-Max-Size"));
        String answer = server.ask(put("hello!", "Upload-Complete: ?1", V8));
        assertStatus("413", "?1", answer);
        assertEquals("max-size=5, max-age=86400", Tus.field(answer, "Upload-Limit"));
        String name = begin(server, "hello");
        assertStatus("413", "?0", server.ask(patch(name, 5, "!", "Upload-Complete: ?1")));
        assertEquals("5", Tus.field(head(server, name), "Upload-Offset"));
        assertStatus("201", "?1", server.ask(patch(name, 5, "", "Upload-Complete: ?1")));
    }

    // Upload Cancellation.

    @Test
    void cancelledUploadIsGone() throws IOException {
        String name = begin(server, "he");
        assertEquals("HTTP/1.1 204 No Content\n\n",
                server.ask(Tus.request("DELETE /a.txt?upload=" + name)));
        assertEquals("404", Tus.status(head(server, name)));
        assertEquals(0, server.files());
    }

    // Status code 104: progress.

    @Test
    void progressIsToldEvery8Mebibytes() throws IOException {
        String body = "x".repeat(20 << 20);
        try (UploadClient client = server.connect()) {
            client.send(put(body, "Upload-Complete: ?0", V8));
            assertEquals("/a.txt?upload=NAME", Tus.field(client.answer(), "Location"));
            long told = 0;
            String answer = client.answer();
            while (Tus.status(answer).equals("104")) {
                assertNull(Tus.field(answer, "Location"));
                long offset = Long.parseLong(Tus.field(answer, "Upload-Offset"));
                assertTrue(offset - told >= 8 << 20, answer);
                told = offset;
                answer = client.answer();
            }
            assertTrue(told > 0, "no progress");
            assertStatus("201", "?0", answer);
        }
    }

    @Test
    void progressOfBytesThatMayStillBeDroppedIsNotTold() throws IOException {
        String body = "x".repeat(20 << 20);
        try (UploadClient client = server.connect()) {
            client.send(put(body, "Upload-Complete: ?0", V8,
                    "Content-Digest: " + sha256("other")));
            String begun = client.answer();
            assertNull(Tus.field(begun, "Upload-Offset"));
            assertStatus("400", "?0", client.answer());
            assertEquals("0", Tus.field(head(server, client.name()), "Upload-Offset"));
        }
    }

    // Integrity Digests.

    private static String sha256(String text) {
        try {
            return "sha-256=:" + Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8))) + ":";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void digestOfTheWholeIsComparedAtTheEnd() throws IOException {
        String wrong = begin(server, "he", "Repr-Digest: " + sha256("other"));
        assertStatus("400", "?1", server.ask(patch(wrong, 2, "llo", "Upload-Complete: ?1")));
        assertNull(server.object("a.txt"));
        String right = begin(server, "he", "Repr-Digest: " + sha256("hello"));
        assertStatus("201", "?1", server.ask(patch(right, 2, "llo", "Upload-Complete: ?1")));
    }

    @Test
    void digestOfTheWholeIsToldIfItIsWished() throws IOException {
        String name = begin(server, "he", "Want-Repr-Digest: sha-256=10");
        assertEquals(sha256("hello"), Tus.field(
                server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")), "Repr-Digest"));
    }

    @Test
    void contentThatDoesNotMatchItsDigestIsDropped() throws IOException {
        String name = begin(server, "he", "Content-Digest: " + sha256("he"));
        assertStatus("400", "?0", server.ask(patch(name, 2, "LLO", "Upload-Complete: ?1",
                "Content-Digest: " + sha256("llo"))));
        assertEquals("2", Tus.field(head(server, name), "Upload-Offset"));
        assertStatus("201", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1",
                "Content-Digest: " + sha256("llo"))));
        assertEquals("hello", server.object("a.txt"));
    }

    // Earlier versions.

    @Test
    void version3SaysIncomplete() throws IOException {
        String v3 = "Upload-Draft-Interop-Version: 3";
        String name;
        try (UploadClient client = server.connect()) {
            client.send(put("he", "Upload-Incomplete: ?1", v3));
            assertEquals("104", Tus.status(client.answer()));
            String answer = client.answer();
            name = client.name();
            assertEquals("201", Tus.status(answer));
            assertEquals("?1", Tus.field(answer, "Upload-Incomplete"));
            assertNull(Tus.field(answer, "Upload-Complete"));
        }
        String head = head(server, name, v3);
        assertEquals("?1", Tus.field(head, "Upload-Incomplete"));
        assertEquals("2", Tus.field(head, "Upload-Offset"));
        String patch = Tus.request("PATCH /a.txt?upload=" + name, "Upload-Offset: 2", v3,
                "Upload-Incomplete: ?1", "Content-Length: 1") + "l";
        assertEquals("201", Tus.status(server.ask(patch)));
        String last = server.ask(Tus.request("PATCH /a.txt?upload=" + name, "Upload-Offset: 3",
                v3, "Content-Length: 2") + "lo");
        assertEquals("201", Tus.status(last));
        assertEquals("?0", Tus.field(last, "Upload-Incomplete"));
        assertEquals("hello", server.object("a.txt"));
        assertEquals("400", Tus.status(head(server, name, v3, "Upload-Offset: 5")));
    }

    @ParameterizedTest
    @CsvSource({"4, 201", "5, 201", "6, 415", "8, 415"})
    void typeOfAnAppendIsAskedForFromVersion6On(int version, String code) throws IOException {
        String name = begin(server, "he");
        String answer = server.ask(patch(name, 2, "l", "Upload-Complete: ?0",
                "Upload-Draft-Interop-Version: " + version)
                .replace("Content-Type: application/partial-upload\n", ""));
        assertEquals(code, Tus.status(answer), answer);
    }
}
