package io.millrace.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.accesslog.AccessLog;
import io.millrace.accesslog.AccessLogFormat;
import io.millrace.http.RequestHead;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads.Unfinished;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FolderStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the second listener says of a store that is served, that drains, and that is broken. */
@Timeout(60)
class AdminHandlerTest {

    @TempDir
    Path folder;

    private FolderStore store;
    private HttpServer server;
    private HttpServer admin;
    private AccessLog log;

    @BeforeEach
    void start() throws IOException {
        store = FolderStore.open(folder.resolve("data"));
        log = AccessLog.toFile(folder.resolve("access.log"), AccessLogFormat.COMMON);
        server = HttpServer.start(
                ServerOptions.builder().port(0).workers(1).listener(log).build(), store);
        admin = HttpServer.start(AdminHandler.options().port(0).build(),
                AdminHandler.of(server, MetricsSource.of(store), store::checkFolder, null,
                        List.of(log), "1.2.3"));
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        server.close();
        log.close();
        store.close();
    }

    private String get(String path) throws Exception {
        return get(admin.address().getPort(), path);
    }

    private static String get(int port, String path) throws IOException {
        HttpURLConnection connection = connect(port, path);
        try (InputStream body = connection.getResponseCode() < 400 ? connection.getInputStream()
                : connection.getErrorStream()) {
            return connection.getResponseCode() + " "
                    + new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HttpURLConnection connect(int port, String path) throws IOException {
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL()
                .openConnection();
    }

    @Test
    void storeIsReadyUntilItsServerDrains() throws Exception {
        assertEquals("200 ok\n", get("/health/live"));
        assertEquals("200 ok\n", get("/health/ready"));
        assertEquals("404 not found\n", get("/"));
        get(server.address().getPort(), "/absent");
        assertTrue(log.flush(Duration.ofSeconds(20)));
        String metrics = get("/metrics");
        for (String line : new String[] {"millrace_build_info{version=\"1.2.3\"} 1",
            "millrace_requests_total{method=\"GET\",status=\"4xx\"} 1",
            "millrace_access_log_lines_total 1", "millrace_access_log_lines_lost_total 0",
            "millrace_store_disk_free_bytes ", "jvm_memory_used_bytes{area=\"heap\"} "}) {
            assertTrue(metrics.contains("\n" + line), metrics);
        }
        server.stop(Duration.ZERO);
        assertEquals("503 draining\n", get("/health/ready"));
        assertEquals("200 ok\n", get("/health/live"));
        assertTrue(get("/metrics").contains("\nmillrace_draining 1\n"));
    }

    @Test
    void storeWhoseFolderIsGoneIsLiveAndNotReady() throws Exception {
        Files.move(folder.resolve("data"), folder.resolve("elsewhere"));
        assertEquals("503 the folder can't be used: it is gone\n", get("/health/ready"));
        assertEquals("200 ok\n", get("/health/live"));
    }

    @Test
    void healthPathNeedsNoTokenAndIsNoObject() throws Exception {
        store.access(AccessRules.token("secret"));
        try (HttpServer own = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                new HealthPath("/healthz", store::checkFolder, store))) {
            int port = own.address().getPort();
            assertEquals("200 ok\n", get(port, "/healthz"));
            HttpURLConnection put = connect(port, "/healthz");
            put.setRequestMethod("PUT");
            put.setDoOutput(true);
            put.getOutputStream().write('a');
            assertEquals(405, put.getResponseCode());
            assertFalse(Files.exists(folder.resolve("data/healthz")));
            assertTrue(get(port, "/healthy").startsWith("401 "));
            assertTrue(get(port, "/healthz/a").startsWith("401 "));
        }
    }

    // What supervisors restart a process for must not depend on the disk.
    @Test
    void scrapesThatWaitForTheDiskHoldUpNeitherHealthNorThoseBeyondSixteen() throws Exception {
        Semaphore disk = new Semaphore(0);
        List<Socket> scrapes = new ArrayList<>();
        try (HttpServer own = HttpServer.start(AdminHandler.options().port(0).build(),
                AdminHandler.of(server, figures -> disk.acquireUninterruptibly(), () -> { }, null,
                        List.of(), "1"))) {
            int port = own.address().getPort();
            try {
                for (int i = 0; i < 18; i++) { // one that the thread is at, and sixteen
                    Socket scrape = new Socket("127.0.0.1", port);
                    scrapes.add(scrape);
                    scrape.getOutputStream().write(
                            "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
                assertTrue(firstResponse(scrapes).startsWith("HTTP/1.1 503 "));
                assertEquals("200 ok\n", get(port, "/health/live"));
                assertEquals("200 ok\n", get(port, "/health/ready"));
            } finally {
                disk.release(scrapes.size());
                for (Socket scrape : scrapes) {
                    scrape.close();
                }
            }
        }
    }

    private static String firstResponse(List<Socket> clients) throws IOException {
        long beganNs = System.nanoTime();
        while (true) {
            for (Socket client : clients) {
                if (client.getInputStream().available() > 0) {
                    return new String(client.getInputStream().readAllBytes(),
                            StandardCharsets.US_ASCII);
                }
            }
            assertTrue(System.nanoTime() - beganNs < 30_000_000_000L, "no response");
            Thread.onSpinWait();
        }
    }

    @Test
    void storeThatKeepsNoUploadsHasNone() throws Exception {
        HttpURLConnection uploads = connect(admin.address().getPort(), "/uploads");
        assertEquals(200, uploads.getResponseCode());
        assertEquals("{\"uploads\":[\n]}\n", new String(uploads.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8));
        assertEquals("application/json", uploads.getContentType());
        assertEquals("no-store", uploads.getHeaderField("Cache-Control"));
    }

    @Test
    void eachUploadIsALineWithWhatIsKnownOfIt() {
        assertEquals("""
                {"uploads":[
                {"path":"/a%20b","bytes":2,"length":5,"created":"2026-01-02T03:04:05Z",\
                "changed":"2026-01-02T03:04:06Z","active":true},
                {"path":"/c","bytes":3,"length":null,"created":"2026-01-03T00:00:00Z",\
                "changed":"2026-01-04T00:00:00Z","active":false}
                ]}
                """, UploadsHandler.json(List.of(
                new Unfinished("/a%20b", 2, 5, Instant.parse("2026-01-02T03:04:05Z"),
                        Instant.parse("2026-01-02T03:04:06Z"), true),
                new Unfinished("/c", 3, RequestHead.UNKNOWN_LENGTH,
                        Instant.parse("2026-01-03T00:00:00Z"),
                        Instant.parse("2026-01-04T00:00:00Z"), false))));
    }

    @Test
    void pathWithAQueryAnEscapeOrASpaceIsRefused() {
        for (String path : new String[] {"/", "/healthz", "/.millrace-health", "/a/b.c~d_e!$&'()*"
                + "+,;=:@"}) {
            assertTrue(HealthPath.isPath(path), path);
        }
        for (String path : new String[] {"", "healthz", "/a?b", "/a%20", "/a b", "/a#b", "/a\"",
            "/ä", "/a\\b"}) {
            assertFalse(HealthPath.isPath(path), path);
        }
    }
}
