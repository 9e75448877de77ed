package io.millrace.resume;

import static io.millrace.resume.DraftRequests.V8;
import static io.millrace.resume.DraftRequests.assertStatus;
import static io.millrace.resume.DraftRequests.begin;
import static io.millrace.resume.DraftRequests.create;
import static io.millrace.resume.DraftRequests.head;
import static io.millrace.resume.DraftRequests.patch;
import static io.millrace.resume.DraftRequests.put;
import static io.millrace.resume.DraftRequests.stable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creation of uploads by the Internet-Draft "Resumable Uploads for HTTP", version 12. */
class DraftCreationTest {

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

    @Test
    void creationOfTheWholeIsAnnouncedAndEndsLikeThePut() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(put("hello", "Upload-Complete: ?1", V8));
            assertEquals("""
                    HTTP/1.1 104 Upload Resumption Supported
                    Upload-Draft-Interop-Version: 8
                    Location: /a.txt?upload=NAME
                    Upload-Limit: max-age=AGE

                    """, stable(client.answer()));
            assertEquals("""
                    HTTP/1.1 201 Created
                    Location: /a.txt
                    ETag: TAG
                    Last-Modified: DATE
                    Upload-Offset: 5
                    Upload-Complete: ?1
                    Content-Length: 0

                    """, client.answer());
        }
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void creationOfAPartTellsTheUrl() throws IOException {
        assertEquals("""
                HTTP/1.1 201 Created
                Location: /a.txt?upload=NAME
                Upload-Offset: 2
                Upload-Complete: ?0
                Upload-Limit: max-age=AGE
                Content-Length: 0

                """, stable(server.ask(put("he", "Upload-Complete: ?0", "Upload-Length: 5"))));
        assertNull(server.object("a.txt"));
    }

    @Test
    void everyResponseToACreationHasTheSameLocation() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(put("he", "Upload-Complete: ?0", V8)).answer();
            String announced = client.name();
            assertEquals("/a.txt?upload=NAME", Tus.field(client.answer(), "Location"));
            assertEquals(announced, client.name());
        }
    }

    @Test
    void emptyCreationOfTheWholeIsAnEmptyObject() throws IOException {
        assertStatus("201", "?1", server.ask(put("", "Upload-Complete: ?1", V8)));
        assertEquals("", server.object("a.txt"));
    }

    @Test
    void emptyCreationOfAPartTellsTheUrl() throws IOException {
        String name = begin(server, "");
        assertEquals("0", Tus.field(head(server, name), "Upload-Offset"));
    }

    @Test
    void postToAKeyIsACreationToo() throws IOException {
        assertStatus("201", "?1", server.ask(
                create("POST /a.txt", "hello", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "inline; filename=\"b c.txt\" | /d/b%20c.txt",
        "inline; filename=b.txt | /d/b.txt",
        "inline; filename=\"x.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt | /d/gr%C3%B6%C3%9Fe.txt",
        "attachment; filename=\"C:\\\\x\\\\b.txt\" | /d/b.txt",
        "inline; filename=\"../b.txt\" | /d/b.txt"})
    void postToAFolderHasItsNameInContentDisposition(String disposition, String path)
            throws IOException {
        assertEquals(path + "?upload=NAME", Tus.field(server.ask(create("POST /d/", "",
                "Upload-Complete: ?0", "Content-Disposition: " + disposition)), "Location"));
    }

    @Test
    void fieldsOfTheCreationAreTheObjects() throws IOException {
        String name = begin(server, "he", "Content-Type: image/png", "Cache-Control: no-cache",
                "Content-Disposition: inline; filename=\"x\"");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        String answer = server.ask(Tus.request("GET /a.txt"));
        assertEquals("image/png", Tus.field(answer, "Content-Type"));
        assertEquals("no-cache", Tus.field(answer, "Cache-Control"));
        assertEquals("inline; filename=\"x\"", Tus.field(answer, "Content-Disposition"));
    }

    @Test
    void clientThatNamesNoVersionGetsNo104() throws IOException {
        for (String version : new String[] {"X: y", "Upload-Draft-Interop-Version: 2",
                "Upload-Draft-Interop-Version: 9", "Upload-Draft-Interop-Version: x"}) {
            String answer = server.ask(put("he", "Upload-Complete: ?0", version));
            assertEquals("201", Tus.status(answer), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8})
    void versionIsAnnouncedAsTheClientHasSentIt(int version) throws IOException {
        try (UploadClient client = server.connect()) {
            String answer = client.send(put("hello", "Upload-Complete: ?1",
                    "Upload-Draft-Interop-Version: " + version)).answer();
            assertEquals("104", Tus.status(answer));
            assertEquals("" + version, Tus.field(answer, "Upload-Draft-Interop-Version"));
            assertTrue(Tus.field(answer, "Upload-Limit")
                    .startsWith(version == 6 ? "expires=" : "max-age="), answer);
        }
    }

    @Test
    void putOfAClientThatCantResumeIsThePutOfAlways() throws IOException {
        String plain = server.ask(put("hello"));
        server.ask(Tus.request("DELETE /a.txt"));
        assertEquals(plain, server.ask(put("hello", "Upload-Complete: ?1")));
        server.ask(Tus.request("DELETE /a.txt"));
        assertEquals(plain, server.ask(put("hello", "Upload-Complete: ?1", V8)
                .replace("HTTP/1.1", "HTTP/1.0")).replace("Connection: close\n", ""));
        assertFalse(Files.exists(folder.resolve(".millrace.uploads"))
                && server.files() > 0);
    }

    @Test
    void putOfAClientThatCantResumeMustHaveTheLengthThatItSays() throws IOException {
        assertEquals("400", Tus.status(server.ask(
                put("hello", "Upload-Complete: ?1", "Upload-Length: 6"))));
        assertNull(server.object("a.txt"));
        assertEquals("201", Tus.status(server.ask(
                put("hello", "Upload-Complete: ?1", "Upload-Length: 5"))));
        assertEquals("hello", server.object("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "?2", "\"?1\"", "?0, ?1", ""})
    void completenessThatIsNoBooleanIsIgnored(String value) throws IOException {
        assertStatus("201", null, server.ask(put("hello", "Upload-Complete: " + value)));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void a104DoesNotReplaceThe100() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("PUT /a.txt", "Content-Length: 5", "Upload-Complete: ?1", V8,
                    "Expect: 100-continue"));
            List<String> interim = List.of(Tus.status(client.answer()),
                    Tus.status(client.answer()));
            assertTrue(interim.containsAll(List.of("100", "104")), interim.toString());
            assertStatus("201", "?1", client.sendRaw("hello").answer());
        }
    }

    @Test
    void cutCreationStaysWhereItsClientHasTheUrl() throws IOException {
        String name;
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("PUT /a.txt", "Content-Length: 5", "Upload-Complete: ?1", V8)
                    + "he").answer();
            name = client.name();
            client.endOutput().rest();
        }
        assertEquals("""
                HTTP/1.1 204 No Content
                Cache-Control: no-store
                Upload-Offset: 2
                Upload-Complete: ?0
                Upload-Length: 5
                Upload-Limit: max-age=AGE

                """, stable(head(server, name)));
        assertNull(server.object("a.txt"));
        assertStatus("201", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void cutCreationIsGoneWhereItsClientHasNoUrl() throws IOException {
        try (UploadClient client = server.connect()) {
            client.send(Tus.request("POST /a.txt", "Content-Length: 5", "Upload-Complete: ?0")
                    + "he").endOutput().rest();
        }
        assertEquals(0, server.files());
    }

    @Test
    void partOfAnObjectIsNoUpload() throws IOException {
        assertStatus("400", "?0", server.ask(put("he", "Upload-Complete: ?0",
                "Content-Range: bytes 0-1/5")));
    }

    @Test
    void conditionsOfTheCreationHoldAtTheEnd() throws IOException {
        String name = begin(server, "he", "If-None-Match: *");
        server.ask(put("first"));
        assertStatus("412", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
        assertEquals("first", server.object("a.txt"));
        assertStatus("412", "?1", server.ask(put("he", "Upload-Complete: ?0",
                "If-None-Match: *")));
    }
}
