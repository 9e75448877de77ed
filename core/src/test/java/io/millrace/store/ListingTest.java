package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.http.Body;
import io.millrace.http.PercentEncoding;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings of a store's folders, as clients see them. */
class ListingTest {

    private static final Pattern NAME = Pattern.compile("\n\\{\"name\":\"(.*?)\",\"type\"");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"(\\?[^\"]*)\"\\}\n$");
    private static final int TRIES_OF_A_RACE = 300;
    /** Their listing doesn't fit into one piece. */
    private static final int MANY = 2000;

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        folder = temp.resolve("data");
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(folder, options.build());
        client = new Client(store);
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private static List<String> names(Reply reply) {
        assertEquals(200, reply.status());
        String text = reply.text();
        assertTrue(text.startsWith("{\"path\":\"/") && text.endsWith("}\n"), text);
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private List<String> names(String target) {
        return names(client.get(target, "Accept", "application/json"));
    }

    private static String next(Reply reply) {
        Matcher next = NEXT.matcher(reply.text());
        return next.find() ? next.group(1) : null;
    }

    private Path make(String name) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }

    private List<String> makeMany() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            names.add(String.format("object-%04d", i));
            make("d/" + names.get(i));
        }
        return names;
    }

    // What is listed.

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

    private Response handle(Request request) {
        try {
            return store.handle(request).complete();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // Pages.

    @Test
    void pagesOfAnyLengthHaveEachNameOnce() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            expected.add("n&" + i);
            make("d/n&" + i);
        }
        Files.createSymbolicLink(folder.resolve("d/z"), Path.of("n&0"));
        for (int limit = 1; limit <= 11; limit++) {
            List<String> found = new ArrayList<>();
            String next = "?format=json&limit=" + limit;
            while (next != null) {
                Reply page = client.get("/d/" + next);
                assertTrue(names(page).size() <= limit);
                found.addAll(names(page));
                next = next(page);
                assertEquals(found.size() < 10, next != null);
            }
            assertEquals(List.copyOf(expected), found);
        }
    }

    @Test
    void pagesWhileObjectsComeAndGoHaveEachNameAtMostOnce() {
        for (char c = 'b'; c <= 'y'; c++) {
            client.put("/d/" + c, "x");
        }
        List<String> found = new ArrayList<>();
        String next = "?format=json&limit=3";
        while (next != null) {
            Reply page = client.get("/d/" + next);
            found.addAll(names(page));
            next = next(page);
            String last = found.get(found.size() - 1);
            client.delete("/d/" + last);
            client.put("/d/" + last + '0', "behind it");
            client.put("/d/a" + found.size(), "before it");
            client.put("/d/y", "replaced");
        }
        assertEquals(found.size(), new HashSet<>(found).size(), found.toString());
        assertTrue(found.containsAll(List.of("b", "m", "x", "d0", "y")), found.toString());
    }

    @Test
    void lastPageSaysSoAlsoIfOnlyOtherFilesFollow() throws IOException {
        make("d/a");
        Files.createSymbolicLink(folder.resolve("d/b"), Path.of("a"));
        assertNull(next(client.get("/d/?format=json&limit=1")));
        make("d/c");
        assertEquals("?format=json&limit=1&after=a", next(client.get("/d/?format=json&limit=1")));
        assertTrue(client.get("/d/?limit=1").text()
                .contains("<a href=\"?limit=1&amp;after=a\" rel=\"next\">next</a>"));
        assertEquals(List.of("c"), names("/d/?format=json&limit=1&after=b"));
        assertEquals(List.of(), names("/d/?format=json&after=c/"));
    }

    @Test
    void malformedQueryIsRefusedInALine() {
        for (String query : List.of("limit=0", "limit=x", "after=%ff", "format=xml")) {
            Reply reply = client.get("/?" + query);
            assertEquals(400, reply.status());
            assertTrue(reply.text().startsWith("invalid query: "), reply.text());
        }
        client.put("/a", "x");
        assertEquals(200, client.get("/a?limit=x").status(), "an object has no such query");
    }

    // Conditions.

    @Test
    void unchangedListingIsNotSentAgain() {
        client.put("/d/a", "x");
        for (String format : List.of("html", "json")) {
            Reply first = client.get("/d/?format=" + format);
            String tag = first.field("ETag");
            assertTrue(tag.startsWith("W/\""), tag);
            Reply again = client.get("/d/?format=" + format, "If-None-Match", tag);
            assertEquals(304, again.status());
            assertEquals(tag, again.field("ETag"));
            assertEquals("Accept", again.field("Vary"));
            assertEquals("no-cache", again.field("Cache-Control"));
        }
        assertEquals(412, client.get("/d/", "If-Match", "\"x\"").status());
        assertEquals(200, client.get("/d/", "If-None-Match", "\"x\"").status());
        assertEquals(200, client.get("/d/", "Range", "bytes=0-1").status());
    }

    @Test
    void everyChangeOfWhatIsListedIsAnotherTag() throws Exception {
        client.put("/d/a", "x");
        client.put("/d/e/b", "x");
        FileTime time = Files.getLastModifiedTime(folder.resolve("d"));
        Set<String> tags = new HashSet<>();
        tags.add(client.get("/d/").field("ETag"));
        Files.writeString(folder.resolve("d/a"), "another program writes in place");
        tags.add(client.get("/d/?x=1").field("ETag"));
        Files.setLastModifiedTime(folder.resolve("d/a"), FileTime.fromMillis(86_400_000));
        tags.add(client.get("/d/").field("ETag"));
        Files.setLastModifiedTime(folder.resolve("d/e"), FileTime.fromMillis(86_400_000));
        tags.add(client.get("/d/").field("ETag"));
        assertEquals(time, Files.getLastModifiedTime(folder.resolve("d")), "it doesn't tell");
        client.delete("/d/a");
        tags.add(client.get("/d/").field("ETag"));
        assertEquals(5, tags.size());
        assertNotEquals(client.get("/d/").field("ETag"), client.get("/d/e/").field("ETag"));
    }

    // Long listings.

    @Test
    void longListingIsStreamedWithoutValidators() throws IOException {
        List<String> names = makeMany();
        Reply reply = client.get("/d/?format=json", "If-None-Match", "\"x\"");
        assertNull(reply.field("ETag"));
        assertEquals(names, names(reply));
        assertTrue(client.get("/d/").text().endsWith("</pre>\n</body>\n</html>\n"));
        assertEquals(names.subList(1, MANY - 1),
                names("/d/?format=json&limit=" + (MANY - 2) + "&after=object-0000"));
        assertEquals(412, client.get("/d/", "If-Match", "\"x\"").status());
    }

    /** The rest of a listing after its first piece, with a change in between. */
    private String restAfter(Change change) throws Exception {
        Body body = Client.known(handle(Request.of("GET", "/d/?format=json"))).body();
        ByteBuffer first = ByteBuffer.allocate(1);
        assertEquals(1, body.read(0, first));
        change.make();
        Reply rest = Reply.of(Response.of(Status.OK).with(body));
        return (char) first.get(0) + rest.text();
    }

    private interface Change {

        void make() throws Exception;
    }

    private void assertWholeJson(String text) {
        assertTrue(text.startsWith("{\"path\":\"/d/\",\"entries\":[\n{") && !text.contains(",\n,")
                && text.endsWith("}\n],\"next\":null}\n"), text);
    }

    @Test
    void filesThatVanishMeanwhileLeaveAWholeListing() throws Exception {
        List<String> names = makeMany();
        String text = restAfter(() -> {
            for (String name : names) {
                if (!name.endsWith("7")) {
                    Files.delete(folder.resolve("d").resolve(name));
                }
            }
        });
        assertWholeJson(text);
        List<String> found = names(new Reply(200, null, text.getBytes(StandardCharsets.UTF_8)));
        assertTrue(found.containsAll(names.stream().filter(n -> n.endsWith("7")).toList()));
        assertTrue(found.size() < MANY);
    }

    @Test
    void folderThatVanishesMeanwhileEndsItsListing() throws Exception {
        List<String> names = makeMany();
        String text = restAfter(() -> {
            for (String name : names) {
                Files.delete(folder.resolve("d").resolve(name));
            }
            Files.delete(folder.resolve("d"));
        });
        assertWholeJson(text);
        assertEquals(404, client.get("/d/").status());
    }

    @Test
    void folderThatBecomesALinkMeanwhileShowsNothingOfTheOutside() throws Exception {
        makeMany();
        Path outside = Files.createDirectory(temp.resolve("outside"));
        for (int i = 0; i < MANY; i++) {
            Files.writeString(outside.resolve("object-" + i + "-secret"), "secret");
            Files.writeString(outside.resolve(String.format("object-%04d", i)), "secret");
        }
        String text = restAfter(() -> {
            Files.move(folder.resolve("d"), folder.resolve("moved"));
            Files.createSymbolicLink(folder.resolve("d"), outside);
        });
        assertWholeJson(text);
        assertFalse(text.contains("secret") || text.contains("\"size\":6"), "of the outside");
        assertEquals(404, client.get("/d/").status());
    }

    @Test
    void linkThatIsSwappedInAndOutShowsNothingOfTheOutside() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside/e"));
        Files.writeString(outside.resolve("secret"), "secret");
        Path aside = temp.resolve("aside");
        make("c/d/e/inside");
        Path swapped = folder.resolve("c/d");
        Thread swapper = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    Files.move(swapped, aside);
                    Files.createSymbolicLink(swapped, outside.getParent());
                    Files.delete(swapped);
                    Files.move(aside, swapped);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        swapper.start();
        int found = 0;
        try {
            for (int i = 0; i < TRIES_OF_A_RACE || found == 0; i++) {
                Reply reply = client.get("/c/d/e/?format=json");
                assertTrue(reply.status() == 200 || reply.status() == 404, reply.text());
                assertFalse(reply.text().contains("secret"), reply.text());
                found += reply.text().contains("inside") ? 1 : 0;
            }
        } finally {
            swapper.interrupt();
            swapper.join();
        }
    }

    @Test
    void namesAreAllThereWhileTheirObjectsAreReplaced() throws Exception {
        List<String> names = makeMany();
        Thread replacer = new Thread(() -> {
            Client other = new Client(store);
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                other.put("/d/" + names.get(i % MANY), "new");
            }
        });
        replacer.start();
        try {
            for (int i = 0; i < 3; i++) {
                assertEquals(names, names("/d/"));
            }
        } finally {
            replacer.interrupt();
            replacer.join();
        }
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
