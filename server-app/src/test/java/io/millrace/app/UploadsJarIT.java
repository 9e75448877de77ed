package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar's uploads that take several requests, and what its operator sees of them. */
@Timeout(120)
class UploadsJarIT {

    private static final String TUS = "Tus-Resumable: 1.0.0\r\n";

    @TempDir
    private Path folder;

    private static String create(String url, String name, int length) throws IOException {
        return RawRequest.send(url, "POST / HTTP/1.1\r\n" + TUS + "Upload-Length: " + length
                + "\r\nUpload-Metadata: filename " + Base64.getEncoder()
                        .encodeToString(name.getBytes(StandardCharsets.UTF_8)) + "\r\n", "");
    }

    private static String patch(String url, String location, int offset, String bytes)
            throws IOException {
        return RawRequest.send(url, "PATCH " + location + " HTTP/1.1\r\n" + TUS
                + "Upload-Offset: " + offset
                + "\r\nContent-Type: application/offset+octet-stream\r\n", bytes);
    }

    private static String get(String url, String path) throws IOException {
        return RawRequest.send(url, "GET " + path + " HTTP/1.1\r\n", "");
    }

    private static String path(String created) {
        assertEquals(201, RawRequest.status(created), created);
        String location = RawRequest.field(created, "Location");
        assertTrue(location.startsWith("/"), location);
        return location;
    }

    @Test
    void uploadSurvivesAKillAndIsListedUntilItIsWhole() throws Exception {
        String location;
        try (JarProcess jar = JarProcess.start(folder, "--port", "0")) {
            String url = jar.awaitUrl();
            location = path(create(url, "an \u00fcpload", 5));
            assertEquals(204, RawRequest.status(patch(url, location, 0, "he")));
            jar.kill();
        }
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--admin", "127.0.0.1:0")) {
            String line = jar.await("  admin     http");
            String admin = line.substring(line.lastIndexOf(' ') + 1);
            String url = jar.awaitUrl();
            String listed = RawRequest.body(get(admin, "/uploads"));
            assertTrue(listed.startsWith("{\"uploads\":[\n"
                    + "{\"path\":\"/an%20%C3%BCpload\",\"bytes\":2,\"length\":5,\"created\":\"20"),
                    listed);
            assertTrue(listed.endsWith(",\"active\":false}\n]}\n"), listed);
            String metrics = get(admin, "/metrics");
            assertTrue(metrics.contains("\nmillrace_store_resumable_uploads 1\n"), metrics);
            assertTrue(metrics.contains("\nmillrace_store_resumable_upload_bytes 2\n"), metrics);
            String head = RawRequest.send(url, "HEAD " + location + " HTTP/1.1\r\n" + TUS, "");
            assertEquals("2", RawRequest.field(head, "Upload-Offset"));
            assertEquals(404, RawRequest.status(get(url, "/an%20%C3%BCpload")));
            assertEquals(204, RawRequest.status(patch(url, location, 2, "llo")));
            assertEquals("hello", RawRequest.body(get(url, "/an%20%C3%BCpload")));
            assertEquals("{\"uploads\":[\n]}\n", RawRequest.body(get(admin, "/uploads")));
        }
    }

    @Test
    void flagsBoundTheUploads() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--max-uploads", "1",
                "--max-upload-bytes", "10", "--upload-expiry", "1s")) {
            String url = jar.awaitUrl();
            String location = path(create(url, "a", 10));
            assertEquals(503, RawRequest.status(create(url, "b", 1)));
            assertEquals(204, RawRequest.status(patch(url, location, 0, "0123456789")));
            assertEquals(413, RawRequest.status(create(url, "c", 11)));
            path(create(url, "d", 10));
        }
    }

    /** The script of docs/uploads.md, as it stands there. */
    private int send(String file, String url) throws Exception {
        Matcher script = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "uploads.md")));
        assertTrue(script.find());
        Path written = Files.writeString(folder.resolve("send"), script.group(1));
        Process sh = new ProcessBuilder("sh", written.toString(), file, url)
                .redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile()).start();
        try {
            assertTrue(sh.waitFor(60, TimeUnit.SECONDS));
            return sh.exitValue();
        } finally {
            sh.destroyForcibly();
        }
    }

    @Test
    @EnabledIf("hasCurl")
    void scriptOfTheDocsSendsAFileOrSaysWhyNot() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0")) {
            String url = jar.awaitUrl();
            Path file = Files.writeString(folder.resolve("a file"), "hello");
            assertEquals(0, send(file.toString(), url + "/a/b"), this::said);
            assertEquals("hello", RawRequest.body(get(url, "/a/b")));
            assertEquals(1, send(folder + "/no file", url + "/a/b"), this::said);
            assertEquals("hello", RawRequest.body(get(url, "/a/b")));
            assertEquals(1, send(file.toString(), url + "/a"), this::said);
            assertTrue(said().contains("409 Conflict"), this::said);
        }
    }

    static boolean hasCurl() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "curl")));
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--discard", "--read-only", "--contract=article"})
    void storeThatKeepsNoUploadsDoesNotOfferThem(String flag) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", flag, "--admin",
                "127.0.0.1:0")) {
            String line = jar.await("  admin     http");
            String url = jar.awaitUrl();
            String options = RawRequest.send(url, "OPTIONS / HTTP/1.1\r\n" + TUS, "");
            assertNull(RawRequest.field(options, "Tus-Version"), options);
            int status = RawRequest.status(create(url, "a", 1));
            assertTrue(status >= 400, "" + status);
            assertEquals("{\"uploads\":[\n]}\n", RawRequest.body(
                    get(line.substring(line.lastIndexOf(' ') + 1), "/uploads")));
        }
    }
}
