package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What programs of each kind send to a store, most of it captured between the two, and what they
 * need to hear. docs/clients.md has the programs themselves.
 */
class ProgramsTest extends ProgramConnections {

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
}
