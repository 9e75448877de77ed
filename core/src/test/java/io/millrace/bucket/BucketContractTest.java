package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.bucket.engine.Holds;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Stored;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.tree.ContractRows;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract {@code http} over a bucket, byte by byte: the rows of the store of files, but for
 * those that only a file system can have.
 */
@Timeout(60)
class BucketContractTest {

    /**
     * Where a bucket differs, with the status and what is there then. Nothing asks for another key
     * than that of the request, so an object may have the name of a folder, and stand where a
     * folder would; only people are led from a folder's name to it.
     */
    private static final Map<String, String> DIFFERENT = Map.of(
            "GET /d", "404 a=old d",
            "HEAD /d", "404 a=old d",
            "PUT /d", "201 a=old d d=new",
            "PUT /a/b", "201 a a/b=new a=old d",
            "PUT /a/b/c", "201 a a/b a/b/c=new a=old d",
            "PUT /a/b empty", "201 a a/b= a=old d",
            "PUT /a/b/ empty", "201 a a/b a=old d");

    private static final int TIMEOUT_MS = 30_000;

    private S3Double engine;
    private BucketClient store;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        engine.place("a", "old");
        engine.place("d/", "");
        open(BucketClient.options(engine));
    }

    private void open(BucketOptions.Builder options) throws IOException {
        closeStore();
        store = BucketClient.of(engine, options.build());
        store.state.holds(PuttingStore.ALL);
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(),
                store::handle);
    }

    private void closeStore() throws IOException {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    @AfterEach
    void stop() throws IOException {
        closeStore();
        engine.close();
    }

    /** A response; names of fields are in small letters. */
    private record Got(int status, Map<String, String> fields, String body) {

        String field(String name) {
            return fields.get(name);
        }
    }

    private Got send(String line, String body, String... fields) throws IOException {
        StringBuilder request = new StringBuilder(line + " HTTP/1.1\r\nHost: x\r\n"
                + "Connection: close\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        byte[] bytes;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server.address());
            socket.getOutputStream().write((request + "\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            bytes = socket.getInputStream().readAllBytes();
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] head = text.substring(0, end).split("\r\n");
        Map<String, String> got = new TreeMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            got.merge(head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        return new Got(Integer.parseInt(head[0].substring(9, 12)), got, text.substring(end + 4));
    }

    private Got get(String target, String... fields) throws IOException {
        return send("GET " + target, "", fields);
    }

    private Got put(String target, String body, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of(fields));
        all.add("Content-Length: " + body.length());
        return send("PUT " + target, body, all.toArray(String[]::new));
    }

    /** Sends what a row of {@link ContractRows} names. */
    private Got send(String row) throws IOException {
        String[] words = row.split(" ");
        if (!words[0].equals("PUT")) {
            return send(row, "");
        }
        return switch (words.length > 2 ? words[2] : "new") {
            case "empty" -> put(words[1], "");
            case "none" -> send("PUT " + words[1], "");
            case "chunked" -> send("PUT " + words[1], "3\r\nnew\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked");
            default -> put(words[1], "new");
        };
    }

    /** What is there, as {@link ContractRows} has it: folders, and objects with their texts. */
    private String objects() {
        TreeSet<String> names = new TreeSet<>();
        SortedMap<String, S3Stored> all = engine.objects();
        all.forEach((key, object) -> {
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                names.add(key.substring(0, slash));
            }
            if (!key.endsWith("/")) {
                names.add(key + '=' + object.text());
            }
        });
        return String.join(" ", names);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ContractRows.TEXT)
    void eachRequestHasTheStatusOfTheContractAndDoesWhatThatSays(String row, int status,
            String after) throws IOException {
        String expected = DIFFERENT.getOrDefault(row, status + " " + after);
        Got got = send(row);
        assertEquals(expected, got.status + " " + objects());
        if (status != 204 && !row.startsWith("HEAD")) {
            assertEquals(got.body.length(), Integer.parseInt(
                    got.fields.getOrDefault("content-length", "-1")), got.toString());
        }
        assertEquals(List.of(), engine.multiparts());
    }

    @Test
    void eachDifferenceIsThatOfARowAndIsOne() {
        Map<String, String> rows = new TreeMap<>();
        ContractRows.TEXT.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] cells = line.split("\\|");
            rows.put(cells[0].strip(), cells[1].strip() + ' ' + cells[2].strip());
        });
        DIFFERENT.forEach((row, difference) -> {
            assertTrue(rows.containsKey(row), row);
            assertFalse(rows.get(row).equals(difference), row);
        });
    }

    // Only a path that has no other spelling costs a look: /a/ may be a folder's.
    @ParameterizedTest
    @CsvSource({"//a, /a", "/a/, /a", "///a///, /a/", "/./a, /a", "/a/.?x=/./, /a/?x=/./",
        "/%2E/a%20b, /a%20b", "//x//a, /x/a", "//evil.example, /evil.example", "/b/./c?, /b/c?",
        "//d/, /d/", "/d/., /d/", "/d//x/, /d/x/", "/d/o/?x, /d/o?x", "/%64/./o, /%64/o"})
    void otherSpellingIsSentToThePathOfTheObject(String target, String location)
            throws IOException {
        engine.place("d/o", "old");
        for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
            Got got = method.equals("PUT") ? put(target, "") : send(method + " " + target);
            assertEquals(308, got.status, method);
            assertEquals(location, got.field("location"), method);
            assertEquals("no-cache", got.field("cache-control"), method);
        }
        assertEquals("a=old d d/o=old", objects());
    }

    @Test
    void peopleAreLedFromAFoldersNameToItAndNotWhereAnObjectHasIt() throws IOException {
        Got toFolder = get("/d?x", "Accept: text/html");
        assertEquals(308, toFolder.status);
        assertEquals("/d/?x", toFolder.field("location"));
        assertEquals("no-cache", toFolder.field("cache-control"));
        engine.place("d", "object");
        assertEquals("object", get("/d", "Accept: text/html").body);
        assertEquals(404, get("/x", "Accept: text/html").status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/..", "/../a", "//..//a", "/a/%2e%2e/", "/a/.%2E", "/x/%zz",
        "/x/a%2fb", "/.millrace.parts/x", "/x/.millrace.lock/", "/.millrace.probe-x"})
    void segmentThatIsNotSafeIsRefusedInEachPosition(String path) throws IOException {
        for (String method : List.of("GET", "HEAD", "DELETE")) {
            assertEquals(400, send(method + " " + path).status, method);
        }
        assertEquals(400, put(path, "x").status);
        assertEquals("a=old d", objects());
        assertEquals(0, engine.requests().size());
    }

    @Test
    void newObjectHasALocationAndAReplacedOneNone() throws IOException {
        assertEquals("/b%20c", put("/b%20c", "x").field("location"));
        Got replaced = put("/b%20c", "x");
        assertEquals(204, replaced.status);
        assertNull(replaced.field("location"));
        assertNull(replaced.field("content-length"), "RFC 9110 s8.6: none in a 204");
        assertEquals("/d/b%20c/%64", put("/d/b%20c/%64", "x").field("location"));
        assertEquals("/e%20/f/", put("/e%20/f/", "").field("location"));
        assertNull(put("/e%20/f/", "").field("location"));
        assertTrue(engine.objects().keySet().containsAll(List.of("b c", "d/b c/d", "e /f/")));
    }

    @Test
    void etagOfAPutIsThatOfTheObject() throws IOException {
        String etag = put("/b", "x").field("etag");
        assertEquals(engine.objects().get("b").etag(), etag);
        assertEquals(304, get("/b", "If-None-Match: " + etag).status);
        assertEquals(412, put("/b", "y", "If-Match: \"other\"").status);
        assertEquals(204, put("/b", "y", "If-Match: " + etag).status);
        assertEquals(412, put("/b", "z", "If-None-Match: *").status);
        assertEquals("y", get("/b").body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=representation", "Return = \"representation\"",
        "wait=10, return=representation"})
    void clientThatPrefersARepresentationGets200(String prefer) throws IOException {
        for (String body : List.of("new", "new", "")) {
            assertEquals(200, put("/b", body, "Prefer: " + prefer).status);
            assertEquals(200, put("/f/", "", "Prefer: " + prefer).status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=minimal", "return", "", "x=return"})
    void clientThatPrefersSomethingElseGetsTheContractsStatus(String prefer) throws IOException {
        assertEquals(201, put("/b", "new", "Prefer: " + prefer).status);
        assertEquals(204, put("/b", "new", "Prefer: " + prefer).status);
    }

    @Test
    void storeMaySay200ToEveryPut() throws IOException {
        open(BucketClient.options(engine).putStatus(200));
        assertEquals(200, put("/b", "new").status);
        assertEquals(200, put("/b", "new").status);
        assertEquals(200, put("/f/", "").status);
        assertEquals(204, send("DELETE /b").status);
    }

    @Test
    void headHasTheLengthAndNoBody() throws IOException {
        engine.place("e", "");
        assertEquals("3", send("HEAD /a").field("content-length"));
        assertEquals("0", send("HEAD /e").field("content-length"));
        for (String target : List.of("/a", "/e", "/x", "/d/", "/", "//a")) {
            Got head = send("HEAD " + target);
            Got get = get(target);
            assertEquals("", head.body, target);
            assertEquals(get.status, head.status, target);
            assertEquals(get.field("content-length"), head.field("content-length"), target);
            assertEquals(get.field("etag"), head.field("etag"), target);
            assertEquals(get.field("content-type"), head.field("content-type"), target);
        }
    }

    @Test
    void emptyObjectIsOneAndARangeOfItIsIgnored() throws IOException {
        assertEquals(201, put("/e", "").status);
        Got got = get("/e");
        assertEquals(200, got.status);
        assertEquals("0", got.field("content-length"));
        Got range = get("/e", "Range: bytes=0-0");
        assertEquals(200, range.status);
        assertEquals("0", range.field("content-length"));
        Got beyond = get("/a", "Range: bytes=3-");
        assertEquals(416, beyond.status);
        assertEquals("bytes */3", beyond.field("content-range"));
        assertEquals(204, send("DELETE /e").status);
    }

    @Test
    void contentCodingIsKeptAndSentAgain() throws IOException {
        assertEquals(201, put("/b", "zip", "Content-Encoding: gzip", "Content-Type: text/css")
                .status);
        Got got = get("/b");
        assertEquals("gzip", got.field("content-encoding"));
        assertEquals("text/css", got.field("content-type"));
        assertEquals("zip", got.body);
        assertEquals("gzip", send("HEAD /b").field("content-encoding"));
        assertEquals("gzip", engine.objects().get("b").fields().get("content-encoding"));
        assertEquals(204, put("/b", "plain").status);
        assertNull(get("/b").field("content-encoding"));
    }

    @Test
    void bodyInFramesOfAnotherProtocolIsRefused() throws IOException {
        for (String coding : List.of("aws-chunked", "gzip,AWS-Chunked")) {
            assertEquals(415, put("/a", "new", "Content-Encoding: " + coding).status);
        }
        assertEquals("a=old d", objects());
        for (String coding : List.of("identity", "Identity", "", ", identity ,")) {
            assertEquals(204, put("/a", "new", "Content-Encoding: " + coding).status, coding);
            assertNull(get("/a").field("content-encoding"), coding);
        }
    }

    @Test
    void folderIsHtmlForPeopleAndJsonForPrograms() throws IOException {
        engine.place("d/e/f", "x");
        engine.place("d/o", "text");
        Got people = get("/d/", "Accept: text/html");
        assertTrue(people.field("content-type").startsWith("text/html"), people.toString());
        assertTrue(people.body.contains("<a href=\"o\">o</a>")
                && people.body.contains("<a href=\"e/\">e/</a>"), people.body);
        Got programs = get("/d/", "Accept: application/json");
        assertEquals("application/json", programs.field("content-type"));
        assertTrue(programs.body.contains("{\"name\":\"e\",\"type\":\"folder\"}")
                && programs.body.contains("{\"name\":\"o\",\"type\":\"file\",\"size\":4,"),
                programs.body);
        assertFalse(programs.body.contains("\"name\":\"\""), "the folder is not in itself");
        assertEquals(programs.body, get("/d/?format=json").body);
        assertTrue(people.field("vary").toLowerCase(Locale.ROOT).contains("accept"));
    }

    @Test
    void emptyFolderIsListedAndOneThatIsNotThereIsNot() throws IOException {
        assertEquals(200, get("/d/?format=json").status);
        assertEquals(404, get("/x/?format=json").status);
        assertEquals(200, get("/?format=json").status);
    }

    @Test
    void folderWithSomethingInItIsNotRemoved() throws IOException {
        engine.place("d/o", "x");
        Got got = send("DELETE /d/");
        assertEquals(409, got.status);
        assertTrue(got.body.contains("use DELETE on what is in it first"), got.body);
        assertEquals("a=old d d/o=x", objects());
    }

    @ParameterizedTest
    @CsvSource({"GET /, 404", "GET /d/, 404", "HEAD /d/, 404", "GET /a/, 308", "GET /a, 200",
        "DELETE /d/, 204"})
    void storeMayListNoFolders(String row, int status) throws IOException {
        open(BucketClient.options(engine).noListing(true));
        assertEquals(status, send(row).status);
    }

    @Test
    void whatABucketCannotDoIs501AndSaysWhy() throws IOException {
        Got move = send("MOVE /a", "", "Destination: /b");
        assertEquals(501, move.status);
        assertTrue(move.body.contains("a bucket has no rename"), move.body);
        for (String archive : List.of("/d/?archive=tar", "/d/?x&archive=zip", "/?archive=tar")) {
            Got got = get(archive);
            assertEquals(501, got.status, archive);
            assertTrue(got.body.contains("there are no archives"), got.body);
        }
        assertEquals("a=old d", objects());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PUT    | If-Match: \"x\"", "PUT | If-None-Match: *", "DELETE | If-Match: *",
        "PUT    | If-Unmodified-Since: Thu, 01 Jan 2026 00:00:00 GMT"})
    void conditionThatTheEngineDoesNotHoldIs501(String method, String condition)
            throws IOException {
        store.state.holds(new Holds(true, false, false, false, false, true, true));
        Got got = method.equals("PUT") ? put("/a", "new", condition)
                : send(method + " /a", "", condition);
        assertEquals(501, got.status);
        assertTrue(got.body.contains("leave If-Match, If-None-Match and If-Unmodified-Since out"),
                got.body);
        assertEquals("a=old d", objects());
        assertEquals(304, get("/a", "If-None-Match: *").status, "reads race with nothing");
    }

    @Test
    void partOfAnObjectIsNotPut() throws IOException {
        assertEquals(400, put("/a", "new", "Content-Range: bytes 0-2/3").status);
        assertEquals("a=old d", objects());
    }

    @Test
    void optionsNeedsNoTokenAndSaysWhatThereIs() throws IOException {
        open(BucketClient.options(engine).access(AccessRules.token("secret")));
        for (String target : List.of("*", "/", "/a", "/x/y")) {
            Got options = send("OPTIONS " + target);
            assertEquals(204, options.status);
            assertEquals("GET, HEAD, PUT, DELETE, OPTIONS", options.field("allow"));
        }
        assertEquals(401, send("POST /a").status);
        assertEquals(401, get("//a").status);
        assertFalse(get("/a").body.contains("old"));
        assertEquals(0, engine.requests().size());
        assertEquals("old", get("/a", "Authorization: Bearer secret").body);
    }

    @Test
    void storeThatIsReadOnlyAllowsToRead() throws IOException {
        open(BucketClient.options(engine).readOnly(true));
        assertEquals("GET, HEAD, OPTIONS", send("OPTIONS /a").field("allow"));
        for (String row : List.of("PUT /a", "DELETE /a", "MOVE /a", "PUT /d/ empty")) {
            Got got = send(row);
            assertEquals(405, got.status, row);
            assertEquals("GET, HEAD, OPTIONS", got.field("allow"), row);
        }
        assertEquals("a=old d", objects());
    }

    @Test
    void refusalIsOneLineThatSaysWhatToDo() throws IOException {
        open(BucketClient.options(engine).noListing(true));
        for (String row : List.of("PUT /a none", "PUT / empty", "GET /", "PUT /", "GET /d/",
                "PUT /d/", "PUT /b/", "POST /a", "BREW /a", "GET //a")) {
            String text = send(row).body;
            assertTrue(text.indexOf('\n') == text.length() - 1 && text.contains("use ")
                    || text.startsWith("send Content-Length"), text);
        }
    }
}
