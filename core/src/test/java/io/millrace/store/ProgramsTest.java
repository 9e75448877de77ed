package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What programs of each kind send to a store, most of it captured between the two, and what they
 * need to hear. docs/clients.md has the programs themselves.
 */
class ProgramsTest {

    private static final int TIMEOUT_MS = 60_000;
    private static final String AS_FFMPEG =
            "User-Agent: Lavf/59.27.100\nAccept: */*\nHost: store:8080\nIcy-MetaData: 1\n";

    @TempDir
    Path folder;

    private FolderStore store;
    private HttpServer server;
    private Socket socket;

    @BeforeEach
    void startStore() throws IOException {
        start(StoreOptions.builder());
    }

    private void start(StoreOptions.Builder options) throws IOException {
        stop();
        store = FolderStore.open(folder, options.build());
        server = HttpServer.start(
                ServerOptions.builder().port(0).hosts("*").build(), store);
        connect();
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            socket.close();
            server.close();
            store.close();
        }
    }

    private void connect() throws IOException {
        socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(server.address());
    }

    /** Sends text, with CRLF for each line end. */
    private void send(String text) throws IOException {
        raw(text.replace("\n", "\r\n"));
    }

    private void raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A response: the status, the head and the body. */
    private record Heard(int status, String head, String body) {

        /** The value of a field; null if there is none. */
        String field(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(
                        name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    private Heard hear() throws IOException {
        return hear(false);
    }

    private Heard hear(boolean isOfHead) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertTrue(b >= 0, "the server left after " + head);
            head.append((char) b);
        }
        Heard heard = new Heard(Integer.parseInt(head, 9, 12, 10), head.toString(), "");
        String length = heard.field("Content-Length");
        if (length == null || isOfHead) {
            return heard;
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        return new Heard(heard.status(), heard.head(),
                new String(body, StandardCharsets.ISO_8859_1));
    }

    private void assertStatus(int status) throws IOException {
        Heard heard = hear();
        assertEquals(status, heard.status(), heard.head());
    }

    private void assertClosed() throws IOException {
        assertEquals(-1, socket.getInputStream().read());
    }

    private String stored(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    /** Waits for what a client that has left has sent. */
    private void await(String path, boolean isThere) {
        long startNs = System.nanoTime();
        while (Files.exists(folder.resolve(path)) != isThere) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
            Pause.briefly();
        }
    }

    // Artifact repositories.

    @Test
    void deployOfMavenAsksBeforeEachBodyOnOneConnection() throws IOException {
        String[][] files = {{"1.0/a-1.0.jar", "PK..jar"}, {"1.0/a-1.0.jar.sha1", "7f66b5bb"},
            {"1.0/a-1.0.jar.md5", "8f66b23e"}, {"1.0/a-1.0.pom", "<project/>"}};
        for (String[] file : files) {
            deploy(file[0], file[1], 201);
        }
        send("GET /repo/org/x/a/maven-metadata.xml HTTP/1.1\nCache-control: no-cache\n"
                + "Pragma: no-cache\nHost: store:8080\nConnection: Keep-Alive\n"
                + "Accept-Encoding: gzip,deflate\n\n");
        Heard none = hear();
        assertEquals(404, none.status());
        assertEquals("keep-alive", none.field("Connection"));
        deploy("maven-metadata.xml", "<metadata>1</metadata>", 201);
        deploy("maven-metadata.xml", "<metadata>2</metadata>", 204);
        assertEquals("PK..jar", stored("repo/org/x/a/1.0/a-1.0.jar"));
        assertEquals("<metadata>2</metadata>", stored("repo/org/x/a/maven-metadata.xml"));
    }

    private void deploy(String file, String body, int status) throws IOException {
        send("PUT /repo/org/x/a/" + file + " HTTP/1.1\nCache-control: no-cache\n"
                + "Pragma: no-cache\nUser-Agent: Apache-Maven/3.8.7 (Java 17.0.15; Linux)\n"
                + "Content-Length: " + body.length() + "\nHost: store:8080\n"
                + "Connection: Keep-Alive\nExpect: 100-continue\n"
                + "Accept-Encoding: gzip,deflate\n\n");
        assertStatus(100);
        raw(body);
        assertStatus(status);
    }

    /** Maven 3.9's other transport looks for WebDAV first, and makes folders if it is there. */
    @Test
    void optionsBeforeADeployPromiseNoWebDav() throws IOException {
        send("OPTIONS /repo/org/x/a/1.0/a-1.0.jar HTTP/1.1\nHost: store:8080\n\n");
        Heard options = hear();
        assertEquals(204, options.status());
        assertFalse(options.head().toLowerCase(Locale.ROOT).contains("\ndav:"), options.head());
        assertTrue(options.field("Allow").contains("PUT"));
    }

    @Test
    void nixLooksForANarThenPutsItAndItsDescription() throws IOException {
        send("GET /nix/nix-cache-info HTTP/1.1\nHost: store:8080\nAccept: */*\n\n");
        assertStatus(404);
        send("PUT /nix/nix-cache-info HTTP/1.1\nHost: store:8080\nAccept: */*\n"
                + "Content-Type: text/x-nix-cache-info\nContent-Length: 21\n"
                + "Expect: 100-continue\n\n");
        assertStatus(100);
        raw("StoreDir: /nix/store\n");
        assertStatus(201);
        send("HEAD /nix/nar/04lk.nar.xz HTTP/1.1\nHost: store:8080\nAccept: */*\n\n");
        assertEquals(404, hear(true).status());
        send("PUT /nix/nar/04lk.nar.xz HTTP/1.1\nHost: store:8080\nAccept: */*\n"
                + "Content-Type: application/x-nix-nar\nContent-Length: 3\n\nnar");
        assertStatus(201);
        send("HEAD /nix/nar/04lk.nar.xz HTTP/1.1\nHost: store:8080\nAccept: */*\n\n");
        Heard there = hear(true);
        assertEquals(200, there.status());
        assertEquals("3", there.field("Content-Length"));
    }

    @Test
    void aptPipelinesItsDownloadsAndContinuesThem() throws IOException {
        Files.createDirectories(folder.resolve("pool"));
        Files.writeString(folder.resolve("pool/a_1.0+b1~x_all.deb"), "0123456789");
        Files.writeString(folder.resolve("pool/b.deb"), "bbb");
        String as = " HTTP/1.1\nHost: store:8080\nUser-Agent: Debian APT-HTTP/1.3 (2.6.1)\n";
        send("GET /pool/b.deb" + as + "\n");
        String date = hear().field("Last-Modified");
        send("GET /pool/a_1.0%2bb1%7ex_all.deb" + as + "\nGET /pool/c.deb" + as
                + "\nGET /pool/b.deb" + as + "If-Modified-Since: " + date + "\n\n"
                + "GET /pool/a_1.0+b1~x_all.deb" + as + "Range: bytes=4-\n\n");
        assertEquals("0123456789", hear().body());
        assertStatus(404);
        assertStatus(304);
        Heard rest = hear();
        assertEquals("456789", rest.body());
        assertEquals("bytes 4-9/10", rest.field("Content-Range"));
    }

    @Test
    void gitReadsFilesWhoseUrlsHaveAQuery() throws IOException {
        Files.createDirectories(folder.resolve("g.git/info"));
        Files.writeString(folder.resolve("g.git/info/refs"), "1234\trefs/heads/main\n");
        send("GET /g.git/info/refs?service=git-upload-pack HTTP/1.1\nHost: store:8080\n"
                + "User-Agent: git/2.39.5\nAccept: */*\nAccept-Encoding: deflate, gzip\n"
                + "Pragma: no-cache\nGit-Protocol: version=2\n\n");
        Heard refs = hear();
        assertEquals("1234\trefs/heads/main\n", refs.body());
        assertFalse(refs.field("Content-Type").contains("git"), "that would be the smart protocol");
        send("GET /g.git/objects/info/http-alternates HTTP/1.1\nHost: store:8080\n\n");
        assertStatus(404);
    }

    // Build caches.

    @Test
    void bazelStoresTheEmptyFileAndFindsIt() throws IOException {
        String empty = "/cas/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        String as = " HTTP/1.1\nhost: store:8080\naccept: */*\n";
        send("GET /ac/9f85162fd009" + as + "connection: keep-alive\n\n");
        assertStatus(404);
        send("PUT " + empty + as + "content-length: 0\nconnection: keep-alive\n\n"
                + "PUT /ac/9f85162fd009" + as + "content-length: 4\nconnection: keep-alive\n\n"
                + "done");
        assertStatus(201);
        assertStatus(201);
        send("GET " + empty + as + "connection: keep-alive\n\n");
        Heard heard = hear();
        assertEquals(200, heard.status());
        assertEquals("0", heard.field("Content-Length"));
        assertEquals("keep-alive", heard.field("Connection"));
    }

    @Test
    void turboGoesOnAfterAMethodThatIsNotThere() throws IOException {
        String as = "?slug=team_x HTTP/1.1\nhost: store:8080\naccept: */*\n"
                + "authorization: Bearer none\n";
        send("GET /v8/artifacts/status" + as + "content-type: application/json\n\n");
        assertStatus(404);
        send("PUT /v8/artifacts/0e79fcc9" + as + "content-type: application/octet-stream\n"
                + "x-artifact-duration: 486\ncontent-length: 3\n\ntar");
        assertStatus(201);
        send("POST /v8/artifacts/events" + as + "content-length: 2\n\n[]");
        Heard refused = hear();
        assertEquals(405, refused.status());
        assertTrue(refused.field("Allow").contains("PUT"));
        send("GET /v8/artifacts/0e79fcc9" + as + "\n");
        assertEquals("tar", hear().body());
    }

    @Test
    void nxTakesNothingBut200() throws IOException {
        start(StoreOptions.builder().putStatus(200));
        for (int i = 0; i < 2; i++) {
            send("PUT /v1/cache/4650690496 HTTP/1.1\naccept: */*\nauthorization: Bearer none\n"
                    + "content-type: application/octet-stream\nhost: store:8080\n"
                    + "content-length: 3\n\ntgz");
            assertStatus(200);
        }
        send("GET /v1/cache/4650690496 HTTP/1.1\naccept: application/octet-stream\n"
                + "content-type: application/octet-stream\nhost: store:8080\n\n");
        assertEquals("tgz", hear().body());
    }

    // Media.

    @Test
    void ffmpegLeavesBeforeTheResponseToItsPut() throws IOException {
        chunkedPutOf("live0.ts", "close", "segment");
        socket.close();
        await("cam/live0.ts", true);
        assertEquals("segment", stored("cam/live0.ts"));
        connect();
        send("DELETE /cam/live0.ts HTTP/1.1\nTransfer-Encoding: chunked\n" + AS_FFMPEG
                + "Connection: close\n\n0\n\n");
        socket.close();
        await("cam/live0.ts", false);
        connect();
    }

    @Test
    void chunkedPutsOfFfmpegFollowEachOtherOnAConnectionThatIsKept() throws IOException {
        for (int i = 0; i < 3; i++) {
            chunkedPutOf("live" + i + ".ts", "keep-alive", "segment " + i);
            Heard heard = hear();
            assertEquals(201, heard.status());
            assertEquals("keep-alive", heard.field("Connection"));
        }
        chunkedPutOf("live.m3u8", "keep-alive", "#EXTM3U");
        assertStatus(201);
        chunkedPutOf("live.m3u8", "keep-alive", "#EXTM3U, later");
        assertStatus(204);
        send("DELETE /cam/live0.ts HTTP/1.1\nTransfer-Encoding: chunked\n" + AS_FFMPEG
                + "Connection: keep-alive\n\n0\n\n");
        assertStatus(204);
        assertEquals("segment 2", stored("cam/live2.ts"));
        assertEquals("#EXTM3U, later", stored("cam/live.m3u8"));
        assertFalse(Files.exists(folder.resolve("cam/live0.ts")));
    }

    private void chunkedPutOf(String name, String connection, String content)
            throws IOException {
        send("PUT /cam/" + name + " HTTP/1.1\nTransfer-Encoding: chunked\n" + AS_FFMPEG
                + "Connection: " + connection + "\n\n");
        for (String piece : content.split(" ")) {
            String whole = content.endsWith(piece) ? piece : piece + " ";
            raw(Integer.toHexString(whole.length()) + "\r\n");
            raw(whole + "\r\n");
        }
        raw("0\r\n\r\n");
    }

    @Test
    void readerGetsTheSegmentThatIsThereWhileItsSuccessorIsSent() throws IOException {
        chunkedPutOf("live.m3u8", "keep-alive", "first");
        assertStatus(201);
        send("PUT /cam/live.m3u8 HTTP/1.1\nTransfer-Encoding: chunked\n" + AS_FFMPEG
                + "Connection: keep-alive\n\n6\nsecond\n");
        try (Socket sender = socket) {
            connect();
            send("GET /cam/live.m3u8 HTTP/1.1\nHost: store:8080\nIcy-MetaData: 1\n"
                    + "Range: bytes=0-\nConnection: close\n\n");
            assertEquals("first", hear().body());
            assertClosed();
            sender.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.close();
            socket = sender;
            assertStatus(204);
        }
        assertEquals("second", stored("cam/live.m3u8"));
        connect();
    }

    // Transfer tools and libraries.

    @Test
    void curlContinuesAnUpload() throws IOException {
        send("PUT /f.bin HTTP/1.1\nHost: store:8080\nContent-Length: 4\n\n0123");
        assertStatus(201);
        send("PUT /f.bin HTTP/1.1\nHost: store:8080\nContent-Range: bytes 4-9/10\n"
                + "User-Agent: curl/7.88.1\nAccept: */*\nContent-Length: 6\n"
                + "Expect: 100-continue\n\n");
        assertStatus(100);
        raw("456789");
        assertStatus(204);
        assertEquals("0123456789", stored("f.bin"));
    }

    @Test
    void curlSendsAPipeInChunksAfterAContinue() throws IOException {
        send("PUT /d/b%20c.bin HTTP/1.1\nHost: store:8080\nUser-Agent: curl/7.88.1\n"
                + "Accept: */*\nTransfer-Encoding: chunked\nExpect: 100-continue\n\n");
        assertStatus(100);
        raw("4\r\npipe\r\n0\r\n\r\n");
        Heard heard = hear();
        assertEquals(201, heard.status());
        assertEquals("/d/b%20c.bin", heard.field("Location"));
        assertEquals("pipe", stored("d/b c.bin"));
    }

    @Test
    void wgetThatHasAllOfAFileIsTold() throws IOException {
        Files.writeString(folder.resolve("f"), "0123456789");
        send("GET /f HTTP/1.1\nRange: bytes=4-\nHost: store:8080\nAccept: */*\n"
                + "Accept-Encoding: identity\nConnection: Keep-Alive\n\n");
        assertEquals("456789", hear().body());
        send("GET /f HTTP/1.1\nRange: bytes=10-\nHost: store:8080\nAccept: */*\n\n");
        Heard none = hear();
        assertEquals(416, none.status());
        assertEquals("bytes */10", none.field("Content-Range"));
    }

    @Test
    void pieceOfAria2IsOfTheFileThatItBeganWith() throws IOException {
        Files.writeString(folder.resolve("f"), "0123456789");
        send("GET /f HTTP/1.1\nHost: store:8080\nUser-Agent: aria2/1.36.0\n"
                + "Accept: */*,application/metalink4+xml,application/metalink+xml\n"
                + "Pragma: no-cache\nCache-Control: no-cache\n"
                + "Want-Digest: SHA-512;q=1, SHA-256;q=1, SHA;q=0.1\n\n");
        String tag = hear().field("ETag");
        send("GET /f HTTP/1.1\nHost: store:8080\nIf-Match: " + tag + "\n"
                + "Range: bytes=2-4\n\n");
        assertEquals("234", hear().body());
    }

    @ParameterizedTest
    @CsvSource({
        // What Java's client offers with each first request, and it takes HTTP/1.1 for a no.
        "'Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAEAAEAA\n', 201",
        "'Expect: 100-Continue\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\n"
                + "HTTP2-Settings: AAEAAEAA\n', 100",
        "'accept: */*\naccept-language: *\nsec-fetch-mode: cors\nuser-agent: node\n"
                + "accept-encoding: gzip, deflate\n', 201",
        "'Accept-Encoding: gzip\nUser-Agent: Go-http-client/1.1\n', 201",
        "'Connection: TE\nTE: deflate,gzip;q=0.3\nUser-Agent: lwp-request/6.68\n', 201",
    })
    void clientOfALibraryStoresAndIsNotUpgraded(String fields, int first) throws IOException {
        send("PUT /a/b HTTP/1.1\nHost: store:8080\nContent-Length: 3\n" + fields + "\n");
        if (first == 100) {
            assertStatus(100);
        }
        raw("abc");
        Heard heard = hear();
        assertEquals(201, heard.status());
        assertEquals(null, heard.field("Upgrade"));
        assertEquals("abc", stored("a/b"));
    }

    @Test
    void stateOfTerraformHasAQueryAndADigest() throws IOException {
        send("GET /infra.tfstate HTTP/1.1\nHost: store:8080\n\n");
        assertStatus(404);
        send("PUT /infra.tfstate?ID=6a1f HTTP/1.1\nHost: store:8080\n"
                + "Content-Type: application/json\nContent-Md5: mZFLkyvTelC5g8XnyQrpOw==\n"
                + "Content-Length: 2\n\n{}");
        assertStatus(201);
        send("PUT /infra.tfstate?ID=6a1f HTTP/1.1\nHost: store:8080\n"
                + "Content-Type: application/json\nContent-Md5: mZFLkyvTelC5g8XnyQrpOw==\n"
                + "Content-Length: 2\n\n[]");
        assertStatus(400);
        send("GET /infra.tfstate HTTP/1.1\nHost: store:8080\n\n");
        Heard heard = hear();
        assertEquals("{}", heard.body());
        assertEquals("application/json", heard.field("Content-Type"));
    }

    @Test
    void registryOfImagesIsAFolderThatResponds() throws IOException {
        Files.createDirectories(folder.resolve("v2/x/manifests"));
        send("GET /v2/ HTTP/1.1\nHost: store:8080\nUser-Agent: skopeo/1.9.3\n"
                + "Docker-Distribution-Api-Version: registry/2.0\n\n");
        assertStatus(200);
        List<String> blobs = new ArrayList<>(List.of("sha256:0a1b", "sha256%3A0a1c"));
        for (String blob : blobs) {
            send("PUT /v2/x/blobs/" + blob + " HTTP/1.1\nHost: store:8080\n"
                    + "Content-Length: 1\n\nx");
            assertStatus(201);
        }
        send("PUT /v2/x/manifests/latest HTTP/1.1\nHost: store:8080\n"
                + "Content-Type: application/vnd.oci.image.manifest.v1+json\n"
                + "Content-Length: 2\n\n{}");
        assertStatus(201);
        send("GET /v2/x/manifests/latest HTTP/1.1\nHost: store:8080\n"
                + "Accept: application/vnd.oci.image.manifest.v1+json\n\n");
        assertEquals("application/vnd.oci.image.manifest.v1+json",
                hear().field("Content-Type"));
        assertEquals("x", stored("v2/x/blobs/sha256:0a1c"));
    }
}
