package io.millrace.resume;

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
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads that are cut at every position of their requests go on and end whole. */
class CutTest {

    private static final String TEXT = "hello world";

    @TempDir
    Path folder;

    private UploadServer server;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.start(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Sends so many characters of a request, and sees its connection end. */
    private void cut(String request, int length) throws IOException {
        String wire = request.substring(0, request.indexOf("\n\n") + 2).replace("\n", "\r\n")
                + request.substring(request.indexOf("\n\n") + 2);
        try (UploadClient client = server.connect()) {
            client.sendRaw(wire.substring(0, Math.min(length, wire.length()))).endOutput().rest();
        }
    }

    private static int wireLength(String request) {
        String head = request.substring(0, request.indexOf("\n\n") + 2);
        return request.length() + (int) head.chars().filter(c -> c == '\n').count();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void pieceOfTusCutAnywhereGoesOn(boolean restarts) throws IOException {
        int length = wireLength(Tus.patch("0".repeat(32), 0, TEXT));
        for (int cut = restarts ? length - TEXT.length() : 0; cut <= length; cut++) {
            Tus tus = new Tus(server);
            String name = tus.begin(TEXT.length());
            cut(Tus.patch(name, 0, TEXT), cut);
            if (restarts) {
                server.restart();
                tus = new Tus(server);
            }
            int arrived = Math.max(0, cut - (length - TEXT.length()));
            assertEquals(arrived, tus.offset(name), "cut at " + cut);
            assertEquals(arrived == TEXT.length() ? TEXT : null, server.object("a.txt"));
            server.ask(Tus.patch(name, arrived, TEXT.substring(arrived)));
            assertEquals(TEXT, server.object("a.txt"), "cut at " + cut);
            server.ask(Tus.request("DELETE /a.txt"));
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void creationOfTheDraftCutAnywhereGoesOn(boolean restarts) throws IOException {
        for (int arrived = 0; arrived < TEXT.length(); arrived++) {
            String url;
            try (UploadClient client = server.connect()) {
                client.send(Tus.request("PUT /a.txt", "Content-Length: " + TEXT.length(),
                        "Upload-Complete: ?1", "Upload-Draft-Interop-Version: 8"));
                client.sendRaw(TEXT.substring(0, arrived));
                assertEquals("104", Tus.status(client.answer()));
                url = " /a.txt?upload=" + client.name();
                client.endOutput().rest();
            }
            if (restarts) {
                server.restart();
            }
            String head = server.ask(Tus.request("HEAD" + url));
            assertEquals("" + arrived, Tus.field(head, "Upload-Offset"));
            assertEquals("?0", Tus.field(head, "Upload-Complete"));
            assertNull(server.object("a.txt"));
            // Cut once more, then to the end.
            String rest = TEXT.substring(arrived);
            int once = rest.length() / 2;
            String patch = Tus.request("PATCH" + url, "Content-Type: application/partial-upload",
                    "Upload-Offset: " + arrived, "Upload-Complete: ?1",
                    "Content-Length: " + rest.length()) + rest;
            cut(patch, wireLength(patch) - rest.length() + once);
            String last = server.ask(Tus.request("PATCH" + url,
                    "Content-Type: application/partial-upload",
                    "Upload-Offset: " + (arrived + once), "Upload-Complete: ?1",
                    "Content-Length: " + (rest.length() - once)) + rest.substring(once));
            assertEquals("201", Tus.status(last), last);
            assertEquals(TEXT, server.object("a.txt"));
            server.ask(Tus.request("DELETE /a.txt"));
        }
    }

    @Test
    void cutCreationOfTusLeavesNothing() throws IOException {
        cut(Tus.tus("POST /", "Upload-Length: 11", Tus.metadata("filename", "a.txt"),
                "Content-Type: application/offset+octet-stream", "Content-Length: 11") + "hello",
                Integer.MAX_VALUE);
        assertTrue(unfinished().isEmpty(), unfinished());
    }

    private String unfinished() {
        try {
            return String.join("\n", server.uploads().unfinished().stream()
                    .map(Object::toString).toList());
        } catch (io.millrace.http.HttpException e) {
            throw new AssertionError(e);
        }
    }
}
