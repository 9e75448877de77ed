package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar's command verify, and what a PUT says of its object, over a start. */
class VerifyJarIT {

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(String url) {
        return HttpRequest.newBuilder(URI.create(url));
    }

    @Test
    void corruptObjectIsFoundBesideARunningStore() throws Exception {
        Path corrupt = folder.resolve("data/lib/one.jar");
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--keep-digests")) {
            String url = server.awaitUrl();
            for (String key : new String[] {"/lib/one.jar", "/lib/two.jar", "/three.txt"}) {
                assertEquals(201, send(to(url + key).PUT(BodyPublishers.ofString("x".repeat(5000))))
                        .statusCode());
            }
            try (JarProcess verify = JarProcess.start(folder, "verify", "data")) {
                assertEquals(0, verify.exitCode(), verify.out() + verify.err());
                assertTrue(verify.out().contains("  intact             3\n"), verify.out());
                assertEquals("", verify.err());
            }
            FileTime time = Files.getLastModifiedTime(corrupt);
            try (RandomAccessFile file = new RandomAccessFile(corrupt.toFile(), "rw")) {
                file.seek(4096);
                file.write('y');
            }
            Files.setLastModifiedTime(corrupt, time);
            try (JarProcess verify = JarProcess.start(folder, "verify", "data", "--rate",
                    "unlimited")) {
                assertEquals(1, verify.exitCode(), verify.out());
                assertTrue(verify.out().startsWith("corrupt: /lib/one.jar: expected sha-256=:"),
                        verify.out());
                assertTrue(verify.out().contains("  intact             2\n"
                        + "  corrupt            1\n"), verify.out());
            }
        }
    }

    @Test
    void checkThatIsStoppedSaysWhatItHasFoundSoFar() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--keep-digests")) {
            String url = server.awaitUrl();
            for (int i = 0; i < 50; i++) {
                assertEquals(201, send(to(url + "/" + i).PUT(
                        BodyPublishers.ofString("x".repeat(10)))).statusCode());
            }
        }
        for (int i = 0; i < 50; i++) {
            Path corrupt = folder.resolve("data/" + i);
            FileTime time = Files.getLastModifiedTime(corrupt);
            Files.writeString(corrupt, "y".repeat(10));
            Files.setLastModifiedTime(corrupt, time);
        }
        // A second for each object.
        try (JarProcess verify = JarProcess.start(folder, "verify", "data", "--rate", "10")) {
            verify.await("corrupt: /");
            verify.terminate();
            assertEquals(143, verify.exitCode(), verify.err());
            assertTrue(verify.out().contains(", stopped before the end\n"), verify.out());
        }
    }

    @Test
    void whatAPutSaysIsServedAfterAStart() throws Exception {
        String url;
        try (JarProcess server = JarProcess.start(folder, "--port", "0")) {
            url = server.awaitUrl();
            assertEquals(201, send(to(url + "/d/app.js").header("Content-Type", "text/x-mine")
                    .header("Content-Encoding", "br").header("Cache-Control", "max-age=9")
                    .PUT(BodyPublishers.ofString("coded"))).statusCode());
            server.kill();
        }
        try (JarProcess server = JarProcess.start(folder, "--port", "0")) {
            HttpResponse<String> got = send(to(server.awaitUrl() + "/d/app.js"));
            assertEquals("coded", got.body());
            assertEquals("text/x-mine", got.headers().firstValue("Content-Type").orElse(""));
            assertEquals("br", got.headers().firstValue("Content-Encoding").orElse(""));
            assertEquals("max-age=9", got.headers().firstValue("Cache-Control").orElse(""));
        }
    }
}
