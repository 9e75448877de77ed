package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.store.Durability;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Internet-Draft "Resumable Uploads for HTTP", version 12, by its sections. */
class DraftTest {

    private static final String V8 = "Upload-Draft-Interop-Version: 8";
    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    @TempDir
    Path folder;

    private UploadServer server;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.start(folder,
                StoreOptions.builder().durability(Durability.NONE).build(), builder -> builder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static String put(String body, String... fields) {
        return create("PUT /a.txt", body, fields);
    }

    private static String create(String line, String body, String... fields) {
        String[] all = new String[fields.length + 1];
        all[0] = "Content-Length: " + body.length();
        System.arraycopy(fields, 0, all, 1, fields.length);
        return Tus.request(line, all) + body;
    }

    private static String patch(String name, long offset, String body, String... fields) {
        List<String> all = new ArrayList<>(List.of("Content-Type: application/partial-upload",
                "Upload-Offset: " + offset, "Content-Length: " + body.length()));
        all.addAll(List.of(fields));
        return Tus.request("PATCH /a.txt?upload=" + name, all.toArray(new String[0])) + body;
    }

    /** The name of an upload that a PUT has begun, whose body may be the beginning of it. */
    private String begin(String body, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of("Upload-Complete: ?0"));
        all.addAll(List.of(fields));
        try (UploadClient client = server.connect()) {
            String answer = client.send(put(body, all.toArray(new String[0]))).answer();
            assertEquals("201", Tus.status(answer), answer);
            return client.name();
        }
    }

    private String head(String name, String... fields) throws IOException {
        return server.ask(Tus.request("HEAD /a.txt?upload=" + name, fields));
    }

    private static String stable(String answer) {
        return answer.replaceAll("max-age=\\d+", "max-age=AGE").replaceAll("expires=\\d+",
                "expires=AGE");
    }

    private static void assertStatus(String code, String complete, String answer) {
        assertEquals(code, Tus.status(answer), answer);
        assertEquals(complete, Tus.field(answer, "Upload-Complete"), answer);
    }

    // Upload Creation.

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
        String name = begin("");
        assertEquals("0", Tus.field(head(name), "Upload-Offset"));
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
        String name = begin("he", "Content-Type: image/png", "Cache-Control: no-cache",
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
                && files() > 0);
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

