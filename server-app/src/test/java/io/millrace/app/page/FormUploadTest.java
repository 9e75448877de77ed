package io.millrace.app.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormUploadTest {

    private static final String REPLACE =
            "--b\r\nContent-Disposition: form-data; name=\"replace\"\r\n\r\nyes\r\n";

    @TempDir
    Path folder;

    private static String file(String name, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: text/x-mine\r\n\r\n" + content + "\r\n";
    }

    private static String post(String target, String body, String... fields) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: multipart/form-data; boundary=b\r\n" + String.join("", fields)
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n"
                + body;
    }

    private PageServer server() throws IOException {
        return new PageServer(folder, options -> options);
    }

    /** The names of what is stored; what the store keeps for itself is none of it. */
    private List<String> stored() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith(".millrace") && !name.isEmpty()).sorted()
                    .toList();
        }
    }

    /** What is under way; nothing may be left of what was given up. */
    private List<String> parts() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".millrace.parts"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertStatus(int status, String response) {
        assertTrue(response.startsWith("HTTP/1.1 " + status + ' '), response);
    }

    private static void assertRefused(int status, String text, String response) {
        assertStatus(status, response);
        assertTrue(response.contains("\r\nContent-Type: text/html; charset=utf-8\r\n"), response);
        assertTrue(response.contains("\r\nContent-Security-Policy: default-src 'none'"), response);
        assertTrue(response.contains(text), response);
    }

    @Test
    void fileOfAFormIsStoredAndTheBrowserGoesBackToTheFolder() throws Exception {
        try (PageServer server = server()) {
            String response = server.exchange(post("/a/", file("f.txt", "hello") + "--b--\r\n"));
            assertStatus(303, response);
            assertTrue(response.contains("\r\nLocation: ./\r\n"), response);
            assertEquals(List.of("a", "a/f.txt"), stored());
            assertEquals("hello", Files.readString(folder.resolve("a/f.txt")));
            assertTrue(server.send("GET", "/a/f.txt")
                    .contains("\r\nContent-Type: text/x-mine\r\n"), "the type of the part");
        }
    }

    @Test
    void formCutInTwoAtAnyPositionIsStored() throws Exception {
        String request = post("/", REPLACE + file("f.txt", "a\r\n--c\r\n-b") + "--b--\r\n");
        try (PageServer server = server()) {
            for (int at = 1; at < request.length(); at++) {
                String response = server.exchange(request.substring(0, at), request.substring(at));
                assertStatus(303, response);
                assertEquals("a\r\n--c\r\n-b", Files.readString(folder.resolve("f.txt")),
                        "cut at " + at);
            }
            assertEquals(List.of("f.txt"), stored());
        }
    }

    @Test
    void formThatEndsAtAnyPositionStoresNothing() throws Exception {
        String body = file("f.txt", "hello") + "--b--\r\n";
        try (PageServer server = server()) {
            int end = body.length() - 2; // the last line break is of no importance
            for (int at = 0; at < end; at++) {
                String response = server.exchange(post("/", body.substring(0, at)));
                assertFalse(response.startsWith("HTTP/1.1 303 "), "cut at " + at);
                assertFalse(response.startsWith("HTTP/1.1 5"), response);
                assertEquals(List.of(), stored(), "cut at " + at);
            }
            assertEquals(List.of(), parts());
            assertStatus(303, server.exchange(post("/", body.substring(0, end))));
        }
    }

    @Test
    void clientThatLeavesInTheMiddleLeavesNothing() throws Exception {
        String request = post("/", file("f.txt", "hello") + "--b--\r\n");
        try (PageServer server = server()) {
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write(
                        PageServer.bytes(request.substring(0, request.indexOf("hello") + 3)));
                socket.shutdownOutput();
                PageServer.read(socket);
            }
            assertEquals(List.of(), stored());
            assertEquals(List.of(), parts());
        }
    }

    @Test
    void largeFileIsStoredByteByByte() throws Exception {
        byte[] content = new byte[5_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ('\n' + i % 64 + (i >> 16) % 8); // line breaks among them
        }
        String text = new String(content, StandardCharsets.US_ASCII);
        try (PageServer server = server()) {
            assertStatus(303, server.exchange(post("/", file("f", text) + "--b--\r\n")));
            assertArrayEquals(content, Files.readAllBytes(folder.resolve("f")));
        }
    }

    @Test
    void emptyFileIsStored() throws Exception {
        try (PageServer server = server()) {
            assertStatus(303, server.exchange(post("/", file("f", "") + "--b--\r\n")));
            assertEquals(0, Files.size(folder.resolve("f")));
        }
    }

    @Test
    void nameThatIsTakenIsRefusedUnlessReplaceIsTicked() throws Exception {
        Files.writeString(folder.resolve("f"), "old");
        try (PageServer server = server()) {
            assertRefused(412, "tick &quot;Replace a file of the same name&quot;",
                    server.exchange(post("/", file("f", "new") + "--b--\r\n")));
            assertEquals("old", Files.readString(folder.resolve("f")));
            assertStatus(303, server.exchange(post("/", REPLACE + file("f", "new") + "--b--\r\n")));
            assertEquals("new", Files.readString(folder.resolve("f")));
        }
    }

    @Test
    void nameIsOnePathSegmentWhateverIsInIt() throws Exception {
        try (PageServer server = server()) {
            for (String name : List.of("a?b#c%2f", "../../up", "C:\\x\\y", "<b>\u00fc&")) {
                assertStatus(303, server.exchange(post("/d/", file(name, "x") + "--b--\r\n")));
            }
            assertEquals(List.of("d", "d/<b>\u00fc&", "d/a?b#c%2f", "d/up", "d/y"), stored());
        }
    }

    @Test
    void nameThatTheStoreRefusesIsRefusedWithItsSentence() throws Exception {
        try (PageServer server = server()) {
            String response = server.exchange(
                    post("/", file(".millrace.parts", "x") + "--b--\r\n"));
            assertRefused(400, "<h1>The file was not uploaded</h1>", response);
            assertEquals(List.of(), stored());
        }
    }

    @Test
    void formWithoutAFileSaysToChooseOne() throws Exception {
        try (PageServer server = server()) {
            assertRefused(400, "Go back and choose one.",
                    server.exchange(post("/", file("", "") + "--b--\r\n")));
            assertRefused(400, "Go back and choose one.",
                    server.exchange(post("/", REPLACE + "--b--\r\n")));
            assertEquals(List.of(), stored());
        }
    }

    @Test
    void secondFileRefusesTheFirstOneToo() throws Exception {
        try (PageServer server = server()) {
            assertRefused(400, "one at a time", server.exchange(
                    post("/", file("a", "1") + file("b", "2") + "--b--\r\n")));
            assertEquals(List.of(), stored());
            assertEquals(List.of(), parts());
        }
    }

    @Test
    void malformedFormIsRefused() throws Exception {
        try (PageServer server = server()) {
            assertRefused(400, "Malformed form", server.exchange(
                    post("/", file("a", "1") + "--bx\r\n")));
            assertRefused(400, "boundary", server.exchange(
                    post("/", "x").replace("; boundary=b", "")));
            assertEquals(List.of(), stored());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example\r\n", "Origin: null\r\n",
        "Origin: http://localhost:81\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost\r\n"})
    void formOfAnotherSiteIsRefused(String fields) throws Exception {
        try (PageServer server = server()) {
            assertRefused(403, "another site", server.exchange(
                    post("/", file("a", "1") + "--b--\r\n", fields)));
            assertEquals(List.of(), stored());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Origin: http://localhost\r\n", "Origin: https://LOCALHOST\r\n",
        "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n",
        "Sec-Fetch-Site: same-origin\r\nOrigin: https://files.example\r\n"})
    void formOfThisSiteIsTaken(String fields) throws Exception {
        try (PageServer server = server()) {
            assertStatus(303, server.exchange(
                    post("/", file("a", "1") + "--b--\r\n", fields)));
        }
    }

    @Test
    void formWithoutItsTokenIsChallengedAndStoresNothing() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options.token("secret"))) {
            String body = file("a", "1") + "--b--\r\n";
            String response = server.exchange(post("/", body));
            assertStatus(401, response);
            assertTrue(response.contains("\r\nWWW-Authenticate: "), response);
            assertStatus(401, server.exchange(
                    post("/", body, "Authorization: Bearer wrong\r\n")));
            assertEquals(List.of(), stored());
            assertStatus(303, server.exchange(
                    post("/", body, "Authorization: Bearer secret\r\n")));
        }
    }

    @Test
    void tokenThatMayOnlyReadIsForbidden() throws Exception {
        AccessRules rules = AccessRules.parse("reader token-of-32-characters-0000000 rl");
        try (PageServer server = new PageServer(folder, options -> options.access(rules))) {
            assertRefused(403, "The file was not uploaded", server.exchange(
                    post("/", file("a", "1") + "--b--\r\n",
                            "Authorization: Bearer token-of-32-characters-0000000\r\n")));
            assertEquals(List.of(), stored());
        }
    }

    @Test
    void readOnlyStoreRefusesForms() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options.readOnly(true))) {
            assertStatus(405, server.exchange(post("/", file("a", "1") + "--b--\r\n")));
            assertEquals(List.of(), stored());
        }
    }

    @Test
    void quotaEndsAFormAndLeavesNothing() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options.quotaBytes(1000))) {
            assertStatus(303, server.exchange(
                    post("/", file("a", "x".repeat(1000)) + "--b--\r\n")));
            assertRefused(507, "The file was not uploaded", server.exchange(
                    post("/", file("b", "x") + "--b--\r\n")));
            assertEquals(List.of("a"), stored());
            assertEquals(List.of(), parts());
        }
    }

    @Test
    void otherPostsAreTheStoresMatter() throws Exception {
        try (PageServer server = server()) {
            assertStatus(405, server.exchange(post("/a", file("a", "1") + "--b--\r\n")));
            assertStatus(405, server.exchange(post("/", "x")
                    .replace("multipart/form-data; boundary=b", "text/plain")));
        }
    }
}
