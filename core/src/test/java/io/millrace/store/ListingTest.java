package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Body;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What listings of a store's folders have, as clients see them. */
class ListingTest extends ListedStore {

    @Test
    void folderIsListedForPeopleAndForPrograms() {
        client.put("/d/b%20c", "hello");
        client.put("/d/a/x", "x");
        Reply html = client.get("/d/");
        assertEquals(200, html.status());
        assertEquals("text/html; charset=utf-8", html.field("Content-Type"));
        String text = html.text();
        assertTrue(text.indexOf("<a href=\"../\">../</a>\n") > 0, text);
        assertTrue(text.indexOf("<a href=\"a/\">a/</a> ") > text.indexOf("../"), text);
        assertTrue(text.indexOf("<a href=\"b%20c\">b c</a> ") > text.indexOf("a/"), text);
        Reply json = client.get("/d/", "Accept", "application/json");
        assertEquals("application/json", json.field("Content-Type"));
        assertEquals(List.of("a", "b c"), names(json));
        assertTrue(json.text().contains("\"type\":\"file\",\"size\":5,"), json.text());
        assertEquals(json.text(), client.get("/d/?format=json").text());
        assertEquals(html.text(), client.get("/d/?format=html", "Accept", "application/json")
                .text());
        for (Reply reply : List.of(html, json)) {
            assertEquals("Accept", reply.field("Vary"));
            assertEquals("no-cache", reply.field("Cache-Control"));
            assertEquals("nosniff", reply.field("X-Content-Type-Options"));
            assertTrue(reply.field("Content-Security-Policy").startsWith("default-src 'none';"));
            assertNull(reply.field("Last-Modified"));
        }
    }

    @Test
    void rootIsListedWithoutALinkUpwards() {
        assertEquals(List.of(), names("/"));
        client.put("/a", "x");
        client.put("/d/x", "x");
        assertEquals(List.of("a", "d"), names("/"));
        assertEquals(List.of("x"), names("/d/"));
        assertFalse(client.get("/").text().contains("../"));
        assertTrue(client.get("/").text().contains("<a href=\"d/\">d/</a>"));
    }

    @Test
    void entityTagOfAnEntryIsThatOfTheObject() {
        client.put("/d/a", "hello");
        client.put("/b", "x");
        for (String path : List.of("/d/", "/")) {
            Reply listing = client.get(path + "?format=json");
            String name = path.equals("/") ? "b" : "a";
            String tag = client.get(path + name).field("ETag");
            assertTrue(listing.text().contains(
                    "\"etag\":\"" + tag.replace("\"", "\\\"") + "\"}"), listing.text());
        }
    }

    @Test
    void onlyWhatKeysCanNameIsListed() throws Exception {
        make("d/a");
        make("d/.hidden");
        make("d/.millrace-x");
        make("d/.MILLRACE.y");
        make("d/back\\slash");
        make("d/line\nbreak");
        make("d/c1\u0085control");
        make("d/" + "\u00fc".repeat(127));
        Files.createSymbolicLink(folder.resolve("d/link"), Path.of("a"));
        Files.createSymbolicLink(folder.resolve("d/linked"), folder);
        assertEquals(List.of(".hidden", "a", "\u00fc".repeat(127)), names("/d/"));
        assertEquals(List.of("d"), names("/"), "the store's own are not there");
        for (String name : names("/d/")) {
            assertEquals(200, client.get("/d/" + PercentEncoding.encode(name)).status());
        }
        assertEquals(404, client.get("/d/linked/").status());
        assertEquals(404, client.get("/d/linked").status());
        assertEquals(404, client.get("/d/link/").status());
    }

    @Test
    void namesThatAreNoTextAndDevicesAreLeftOut() throws Exception {
        make("d/\ufffd");
        Process process = new ProcessBuilder("sh", "-c", "cd \"$1\" && mkfifo pipe && "
                + "printf x > \"$(printf 'bad\\377')\" && "
                + "printf x > \"$(printf '\\355\\240\\200')\"",
                "sh", folder.resolve("d").toString()).redirectErrorStream(true).start();
        assumeTrue(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0);
        assertEquals(List.of("\ufffd"), names("/d/"));
    }