    private long files() throws IOException {
        try (var files = Files.list(folder.resolve(".millrace.uploads"))) {
            return files.count();
        }
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

                """, stable(head(name)));
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
        assertEquals(0, files());
    }

    @Test
    void partOfAnObjectIsNoUpload() throws IOException {
        assertStatus("400", "?0", server.ask(put("he", "Upload-Complete: ?0",
                "Content-Range: bytes 0-1/5")));
    }

    @Test
    void conditionsOfTheCreationHoldAtTheEnd() throws IOException {
        String name = begin("he", "If-None-Match: *");
        server.ask(put("first"));
        assertStatus("412", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
        assertEquals("first", server.object("a.txt"));
        assertStatus("412", "?1", server.ask(put("he", "Upload-Complete: ?0",
                "If-None-Match: *")));
    }

    // Offset Retrieval.

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "GET"})
    void stateIsTold(String method) throws IOException {
        String name = begin("he", "Upload-Length: 5");
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
        assertNull(Tus.field(head(begin("he")), "Upload-Length"));
    }

    @Test
    void completeUploadTellsThatItIs() throws IOException {
        String name = begin("he");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        server.restart();
        assertEquals("""
                HTTP/1.1 204 No Content
                Cache-Control: no-store
                Upload-Offset: 5
                Upload-Complete: ?1
                Upload-Length: 5
                Upload-Limit: max-age=AGE

                """, stable(head(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
    void uploadThatIsNoneIsNotFound(String method) throws IOException {
        begin("he");
        assertEquals("404", Tus.status(server.ask(Tus.request(method
                + " /a.txt?upload=0123456789abcdef0123456789abcdef"))));
        assertEquals("404", Tus.status(server.ask(Tus.request(method
                + " /b.txt?upload=" + begin("he")))));
    }

    @Test
    void getOfAnUploadThatIsNoneIsTheObject() throws IOException {
        server.ask(put("hello"));
        assertTrue(server.ask(Tus.request("GET /a.txt?upload=x")).endsWith("\n\nhello"));
    }

    // Upload Append.

    @Test
    void partsAreAppended() throws IOException {
        String name = begin("he");
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
        String name = begin("hello", "Upload-Length: 5");
        assertNull(server.object("a.txt"));
        assertStatus("201", "?1", server.ask(patch(name, 5, "", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void chunkedAppendHasTheLengthOfItsContent() throws IOException {
        String name = begin("he");
        assertStatus("201", "?1", server.ask(Tus.request("PATCH /a.txt?upload=" + name,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?1", "Transfer-Encoding: chunked")
                + "1\r\nl\r\n2\r\nlo\r\n0\r\n\r\n"));
        assertEquals("hello", server.object("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 999_999_999_999_999L})
    void otherOffsetIsRefused(long offset) throws IOException {
        String name = begin("he");
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
        assertEquals("2", Tus.field(head(name), "Upload-Offset"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "application/offset+octet-stream"})
    void otherTypeIsRefused(String type) throws IOException {
        String name = begin("he");
        assertStatus("415", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")
                .replace("application/partial-upload", type)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Upload-Complete: 1"})
    void appendThatDoesNotSayWhetherItIsTheLastIsRefused(String field) throws IOException {
        String name = begin("he");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo", field)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2.0", "\"2\"", "x"})
    void offsetThatIsNoIntegerCountsAsMissing(String offset) throws IOException {
        String name = begin("he");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")
                .replace("Upload-Offset: 2", "Upload-Offset: " + offset)));
    }

    @Test
    void completeUploadTakesNoMore() throws IOException {
        String name = begin("he");
        server.ask(patch(name, 2, "llo", "Upload-Complete: ?1"));
        String answer = server.ask(patch(name, 5, "!", "Upload-Complete: ?1"));
        assertStatus("400", "?0", answer);
        assertTrue(answer.contains(TYPES + "completed-upload"), answer);
        assertStatus("409", "?0", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
        assertEquals("hello", server.object("a.txt"));
    }

    @Test
    void clientThatLostTheLastResponseGetsItOnceMore() throws IOException {
        String name = begin("he");
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
        String name = begin("he");
        try (UploadClient client = server.connect()) {
            client.send(patch(name, 2, "llo", "Upload-Complete: ?1").replaceAll("lo$", ""))
                    .endOutput().rest();
        }
        String head = head(name);
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
        String name = begin("he");
        assertInconsistent(server.ask(
                patch(name, 2, "llo", "Upload-Complete: ?1", "Upload-Length: 6")));
    }

    @Test
    void lengthsThatDifferInTwoRequestsAreRefused() throws IOException {
        String name = begin("he", "Upload-Length: 5");
        assertInconsistent(server.ask(
                patch(name, 2, "l", "Upload-Complete: ?0", "Upload-Length: 6")));
        assertInconsistent(server.ask(patch(name, 2, "ll", "Upload-Complete: ?1")));
        assertStatus("201", "?1", server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")));
    }

    @Test
    void chunkedEndThatIsTooShortCompletesNothing() throws IOException {
        String name = begin("he", "Upload-Length: 5");
        assertInconsistent(server.ask(Tus.request("PATCH /a.txt?upload=" + name,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?1", "Transfer-Encoding: chunked")
                + "2\r\nll\r\n0\r\n\r\n"));
        assertNull(server.object("a.txt"));
        assertStatus("201", "?1", server.ask(patch(name, 4, "o", "Upload-Complete: ?1")));
    }

    @Test
    void offsetNeverExceedsTheLength() throws IOException {
        String name = begin("he", "Upload-Length: 5");
        assertStatus("400", "?0", server.ask(patch(name, 2, "llo!", "Upload-Complete: ?0")));
        assertEquals("404", Tus.status(head(name)));
        String chunked = begin("he", "Upload-Length: 5");
        assertStatus("400", "?0", server.ask(Tus.request("PATCH /a.txt?upload=" + chunked,
                "Content-Type: application/partial-upload", "Upload-Offset: 2",
                "Upload-Complete: ?0", "Transfer-Encoding: chunked")
                + "4\r\nllo!\r\n0\r\n\r\n"));
        assertEquals("404", Tus.status(head(chunked)));
        assertEquals(0, files());
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
        String name = begin("hello");
        assertStatus("413", "?0", server.ask(patch(name, 5, "!", "Upload-Complete: ?1")));
        assertEquals("5", Tus.field(head(name), "Upload-Offset"));
        assertStatus("201", "?1", server.ask(patch(name, 5, "", "Upload-Complete: ?1")));
    }

    // Upload Cancellation.

    @Test
    void cancelledUploadIsGone() throws IOException {
        String name = begin("he");
        assertEquals("HTTP/1.1 204 No Content\n\n",
                server.ask(Tus.request("DELETE /a.txt?upload=" + name)));
        assertEquals("404", Tus.status(head(name)));
        assertEquals(0, files());
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
            assertEquals("0", Tus.field(head(client.name()), "Upload-Offset"));
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
        String wrong = begin("he", "Repr-Digest: " + sha256("other"));
        assertStatus("400", "?1", server.ask(patch(wrong, 2, "llo", "Upload-Complete: ?1")));
        assertNull(server.object("a.txt"));
        String right = begin("he", "Repr-Digest: " + sha256("hello"));
        assertStatus("201", "?1", server.ask(patch(right, 2, "llo", "Upload-Complete: ?1")));
    }

    @Test
    void digestOfTheWholeIsToldIfItIsWished() throws IOException {
        String name = begin("he", "Want-Repr-Digest: sha-256=10");
        assertEquals(sha256("hello"), Tus.field(
                server.ask(patch(name, 2, "llo", "Upload-Complete: ?1")), "Repr-Digest"));
    }

    @Test
    void contentThatDoesNotMatchItsDigestIsDropped() throws IOException {
        String name = begin("he", "Content-Digest: " + sha256("he"));
        assertStatus("400", "?0", server.ask(patch(name, 2, "LLO", "Upload-Complete: ?1",
                "Content-Digest: " + sha256("llo"))));
        assertEquals("2", Tus.field(head(name), "Upload-Offset"));
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
        String head = head(name, v3);
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
        assertEquals("400", Tus.status(head(name, v3, "Upload-Offset: 5")));
    }

    @ParameterizedTest
    @CsvSource({"4, 201", "5, 201", "6, 415", "8, 415"})
    void typeOfAnAppendIsAskedForFromVersion6On(int version, String code) throws IOException {
        String name = begin("he");
        String answer = server.ask(patch(name, 2, "l", "Upload-Complete: ?0",
                "Upload-Draft-Interop-Version: " + version)
                .replace("Content-Type: application/partial-upload\n", ""));
        assertEquals(code, Tus.status(answer), answer);
    }
}
