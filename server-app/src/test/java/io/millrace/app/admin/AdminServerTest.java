package io.millrace.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FileStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the second listener says before the store is served, then, and while that drains. */
@Timeout(60)
class AdminServerTest {

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        admin = AdminServer.start(new SocketAddress[] {
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)},
                Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE), "1.2.3");
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private String get(String path) throws Exception {
        return get(((InetSocketAddress) admin.addresses().get(0)).getPort(), path);
    }

    private String get(int port, String path) throws Exception {
        var response = client.send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + path)).build(), BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    @Test
    void whatIsStartingIsLiveAndNotReady() throws Exception {
        assertEquals("200 ok\n", get("/health/live"));
        assertEquals("503 starting\n", get("/health/ready"));
        String metrics = get("/metrics");
        assertTrue(metrics.contains("\nmillrace_build_info{version=\"1.2.3\"} 1\n"), metrics);
        assertTrue(metrics.contains("\njvm_memory_used_bytes{area=\"heap\"} "), metrics);
        assertFalse(metrics.contains("millrace_requests_total"), metrics);
        assertEquals("404 not found\n", get("/"));
    }

    @Test
    void storeIsReadyUntilItsServerDrains() throws Exception {
        try (FileStore store = FileStore.open(folder.resolve("data"));
                HttpServer server = HttpServer.start(
                        ServerOptions.builder().port(0).workers(1).build(), store)) {
            admin.tellOf(server, store);
            assertEquals("200 ok\n", get("/health/ready"));
            get(server.address().getPort(), "/absent");
            String metrics = get("/metrics");
            assertTrue(metrics.contains(
                    "\nmillrace_requests_total{method=\"GET\",status=\"4xx\"} 1\n"), metrics);
            assertTrue(metrics.contains("\nmillrace_store_disk_free_bytes "), metrics);
            server.stop(Duration.ZERO);
            assertEquals("503 draining\n", get("/health/ready"));
            assertEquals("200 ok\n", get("/health/live"));
            assertTrue(get("/metrics").contains("\nmillrace_draining 1\n"));
        }
    }

    @Test
    void storeWhoseFolderIsGoneIsLiveAndNotReady() throws Exception {
        try (FileStore store = FileStore.open(folder.resolve("data"));
                HttpServer server = HttpServer.start(
                        ServerOptions.builder().port(0).workers(1).build(), store)) {
            admin.tellOf(server, store);
            Files.move(folder.resolve("data"), folder.resolve("elsewhere"));
            assertEquals("503 the folder can't be used: it is gone\n", get("/health/ready"));
            assertEquals("200 ok\n", get("/health/live"));
        }
    }

    @Test
    void healthPathNeedsNoTokenAndIsNoObject() throws Exception {
        try (FileStore store = FileStore.open(folder.resolve("data"));
                HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                        .build(), new HealthPath("/healthz", store))) {
            int port = server.address().getPort();
            assertEquals("200 ok\n", get(port, "/healthz"));
            assertEquals(405, client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + "/healthz"))
                    .PUT(HttpRequest.BodyPublishers.ofString("object")).build(),
                    BodyHandlers.ofString()).statusCode());
            assertFalse(Files.exists(folder.resolve("data/healthz")));
            assertTrue(get(port, "/healthy").startsWith("404 "));
        }
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
