package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9110 asks of methods, asked of the strict store over a socket, to the byte. */
class SemanticsIT {

    private static final String ALLOW = "\r\nAllow: GET, HEAD, PUT, DELETE, MOVE, OPTIONS\r\n";

    @TempDir
    private Path folder;

    private JarProcess start() throws IOException {
        Files.createDirectories(folder.resolve("data/a/b/c"));
        Files.writeString(folder.resolve("data/key"), "hello");
        Files.writeString(folder.resolve("data/a/b/c/key"), "hello");
        return JarProcess.start(folder, "--port", "0");
    }

    /** All that comes back for a request whose head lacks its last fields. */
    private static String answer(String url, String start) throws IOException {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write((start + "Host: h\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
        }
    }

    private static String withoutDate(String answer) {
        assertTrue(answer.matches("(?s).*\r\nDate: [A-Z][a-z]{2}, [0-9 A-Za-z:]+ GMT\r\n.*"),
                answer);
        return answer.replaceAll("Date: [^\r]*\r\n", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/key", "/absent", "/no/such/place", "/%zz", "/a/b/c/key",
        "/a/b/c/absent", "/a/b/key", "/a//b/c/key"})
    void headHasTheFieldsOfGetToTheByte(String path) throws Exception {
        try (JarProcess server = start()) {
            String url = server.awaitUrl();
            String get = withoutDate(answer(url, "GET " + path + " HTTP/1.1\r\n"));
            String head = withoutDate(answer(url, "HEAD " + path + " HTTP/1.1\r\n"));
            assertEquals(get.substring(0, get.indexOf("\r\n\r\n") + 4), head);
            assertTrue(get.length() > head.length(), get);
        }
    }

    @Test
    void optionsOfTheServerAndOfAnObjectNameTheMethodsAndUploads() throws Exception {
        try (JarProcess server = start()) {
            String url = server.awaitUrl();
            String expected = "HTTP/1.1 204 No Content" + ALLOW.stripTrailing()
                    + ", POST, PATCH\r\nTus-Resumable: 1.0.0\r\nTus-Version: 1.0.0\r\n"
                    + "Tus-Extension: creation,creation-with-upload,creation-defer-length,"
                    + "expiration,checksum,termination,concatenation\r\n"
                    + "Tus-Checksum-Algorithm: sha1,sha256,sha512,md5\r\n"
                    + "Accept-Patch: application/partial-upload\r\n"
                    + "Upload-Limit: max-age=86400\r\nConnection: close\r\n\r\n";
            assertEquals(expected, withoutDate(answer(url, "OPTIONS * HTTP/1.1\r\n")));
            assertEquals(expected, withoutDate(answer(url, "OPTIONS /key HTTP/1.1\r\n")));
        }
    }

    @Test
    void traceIsRefusedAndNothingOfItEchoed() throws Exception {
        try (JarProcess server = start()) {
            String answer = answer(server.awaitUrl(),
                    "TRACE /key HTTP/1.1\r\nAuthorization: Bearer secret\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 405 Method Not Allowed\r\n"), answer);
            assertFalse(answer.contains("secret") || answer.contains("TRACE"), answer);
        }
    }

    @Test
    void methodThatIsNotAllowedIsToldWhichAreAndAnUnknownOneIsNotImplemented()
            throws Exception {
        try (JarProcess server = start()) {
            String url = server.awaitUrl();
            String notAllowed = answer(url, "POST /key HTTP/1.1\r\n");
            assertTrue(notAllowed.startsWith("HTTP/1.1 405 Method Not Allowed\r\n"), notAllowed);
            assertTrue(notAllowed.contains(ALLOW), notAllowed);
            String unknown = answer(url, "FOO /key HTTP/1.1\r\n");
            assertTrue(unknown.startsWith("HTTP/1.1 501 Not Implemented\r\n"), unknown);
        }
    }
}
