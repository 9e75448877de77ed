package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.tree.ContractRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both contracts from one table, {@link ContractRows}. A request's body is "new" unless the table
 * says otherwise.
 */
class ContractsTest {

    @TempDir
    Path temp;

    private Path folder;
    private int folders;
    private FolderStore store;
    private Client client;

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        folder = Files.createDirectories(temp.resolve("data" + folders++));
        Files.createDirectories(folder.resolve("d"));
        Files.writeString(folder.resolve("a"), "old");
        StoreOptions built = options.build();
        store = FolderStore.open(folder, built);
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    /**
     * Sends what a row names: {@code METHOD TARGET [BODY]}, where BODY is "empty", "none" for
     * neither a length nor a coding, or "chunked".
     */
    private Reply send(String row) {
        String[] words = row.split(" ");
        String target = words[1];
        if (!words[0].equals("PUT")) {
            return client.send(Request.of(words[0], target));
        }
        return switch (words.length > 2 ? words[2] : "new") {
            case "empty" -> client.put(target, "");
            case "none" -> client.send(Request.of("PUT", target));
            case "chunked" -> client.putChunked(target, "new");
            default -> client.put(target, "new");
        };
    }

    /** What is there afterwards: each name, that of an object with = and its content behind it. */
    private String objects() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path path : paths.sorted().toList()) {
                String name = folder.relativize(path).toString();
                if (name.isEmpty() || name.startsWith(".millrace")) {
                    continue;
                }
                text.append(text.length() == 0 ? "" : " ").append(name);
                if (Files.isRegularFile(path)) {
                    text.append('=').append(Files.readString(path));
                }
            }
            return text.toString();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ContractRows.TEXT)
    void eachRequestHasTheStatusOfItsContractAndDoesWhatThatSays(String row, int http,
            String afterHttp, int article, String afterArticle) throws IOException {
        open(StoreOptions.builder().contract(Contract.HTTP));
        assertEquals(http, send(row).status(), "http");
        assertEquals(afterHttp, objects(), "http");
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        assertEquals(article, send(row).status(), "article");
        assertEquals(afterArticle, objects(), "article");
    }

    @Test
    void httpIsTheDefaultAndHasItsFormerName() {
        assertEquals(Contract.HTTP, StoreOptions.defaults().contract());
        assertSame(Contract.HTTP, Contract.RFC9110);
    }

    @ParameterizedTest
    @CsvSource({"//a, /a", "/a/, /a", "///a///, /a", "/./a, /a", "/a/.?x=/./, /a?x=/./",
        "/%2E/a%20b, /a%20b", "//, /", "/., /", "//x//a, /x/a", "//evil.example, /evil.example",
        "/b/./c?, /b/c?", "//d/, /d/", "/d/., /d/", "/d//x/, /d/x/", "/d/o/?x, /d/o?x",
        "/d//o//, /d/o", "/%64/./o/, /%64/o"})
    void otherSpellingIsSentToThePathOfTheObject(String target, String location)
            throws IOException {
        open(StoreOptions.builder());
        Files.writeString(folder.resolve("d/o"), "old");
        for (String method : Set.of("GET", "HEAD", "PUT", "DELETE")) {
            Reply reply = client.send(Request.of(method, target));
            assertEquals(308, reply.status(), method);
            assertEquals(location, reply.field("Location"), method);
        }
    }

    // A cache may keep a 308 for ever (RFC 9110 s15.4.9). Kept ones of both ways would be a circle.
    @Test
    void redirectsBetweenAnObjectAndAFolderOfOneNameAreAskedForAgain() throws IOException {
        open(StoreOptions.builder());
        Reply toFolder = client.get("/d");
        assertEquals("/d/", toFolder.field("Location"));
        Files.delete(folder.resolve("d"));
        Files.writeString(folder.resolve("d"), "old");
        Reply toObject = client.get("/d/");
        assertEquals("/d", toObject.field("Location"));
        assertEquals("no-cache", toFolder.field("Cache-Control"));
        assertEquals("no-cache", toObject.field("Cache-Control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/..", "/../a", "//..//a", "/a/%2e%2e/", "/a/.%2E", "/x/%zz",
        "/x/a%2fb", "/.millrace.parts/x", "/x/.millrace.lock/"})
    void segmentThatIsNotSafeIsRefusedInEachPosition(String path) throws IOException {
        open(StoreOptions.builder());
        assertEquals(400, client.get(path).status());
        assertEquals(400, client.put(path, "x").status());
        assertEquals(400, client.delete(path).status());
        assertEquals("a=old d", objects());
    }

    @Test
    void newObjectHasALocationAndAReplacedOneNone() throws IOException {
        open(StoreOptions.builder());
        assertEquals("/b%20c", client.put("/b%20c", "x").field("Location"));
        assertNull(client.put("/b%20c", "x").field("Location"));
        assertEquals("/d/b%20c/%64", client.put("/d/b%20c/%64", "x").field("Location"));
        assertNull(client.put("/d/b%20c/d", "x").field("Location"));
        assertEquals("/e%20/f/", client.put("/e%20/f/", "").field("Location"));
        assertNull(client.put("/e%20/f/", "").field("Location"));
    }

    @Test
    void refusalIsOneLineThatSaysWhatToDo() throws IOException {
        open(StoreOptions.builder().noListing(true));
        for (String row : Set.of("PUT /a none", "PUT /d", "PUT /a/y", "GET /", "PUT /",
                "GET /d/", "PUT /d/", "PUT /b/", "PUT /a/x/ empty", "POST /a", "BREW /a",
                "GET //a")) {
            String text = send(row).text();
            assertTrue(text.indexOf('\n') == text.length() - 1 && text.contains("use ")
                    || text.startsWith("send Content-Length"), text);
        }
    }

    // Stores of one level.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PUT /x/y         | 409 | a=old d",
        "PUT /d/y empty   | 409 | a=old d",
        "GET /d/y         | 404 | a=old d",
        "HEAD /x/y        | 404 | a=old d",
        "DELETE /d/y      | 404 | a=old d",
        "DELETE /d/       | 308 | a=old d",
        "PUT /d/ empty    | 308 | a=old d",
        "PUT /b/          | 308 | a=old d",
        "PUT /x//y        | 308 | a=old d",
        "GET /a/          | 308 | a=old d",
        "GET /            | 200 | a=old d",
        "GET /d           | 404 | a=old d",
        "GET /d/          | 308 | a=old d",
        "PUT /b           | 201 | a=old b=new d",
        "GET /x/..        | 400 | a=old d",
    })
    void flatStoreHasNoKeysOfSeveralSegments(String row, int status, String after)
            throws IOException {
        open(StoreOptions.builder().flat(true));
        Reply reply = send(row);
        assertEquals(status, reply.status());
        assertEquals(after, objects());
        if (row.matches("(PUT|GET|DELETE) /./y.*")) {
            assertTrue(reply.text().contains("a key is a single path segment"), reply.text());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET /            | 404", "GET /d/          | 404", "HEAD /d/         | 404",
        "GET /d           | 404", "GET /a/          | 308", "GET /a           | 200",
        "DELETE /d/       | 204",
    })
    void storeMayListNoFolders(String row, int status) throws IOException {
        open(StoreOptions.builder().noListing(true));
        assertEquals(status, send(row).status());
    }

    // Status of a PUT.

    @ParameterizedTest
    @ValueSource(strings = {"return=representation", "Return = \"representation\"",
        "wait=10, return=representation", "respond-async; x=y, return=representation"})
    void clientThatPrefersARepresentationGets200(String prefer) throws IOException {
        open(StoreOptions.builder());
        assertEquals(200, client.put("/b", "new", "Prefer", prefer).status());
        assertEquals(200, client.put("/b", "new", "Prefer", prefer).status());
        assertEquals(200, client.put("/b", "", "Prefer", prefer).status());
        assertEquals(200, client.put("/f/", "", "Prefer", prefer).status());
        assertEquals(200, client.put("/f/", "", "Prefer", prefer).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=minimal", "representation", "return", "", "x=return",
        "return=representations"})
    void clientThatPrefersSomethingElseGetsTheContractsStatus(String prefer) throws IOException {
        open(StoreOptions.builder());
        assertEquals(201, client.put("/b", "new", "Prefer", prefer).status());
        assertEquals(204, client.put("/b", "new", "Prefer", prefer).status());
    }

    @Test
    void storeMaySay200ToEveryPut() throws IOException {
        open(StoreOptions.builder().putStatus(200));
        assertEquals(200, client.put("/b", "new").status());
        assertEquals(200, client.put("/b", "new").status());
        assertEquals(204, client.delete("/b").status());
    }

    // Content codings.

    @ParameterizedTest
    @EnumSource(Contract.class)
    void bodyInFramesOfAnotherProtocolIsRefused(Contract contract) throws IOException {
        open(StoreOptions.builder().contract(contract));
        for (String coding : Set.of("aws-chunked", "gzip,AWS-Chunked")) {
            assertEquals(415, client.put("/a", "new", "Content-Encoding", coding).status());
        }
        assertEquals("a=old d", objects());
        for (String coding : Set.of("identity", "Identity", "", ", identity ,")) {
            assertTrue(client.put("/a", "new", "Content-Encoding", coding).status() < 300, coding);
        }
    }

    // OPTIONS and the token.

    @Test
    void optionsNeedsNoToken() throws IOException {
        open(StoreOptions.builder().token("secret"));
        for (String target : Arrays.asList("*", "/", "/a", "/x/y")) {
            Reply options = client.send(Request.of("OPTIONS", target));
            assertEquals(204, options.status());
            assertEquals("GET, HEAD, PUT, DELETE, MOVE, OPTIONS", options.field("Allow"));
        }
        assertEquals(401, client.send(Request.of("POST", "/a")).status());
        assertEquals(401, client.get("//a").status());
        assertFalse(client.get("/a").text().contains("old"));
    }
}
