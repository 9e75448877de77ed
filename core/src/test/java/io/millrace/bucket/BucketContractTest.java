package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.bucket.engine.Holds;
import io.millrace.tree.ContractRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
class BucketContractTest extends ContractedBucket {

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ContractRows.TEXT)
    void eachRequestHasTheStatusOfTheContractAndDoesWhatThatSays(String row, int status,
            String after) throws IOException {
        String expected = DIFFERENT.getOrDefault(row, status + " " + after);
        Got got = send(row);
        assertEquals(expected, got.status() + " " + objects());
        if (status != 204 && !row.startsWith("HEAD")) {
            assertEquals(got.body().length(), Integer.parseInt(
                    got.fields().getOrDefault("content-length", "-1")), got.toString());
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
            assertEquals(308, got.status(), method);
            assertEquals(location, got.field("location"), method);
            assertEquals("no-cache", got.field("cache-control"), method);
        }
        assertEquals("a=old d d/o=old", objects());
    }

    @Test
    void peopleAreLedFromAFoldersNameToItAndNotWhereAnObjectHasIt() throws IOException {
        Got toFolder = get("/d?x", "Accept: text/html");
        assertEquals(308, toFolder.status());
        assertEquals("/d/?x", toFolder.field("location"));
        assertEquals("no-cache", toFolder.field("cache-control"));
        engine.place("d", "object");
        assertEquals("object", get("/d", "Accept: text/html").body());
        assertEquals(404, get("/x", "Accept: text/html").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/..", "/../a", "//..//a", "/a/%2e%2e/", "/a/.%2E", "/x/%zz",
        "/x/a%2fb", "/.millrace.parts/x", "/x/.millrace.lock/", "/.millrace.probe-x"})
    void segmentThatIsNotSafeIsRefusedInEachPosition(String path) throws IOException {
        for (String method : List.of("GET", "HEAD", "DELETE")) {
            assertEquals(400, send(method + " " + path).status(), method);
        }
        assertEquals(400, put(path, "x").status());
        assertEquals("a=old d", objects());
        assertEquals(0, engine.requests().size());
    }

    @Test
    void newObjectHasALocationAndAReplacedOneNone() throws IOException {
        assertEquals("/b%20c", put("/b%20c", "x").field("location"));
        Got replaced = put("/b%20c", "x");
        assertEquals(204, replaced.status());
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
        assertEquals(304, get("/b", "If-None-Match: " + etag).status());
        assertEquals(412, put("/b", "y", "If-Match: \"other\"").status());
        assertEquals(204, put("/b", "y", "If-Match: " + etag).status());
        assertEquals(412, put("/b", "z", "If-None-Match: *").status());
        assertEquals("y", get("/b").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=representation", "Return = \"representation\"",
        "wait=10, return=representation"})
    void clientThatPrefersARepresentationGets200(String prefer) throws IOException {
        for (String body : List.of("new", "new", "")) {
            assertEquals(200, put("/b", body, "Prefer: " + prefer).status());
            assertEquals(200, put("/f/", "", "Prefer: " + prefer).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=minimal", "return", "", "x=return"})
    void clientThatPrefersSomethingElseGetsTheContractsStatus(String prefer) throws IOException {
        assertEquals(201, put("/b", "new", "Prefer: " + prefer).status());
        assertEquals(204, put("/b", "new", "Prefer: " + prefer).status());
    }

    @Test
    void storeMaySay200ToEveryPut() throws IOException {
        open(BucketClient.options(engine).putStatus(200));
        assertEquals(200, put("/b", "new").status());
        assertEquals(200, put("/b", "new").status());
        assertEquals(200, put("/f/", "").status());
        assertEquals(204, send("DELETE /b").status());
    }

    @Test
    void whatABucketCannotDoIs501AndSaysWhy() throws IOException {
        Got move = send("MOVE /a", "", "Destination: /b");
        assertEquals(501, move.status());
        assertTrue(move.body().contains("a bucket has no rename"), move.body());
        for (String archive : List.of("/d/?archive=tar", "/d/?x&archive=zip", "/?archive=tar")) {
            Got got = get(archive);
            assertEquals(501, got.status(), archive);
            assertTrue(got.body().contains("there are no archives"), got.body());
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
        assertEquals(501, got.status());
        assertTrue(got.body().contains("leave If-Match, If-None-Match and If-Unmodified-Since out"),
                got.body());
        assertEquals("a=old d", objects());
        assertEquals(304, get("/a", "If-None-Match: *").status(), "reads race with nothing");
    }

    @Test
    void partOfAnObjectIsNotPut() throws IOException {
        assertEquals(400, put("/a", "new", "Content-Range: bytes 0-2/3").status());
        assertEquals("a=old d", objects());
    }

    @Test
    void optionsNeedsNoTokenAndSaysWhatThereIs() throws IOException {
        open(BucketClient.options(engine).access(AccessRules.token("secret")));
        for (String target : List.of("*", "/", "/a", "/x/y")) {
            Got options = send("OPTIONS " + target);
            assertEquals(204, options.status());
            assertEquals("GET, HEAD, PUT, DELETE, OPTIONS", options.field("allow"));
        }
        assertEquals(401, send("POST /a").status());
        assertEquals(401, get("//a").status());
        assertFalse(get("/a").body().contains("old"));
        assertEquals(0, engine.requests().size());
        assertEquals("old", get("/a", "Authorization: Bearer secret").body());
    }

    @Test
    void storeThatIsReadOnlyAllowsToRead() throws IOException {
        open(BucketClient.options(engine).readOnly(true));
        assertEquals("GET, HEAD, OPTIONS", send("OPTIONS /a").field("allow"));
        for (String row : List.of("PUT /a", "DELETE /a", "MOVE /a", "PUT /d/ empty")) {
            Got got = send(row);
            assertEquals(405, got.status(), row);
            assertEquals("GET, HEAD, OPTIONS", got.field("allow"), row);
        }
        assertEquals("a=old d", objects());
    }

    @Test
    void refusalIsOneLineThatSaysWhatToDo() throws IOException {
        open(BucketClient.options(engine).noListing(true));
        for (String row : List.of("PUT /a none", "PUT / empty", "GET /", "PUT /", "GET /d/",
                "PUT /d/", "PUT /b/", "POST /a", "BREW /a", "GET //a")) {
            String text = send(row).body();
            assertTrue(text.indexOf('\n') == text.length() - 1 && text.contains("use ")
                    || text.startsWith("send Content-Length"), text);
        }
    }
}
