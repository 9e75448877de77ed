package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar's second listener and the command health, as a supervisor uses them. */
@Timeout(120)
class AdminJarIT {

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private String get(String url) throws Exception {
        var response = client.send(HttpRequest.newBuilder(URI.create(url)).build(),
                BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private void assertHealth(int exitCode, String out, String err, String at) throws Exception {
        try (JarProcess health = JarProcess.start(folder, "health", at)) {
            assertEquals(exitCode, health.exitCode(), health.err());
            assertEquals(out, health.out());
            assertEquals(err, health.err());
        }
    }

    @Test
    void adminRespondsWhileTheStoreDrains() throws Exception {
        try (JarProcess store = JarProcess.start(folder, "--port", "0", "--admin",
                "127.0.0.1:0,unix:admin.sock", "--drain", "90s")) {
            String line = store.await("  admin     http");
            String admin = line.substring(line.lastIndexOf(' ') + 1);
            URI url = URI.create(store.awaitUrl());
            assertEquals("200 ok\n", get(admin + "/health/live"));
            assertHealth(0, admin + ": ok\n", "", admin);
            assertHealth(0, "unix:admin.sock: ok\n", "", "unix:admin.sock");
            try (Socket upload = new Socket(url.getHost(), url.getPort())) {
                upload.getOutputStream().write(("PUT /a HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 2\r\n\r\n1").getBytes(StandardCharsets.US_ASCII));
                awaitIn(admin + "/metrics", "\nmillrace_uploads_in_progress 1\n");
                store.terminate();
                awaitIn(admin + "/health/ready", "503 draining\n");
                assertHealth(1, "", "millrace: " + admin + ": not ready, 503 draining\n", admin);
                assertTrue(get(admin + "/metrics").contains("\nmillrace_draining 1\n"));
                upload.getOutputStream().write('2');
                byte[] status = upload.getInputStream().readNBytes(12);
                assertEquals("HTTP/1.1 201", new String(status, StandardCharsets.US_ASCII));
            }
            assertEquals(0, store.exitCode(), store.err());
            assertEquals("", store.err());
        }
        assertHealth(1, "", "millrace: unix:admin.sock: No such file or directory\n",
                "unix:admin.sock");
    }

    private void awaitIn(String url, String text) throws Exception {
        while (!get(url).contains(text)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void addressThatIsNotLoopbackIsAWarning() throws Exception {
        try (JarProcess store = JarProcess.start(folder, "--port", "0", "--admin", "0.0.0.0:0",
                "--health-path", "/healthz")) {
            String line = store.await("  admin     http");
            String admin = line.substring(line.lastIndexOf(' ') + 1);
            assertEquals("200 ok\n", get(store.awaitUrl() + "/healthz"));
            assertEquals(List.of("millrace: every client that can reach " + admin + " may read the"
                    + " metrics: let --admin listen on 127.0.0.1 or a Unix domain socket"),
                    store.err().lines().toList());
        }
    }
}
