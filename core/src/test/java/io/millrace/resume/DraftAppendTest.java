package io.millrace.resume;

import static io.millrace.resume.DraftRequests.TYPES;
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

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends to uploads, and their lengths, by the Internet-Draft, version 12. */
class DraftAppendTest {

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

    // Upload Append.

    @Test
    void partsAreAppended() throws IOException {
        String name = begin(server, "he");
        assertEquals("""
                HTTP/1.1 204 No Content
                Upload-Offset: 3
                Upload-Complete: ?0
                Upload-Limit: max-age=AGE

                """, stable(server.ask(patch(name, 2, "l", "Upload-Complete: ?0"))));
        assertEquals("""
                HTTP/1.1 201 Created
                Location: /a.txt
                ETag: TAG
                Last-Modified: DATE
                Upload-Offset: 5
                Upload-Complete: ?1
                Content-Length: 0

                """, server.ask(patch(name, 3, "lo", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void emptyAppendCompletes() throws IOException {
        String name = begin(server, "hello", "Upload-Length: 5");
        assertNull(server.object("a.txt"));
        assertStatus("201", "?1", server.ask(patch(name, 5, "", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void chunkedAppendHasTheLengthOfItsContent() throws IOException {
        String name = begin(server, "he");
        assertStatus("201", "?1", server.ask(Tus.request("PATCH /a.txt?upload=" + name,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?1", "Transfer-Encoding: chunked")
                + "1\r\nl\r\n2\r\nlo\r\n0\r\n\r\n"));
        assertEquals("hello", server.object("a.txt"));
        assertEquals("5", Tus.field(head(server, name), "Upload-Length"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 999_999_999_999_999L})
    void otherOffsetIsRefused(long offset) throws IOException {
        String name = begin(server, "he");
        String problem = "{\"type\":\"" + TYPES + "mismatching-upload-offset\",\"title\":\"the "
                + "offset of the request is not that of the upload\",\"expected-offset\":2,"
                + "\"provided-offset\":" + offset + "}\n";
        assertEquals("""
                HTTP/1.1 409 Conflict
                Content-Type: application/problem+json
                Upload-Offset: 2
                Upload-Complete: ?0
                Content-Length: %d

                """.formatted(problem.length()) + problem,
                server.ask(patch(name, offset, "llo", "Upload-Complete: ?1")));
        assertEquals("2", Tus.field(head(server, name), "Upload-Offset"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "application/offset+octet-stream"})
    void otherTypeIsRefused(String type) throws IOException {
        String name = begin(server, "he");
        assertStatus("415", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")
                .replace("application/partial-upload", type)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Upload-Complete: 1"})
    void appendThatDoesNotSayWhetherItIsTheLastIsRefused(String field) throws IOException {
        String name = begin(server, "he");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo", field)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2.0", "\"2\"", "x"})
    void offsetThatIsNoIntegerCountsAsMissing(String offset) throws IOException {
        String name = begin(server, "he");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")
                .replace("Upload-Offset: 2", "Upload-Offset: " + offset)));
    }

    @Test
    void completeUploadTakesNoMore() throws IOException {
        String name = begin(server, "he");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        String answer = server.ask(patch(name, 5, "!", "Upload-Complete: ?1"));
        assertStatus("400", "?0", answer);
        assertTrue(answer.contains(TYPES + "completed-upload"), answer);
        assertStatus("409", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void clientThatLostTheLastResponseGetsItOnceMore() throws IOException {
        String name = begin(server, "he");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        assertEquals("""
                HTTP/1.1 204 No Content
                Upload-Offset: 5
                Upload-Complete: ?1
                ETag: TAG

                """, server.ask(patch(name, 5, "", "Upload-Complete: ?1")));
    }

    @Test
    void cutAppendStaysAndIsNotComplete() throws IOException {
        String name = begin(server, "he");
        try (UploadClient client = server.connect()) {
            client.send(patch(name, 2, "llo", "Upload-Complete: ?1").replaceAll("lo$", ""))
                    .endOutput().rest();
        }
        String head = head(server, name);
        assertEquals("3", Tus.field(head, "Upload-Offset"));
        assertEquals("?0", Tus.field(head, "Upload-Complete"));
        assertEquals("5", Tus.field(head, "Upload-Length"), "the cut request had told it");
        assertStatus("201", "?1", server.ask(patch(name, 3, "lo", "Upload-Complete: ?1")));
    }

    // Length.

    private static void assertInconsistent(String answer) {
        assertStatus("400", "?0", answer);
        assertTrue(answer.contains(TYPES + "inconsistent-upload-length"), answer);
    }

    @Test
    void lengthsThatDifferInOneRequestAreRefused() throws IOException {
        assertInconsistent(server.ask(put("hello", "Upload-Complete: ?1", "Upload-Length: 6", V8)));
        assertInconsistent(server.ask(put("hello", "Upload-Complete: ?0", "Upload-Length: 4")));
        String name = begin(server, "he");
        assertInconsistent(server.ask(
                patch(name, 2, "llo", "Upload-Complete: ?1", "Upload-Length: 6")));
    }

    @Test
    void lengthsThatDifferInTwoRequestsAreRefused() throws IOException {
        String name = begin(server, "he", "Upload-Length: 5");
        assertInconsistent(server.ask(
                patch(name, 2, "l", "Upload-Complete: ?0", "Upload-Length: 6")));
        assertInconsistent(server.ask(patch(name, 2, "ll", "Upload-Complete: ?1")));
        assertStatus("201", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
    }

    @Test
    void chunkedEndThatIsTooShortCompletesNothing() throws IOException {
        String name = begin(server, "he", "Upload-Length: 5");
        assertInconsistent(server.ask(Tus.request("PATCH /a.txt?upload=" + name,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?1", "Transfer-Encoding: chunked")
                + "2\r\nll\r\n0\r\n\r\n"));
        assertNull(server.object("a.txt"));
        assertStatus("201", "?1", server.ask(patch(name, 4, "o", "Upload-Complete: ?1")));
    }

    @Test
    void offsetNeverExceedsTheLength() throws IOException {
        String name = begin(server, "he", "Upload-Length: 5");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo!", "Upload-Complete: ?0")));
        assertEquals("404", Tus.status(head(server, name)));
        String chunked = begin(server, "he", "Upload-Length: 5");
        assertStatus("400", "?0", server.ask(Tus.request("PATCH /a.txt?upload=" + chunked,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?0", "Transfer-Encoding: chunked")
                + "4\r\nllo!\r\n0\r\n\r\n"));
        assertEquals("404", Tus.status(head(server, chunked)));
        assertEquals(0, server.files());
    }
}
