package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A site in a server: raw bytes in, raw bytes out; and a folder that changes meanwhile. */
class SiteServerTest {

    private static final int READ_TIMEOUT_MS = 60_000;
    private static final FileTime OLD = FileTime.from(Instant.ofEpochSecond(784_111_777));

    @TempDir
    Path above;
    private Path folder;
    private HttpServer server;

    @BeforeEach
    void makeASite() throws IOException {
        folder = Files.createDirectory(above.resolve("site"));
        Files.writeString(folder.resolve("index.html"), "home");
        Files.createDirectory(folder.resolve("docs"));
        Files.writeString(folder.resolve("docs/index.html"), "docs");
        Files.writeString(above.resolve("secret.txt"), "secret");
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private void serve(Handler handler) throws IOException {
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), handler);
    }

    /** Everything that is answered to these bytes. */
    private String answer(String requests) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.connect(server.address(), READ_TIMEOUT_MS);
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String target, String... lines) throws IOException {
        return answer("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("\r\n", lines) + (lines.length == 0 ? "" : "\r\n") + "\r\n");
    }

    private static String status(String answer) {
        return answer.substring(0, answer.indexOf("\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../secret.txt", "/..\\secret.txt", "/%2e%2e/secret.txt",
        "/..%2fsecret.txt", "/..%5csecret.txt", "/docs/../../secret.txt",
        "http://localhost/../secret.txt", "/%c0%ae%c0%ae/secret.txt", "//secret.txt",
        "/../site/../secret.txt", "/docs/..;/..;/../secret.txt", "/secret.txt%00.html"})
    void nothingLeadsOut(String target) throws IOException {
        serve(StaticSite.of(folder));
        String bare = get(target);
        assertEquals("HTTP/1.1 400 Bad Request", status(bare));
        assertFalse(bare.contains("secret\n") || bare.endsWith("secret"), bare);
        server.close();
        serve(Routes.builder().get("/{path...}", StaticSite.of(folder)).build());
        assertEquals("HTTP/1.1 400 Bad Request", status(get(target)));
    }

    @ParameterizedTest
    @CsvSource({"/, HTTP/1.1 200 OK", "/docs/, HTTP/1.1 200 OK",
        "/docs, HTTP/1.1 308 Permanent Redirect", "/none, HTTP/1.1 404 Not Found",
        "/secret.txt, HTTP/1.1 404 Not Found"})
    void siteBelowRoutesIsTheSame(String target, String status) throws IOException {
        serve(Routes.builder().get("/{path...}", StaticSite.of(folder)).build());
        assertEquals(status, status(get(target)));
    }

    @Test
    void siteBelowAPrefixIsMountedByTwoRoutes() throws IOException {
        Handler site = StaticSite.builder(folder).at("/app").build();
        serve(Routes.builder().get("/app", site).get("/app/{path...}", site).build());
        assertTrue(get("/app").contains("\r\nLocation: /app/\r\n"));
        assertTrue(get("/app/").endsWith("\r\n\r\nhome"));
        assertTrue(get("/app/docs?q=1").contains("\r\nLocation: /app/docs/?q=1\r\n"));
        assertEquals("HTTP/1.1 404 Not Found", status(get("/docs/")));
    }

    @Test
    void headHasTheFieldsAndNoBytes() throws IOException {
        Files.setLastModifiedTime(folder.resolve("index.html"), OLD);
        serve(StaticSite.of(folder));
        String request = "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assertEquals("""
                HTTP/1.1 200 OK
                X-Content-Type-Options: nosniff
                Content-Type: text/html; charset=utf-8
                Cache-Control: no-cache
                Accept-Ranges: bytes
                ETag: "TqFAWIFQdzzjqs54au739A"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                Content-Length: 4
                Connection: close

                """.replace("\n", "\r\n"),
                answer(request).replaceFirst("Date: [^\r]*\r\n", ""));
    }

    @Test
    void largeFileArrivesWholeAndInPieces() throws IOException {
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + i % 26);
        }
        Files.write(folder.resolve("large.txt"), large);
        serve(StaticSite.of(folder));
        String text = new String(large, StandardCharsets.ISO_8859_1);
        assertTrue(get("/large.txt").endsWith("\r\n\r\n" + text));
        assertTrue(get("/large.txt", "Range: bytes=2000000-2999998")
                .endsWith("\r\n\r\n" + text.substring(2_000_000, 2_999_999)));
    }

    @Test
    void fileThatIsReplacedAllTheTimeIsAlwaysWhole() throws Exception {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "0".repeat(1000));
        StaticSite site = StaticSite.of(folder);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    for (int j = 0; j < 500; j++) {
                        assertWhole(site);
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 500; i++) {
                Path next = above.resolve("next");
                Files.writeString(next, Character.toString('0' + i % 10).repeat(1000 + i));
                Files.setLastModifiedTime(next, OLD);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertWhole(StaticSite site) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(2000);
        var body = site.handle(Request.of("GET", "/a.txt")).body();
        while (bytes.position() < body.length()) {
            body.read(bytes.position(), bytes);
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        assertEquals(text.substring(0, 1).repeat(text.length()), text);
        assertTrue(text.length() >= 1000);
    }
}
