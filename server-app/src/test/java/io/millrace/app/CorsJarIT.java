package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar with {@code --cors}, as pages of other sites see it. */
@Timeout(120)
class CorsJarIT {

    private static final String PREFLIGHT = "OPTIONS /a HTTP/1.1\r\n"
            + "Origin: https://app.example\r\nAccess-Control-Request-Method: PATCH\r\n"
            + "Access-Control-Request-Headers: tus-resumable\r\n";

    @TempDir
    private Path folder;

    private static String get(String url, String fields) throws IOException {
        return RawRequest.send(url, "GET /a HTTP/1.1\r\n" + fields, "");
    }

    private static List<String> names(String response, String field) {
        int from = response.indexOf("\r\n" + field + ": ") + field.length() + 4;
        return List.of(response.substring(from, response.indexOf("\r\n", from)).split(", "));
    }

    @Test
    void pagesOfNamedSitesMayUploadAndReadTheOutcome() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--cors",
                "https://app.example,http://localhost:3000", "--cors", "https://b.example")) {
            String url = jar.awaitUrl();
            String allowed = RawRequest.send(url, PREFLIGHT, "");
            assertTrue(allowed.startsWith("HTTP/1.1 204 "), allowed);
            assertEquals(List.of("https://app.example"),
                    names(allowed, "Access-Control-Allow-Origin"));
            assertTrue(names(allowed, "Access-Control-Allow-Methods")
                    .containsAll(List.of("PUT", "PATCH", "DELETE", "MOVE")), allowed);
            assertTrue(names(allowed, "Access-Control-Allow-Headers").containsAll(
                    List.of("Authorization", "Tus-Resumable", "Upload-Offset", "Upload-Length",
                            "Upload-Metadata", "Upload-Complete", "If-None-Match", "Destination")),
                    allowed);
            String put = RawRequest.send(url,
                    "PUT /a HTTP/1.1\r\nOrigin: https://b.example\r\n", "x");
            assertTrue(put.startsWith("HTTP/1.1 201 "), put);
            assertEquals(List.of("https://b.example"), names(put, "Access-Control-Allow-Origin"));
            assertTrue(names(put, "Access-Control-Expose-Headers").containsAll(
                    List.of("ETag", "Location", "Upload-Offset", "Tus-Resumable")), put);
            assertFalse(put.contains("Access-Control-Allow-Credentials"), put);
        }
    }

    @Test
    void otherSitesAreRefusedTheirPreflightAndSeeNothing() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--cors",
                "https://app.example")) {
            String url = jar.awaitUrl();
            String refused = RawRequest.send(url, PREFLIGHT.replace("app.", "other."), "");
            assertTrue(refused.startsWith("HTTP/1.1 403 "), refused);
            for (String fields : List.of("Origin: https://other.example\r\n", "")) {
                String response = get(url, fields);
                assertTrue(response.startsWith("HTTP/1.1 404 "), response);
                assertFalse(response.contains("Access-Control-"), response);
                assertEquals(List.of("Origin"), names(response, "Vary"));
            }
        }
    }

    @Test
    void withoutTheFlagNoSiteIsAllowed() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0")) {
            String url = jar.awaitUrl();
            assertFalse(RawRequest.send(url, PREFLIGHT, "").contains("Access-Control-"));
            assertFalse(get(url, "Origin: https://app.example\r\n").contains("Vary"));
        }
    }

    @Test
    void storedPageInItsSandboxUsesTheStoreByATokenThatItSendsItself() throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "t\n");
        String preflight = PREFLIGHT.replace("https://app.example", "null");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file", "tokens",
                "--wrong-token-delay", "0s")) {
            String url = jar.awaitUrl();
            String withToken = preflight.replace("tus-resumable", "Tus-Resumable, authorization");
            String granted = RawRequest.send(url, withToken, "");
            assertEquals(204, RawRequest.status(granted));
            assertEquals("null", RawRequest.field(granted, "Access-Control-Allow-Origin"));
            String put = RawRequest.send(url, "PUT /a HTTP/1.1\r\nOrigin: null\r\n"
                    + "Authorization: Bearer t\r\n", "x");
            assertEquals(201, RawRequest.status(put));
            assertEquals("null", RawRequest.field(put, "Access-Control-Allow-Origin"));
            assertTrue(names(put, "Access-Control-Expose-Headers").contains("ETag"), put);
            assertFalse(put.contains("Access-Control-Allow-Credentials"), put);
            assertEquals(403, RawRequest.status(RawRequest.send(url, preflight, "")));
            for (String fields : List.of("", "Authorization: Bearer wrong\r\n")) {
                String refused = get(url, "Origin: null\r\n" + fields);
                assertEquals(401, RawRequest.status(refused));
                assertFalse(refused.contains("Access-Control-"), refused);
            }
            String other = get(url, "Origin: https://a.example\r\nAuthorization: Bearer t\r\n");
            assertEquals(200, RawRequest.status(other));
            assertFalse(other.contains("Access-Control-"), other);
        }
    }

    @Test
    void storeWithoutASandboxKnowsNoPagesWithoutAnOrigin() throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "t\n");
        String preflight = PREFLIGHT.replace("https://app.example", "null")
                .replace("tus-resumable", "authorization");
        for (String flag : List.of("--open-reads", "--read-only")) {
            try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file",
                    "tokens", flag)) {
                String url = jar.awaitUrl();
                assertFalse(RawRequest.send(url, preflight, "").contains("Access-Control-"));
            }
            Files.createDirectories(folder.resolve("data"));
        }
    }

    @Test
    void refusalForWantOfATokenMayBeRead() throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "t\n");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file", "tokens",
                "--cors", "*")) {
            String url = jar.awaitUrl();
            assertTrue(RawRequest.send(url, PREFLIGHT, "").startsWith("HTTP/1.1 204 "));
            String refused = get(url, "Origin: https://any.example\r\n");
            assertTrue(refused.startsWith("HTTP/1.1 401 "), refused);
            assertEquals(List.of("*"), names(refused, "Access-Control-Allow-Origin"));
            String missing = get(url, "Origin: https://any.example\r\nAuthorization: Bearer t\r\n");
            assertTrue(missing.startsWith("HTTP/1.1 404 "), missing);
        }
    }
}
