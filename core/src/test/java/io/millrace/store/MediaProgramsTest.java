package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs of media and of transfers send to a store, and what they need to hear. */
class MediaProgramsTest extends ProgramConnections {

    private static final String AS_FFMPEG =
            "User-Agent: Lavf/59.27.100\nAccept: */*\nHost: store:8080\nIcy-MetaData: 1\n";

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