    @Test
    void namesThatNoKeyHasRoomForAreLeftOut() throws IOException {
        open(StoreOptions.builder().maxKeyBytes(6).maxSegmentBytes(4).maxSegments(2));
        make("1234");
        make("12345");
        make("d/1234");
        make("d2/123");
        make("d2/1234");
        make("d/e/f");
        make("d/\u00fc\u00fc");
        make("d/\u00fc\u00fcx");
        assertEquals(List.of("1234", "d", "d2"), names("/"));
        assertEquals(List.of("1234", "e", "\u00fc\u00fc"), names("/d/"));
        assertEquals(List.of("123"), names("/d2/"));
        assertEquals(List.of(), names("/d/e/"), "what is in it has too many segments");
    }

    @Test
    void flatStoreListsItsObjects() throws IOException {
        open(StoreOptions.builder().flat(true));
        make("a");
        make("d/x");
        assertEquals(List.of("a"), names("/"));
    }

    @Test
    void articleHasNoListing() throws IOException {
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        make("d/x");
        assertEquals(404, client.get("/").status());
        assertEquals(404, client.get("/d/").status());
        assertEquals(404, client.get("/d").status());
    }

    @Test
    void folderWithoutItsSlashIsSentThere() throws IOException {
        make("d/e f/x");
        for (String method : List.of("GET", "HEAD")) {
            Reply reply = client.send(Request.of(method, "/d/e%20f?limit=1&x=%2f"));
            assertEquals(308, reply.status());
            assertEquals("/d/e%20f/?limit=1&x=%2f", reply.field("Location"));
        }
        assertEquals("/d/", client.get("/d").field("Location"));
        assertEquals(404, client.get("/nix").status());
        assertEquals(404, client.get("/nix/").status());
        assertEquals(404, client.get("/d/e%20f/x/y/").status());
        assertEquals("/d/e%20f/x", client.get("/d/e%20f/x/").field("Location"));
        assertEquals(404, client.delete("/d").status());
        assertEquals(409, client.put("/d", "x").status());
    }

    @Test
    void headHasTheFieldsOfTheListing() throws Exception {
        client.put("/d/a", "x");
        Reply get = client.get("/d/");
        assertEquals(Integer.toString(get.body().length), get.field("Content-Length"));
        assertEquals(get.headers().toString(),
                client.send(Request.of("HEAD", "/d/")).headers().toString());
        makeMany();
        Response head = Client.known(handle(Request.of("HEAD", "/d/")));
        assertEquals(Body.UNKNOWN_LENGTH, head.body().length());
        head.discard();
        assertEquals(200, client.get("/d/").status());
    }

    // Other stores.

    @Test
    void foldersOfAZipAreListed() throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(temp.resolve("s.zip"),
                Map.of("create", "true"));
                FolderStore other = FolderStore.open(zip.getPath("/data"))) {
            client = new Client(other);
            client.put("/d/a", "x");
            client.put("/d/e/b", "x");
            assertEquals(List.of("d"), names("/"));
            assertEquals(List.of("a", "e"), names("/d/"));
            assertEquals(List.of("b"), names("/d/e/"));
            assertEquals(404, client.get("/d/x/").status());
        }
    }

    @Test
    void storeThatKeepsNothingHasNoListing() {
        Client discarding = new Client(FolderStore.discarding(StoreOptions.defaults()));
        assertEquals(404, discarding.get("/").status());
        assertEquals(404, discarding.get("/d/").status());
    }

    @Test
    void emptyFolderIsListedAndStaysDeletable() throws IOException {
        client.put("/d/", "");
        assertEquals(List.of(), names("/d/"));
        assertEquals(200, client.delete("/d/").status());
        assertEquals(404, client.get("/d/").status());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count());
        }
    }
}
