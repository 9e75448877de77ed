package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.Right;
import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.page.FolderPage;
import io.millrace.route.LeavingRequest;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.store.Client;
import io.millrace.tree.KeyPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of folders in a bucket. */
class BucketListingTest {

    private static final Pattern NAME = Pattern.compile("\\{\"name\":\"(.*?)\",\"type\":\"(.)");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"(.*?)\"");

    private S3Double engine;
    private BucketClient client;

    @BeforeEach
    void openStore() throws Exception {
        engine = S3Double.start();
        client = BucketClient.of(engine);
    }

    @AfterEach
    void closeStore() throws Exception {
        client.close();
        engine.close();
    }

    private void place(String... keys) {
        engine.clock(() -> Instant.ofEpochSecond(784111777));
        for (String key : keys) {
            engine.place(key, "x");
        }
        engine.clock(Instant::now); // for what is signed from now on
    }

    private Got json(String target) throws Exception {
        return client.get(target, "Accept", "application/json");
    }

    /** The names in a listing, those of folders with a slash. */
    private static List<String> names(Got listing) {
        List<String> names = new ArrayList<>();
        Matcher entry = NAME.matcher(listing.text());
        while (entry.find()) {
            names.add(entry.group(1) + (entry.group(2).equals("f")
                    && listing.text().startsWith("older", entry.start(2) + 1) ? "/" : ""));
        }
        return names;
    }

    /** All names, page by page. */
    private List<String> pages(String folder, int limit) throws Exception {
        List<String> all = new ArrayList<>();
        String query = "?limit=" + limit;
        while (query != null) {
            Got page = json(folder + query);
            assertEquals(200, page.status(), page.text());
            List<String> names = names(page);
            assertTrue(names.size() <= limit);
            all.addAll(names);
            Matcher next = NEXT.matcher(page.text());
            query = next.find() ? next.group(1) : null;
            assertEquals(query == null, names.size() < limit || page.text().contains(":null"));
        }
        return all;
    }

    @Test
    void folderIsListedForProgramsWithEverythingThatTheEngineSays() throws Exception {
        place("d/a b", "d/sub/x", "d/sub/y", "other");
        Got got = json("/d/");
        assertEquals(200, got.status());
        assertEquals("application/json", got.field("Content-Type"));
        assertEquals("{\"path\":\"/d/\",\"entries\":[\n"
                + "{\"name\":\"a b\",\"type\":\"file\",\"size\":1,"
                + "\"time\":\"1994-11-06T08:49:37Z\",\"etag\":"
                + "\"\\\"9dd4e461268c8034f5c8564e155c67a6\\\"\"},\n"
                + "{\"name\":\"sub\",\"type\":\"folder\"}\n],\"next\":null}\n", got.text());
        assertEquals("no-cache", got.field("Cache-Control"));
        assertEquals("Accept", got.field("Vary"));
        assertEquals("none", got.field("Accept-Ranges"));
        assertNotNull(got.field("Content-Security-Policy"));
        assertEquals("ListObjectsV2 200", client.asked());
        assertEquals(got.field("ETag"), client.head("/d/", "Accept", "application/json")
                .field("ETag"));
        assertEquals(304, client.get("/d/", "Accept", "application/json", "If-None-Match",
                got.field("ETag")).status());
        place("d/b");
        assertEquals(200, client.get("/d/", "Accept", "application/json", "If-None-Match",
                got.field("ETag")).status());
    }

    @Test
    void folderIsListedForPeopleAsNginxDoes() throws Exception {
        place("a&b", "sub/x");
        String columns = " ".repeat(47) + " 06-Nov-1994 08:49" + " ".repeat(19) + "1\n";
        String text = client.get("/").text();
        assertTrue(text.contains("<a href=\"a%26b\">a&amp;b</a>" + columns), text);
        assertTrue(text.contains("<a href=\"sub/\">sub/</a>" + " ".repeat(46) + " -"
                + " ".repeat(35) + "-\n"), text);
    }

    @Test
    void orderIsThatOfTheEngine() throws Exception {
        place("a", "a/x", "a-b", "a.txt", "a0", "B", "\u00fc", "\uffee", "\ud83d\ude00");
        List<String> order = List.of("B", "a", "a-b", "a.txt", "a/", "a0", "\u00fc", "\uffee",
                "\ud83d\ude00");
        assertEquals(order, names(json("/")));
        for (int limit = 1; limit <= 10; limit++) {
            assertEquals(order, pages("/", limit), "limit " + limit);
        }
    }

    @Test
    void objectAndFolderOfOneNameAreBothListedAndNextToNeither() throws Exception {
        place("a", "a/x", "b");
        assertEquals(List.of("a/", "b"), names(json("/?after=a")));
        engine.forget();
        assertEquals(List.of("b"), names(json("/?after=a/")));
        // Behind all that is in the folder: engines differ in whether they list it again else.
        assertEquals("a/\udbff\udfff", engine.requests().get(0).query().get("start-after"));
    }

    @Test
    void namesThatNoKeyCanHaveAreLeftOut() throws Exception {
        place("d/", "d/ok", "d//x", "d/../x", "d/./x", "d/a\\b", "d/.millrace-part/x",
                "d/.MILLRACE", "d/c\u0001d");
        assertEquals(List.of("ok"), names(json("/d/")));
        assertEquals(List.of("ok"), pages("/d/", 1));
    }

    @Test
    void folderOfNothingButSuchNamesIsEmpty() throws Exception {
        place("d/.millrace-x");
        assertEquals(200, json("/d/").status());
        assertEquals(List.of(), names(json("/d/")));
    }

    @Test
    void markerIsTheFolderItself() throws Exception {
        place("d/");
        assertEquals(200, json("/d/").status());
        assertEquals(List.of(), names(json("/d/")));
        assertEquals(List.of("d/"), names(json("/")));
    }

    @Test
    void folderOfNothingIs404ButTheRootIsNot() throws Exception {
        assertEquals(404, json("/d/").status());
        assertEquals(404, json("/d/?after=x").status());
        assertEquals(200, json("/").status());
        assertEquals(List.of(), names(json("/")));
    }

    @Test
    void nothingBehindTheLastNameIsAnEmptyListingOfAFolderThatIsThere() throws Exception {
        place("d/a");
        assertEquals(200, json("/d/?after=z").status());
        assertEquals(List.of(), names(json("/d/?after=z")));
        place("m/");
        assertEquals(200, json("/m/?after=z").status());
    }

    @ParameterizedTest
    @ValueSource(ints = {998, 999, 1000, 1001, 1002, 2500})
    void folderOfSeveralPagesOfTheEngineIsWhole(int objects) throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            String name = String.format("%05d", i) + (i % 7 == 0 ? "/" : "");
            all.add(name);
            place("d/" + name + (i % 7 == 0 ? "x" : ""));
        }
        Got got = json("/d/");
        assertEquals(all, names(got));
        assertTrue(got.text().endsWith("\n],\"next\":null}\n"));
        assertNull(got.field("ETag"));
        assertEquals(all, pages("/d/", 1000));
        assertEquals(all, pages("/d/", 999));
        assertEquals(all, pages("/d/", 400));
    }

    @Test
    void listingOf64KiBHasAnEntityTagAndALongerOneHasNone() throws Exception {
        String name = "n".repeat(200);
        int objects = 0;
        int bytes = 0;
        while (bytes <= 64 * 1024) {
            for (int i = 0; i < 20; i++) {
                place(name + objects++);
            }
            Got got = json("/");
            bytes = got.bytes().length;
            assertEquals(bytes <= 64 * 1024, got.field("ETag") != null, bytes + " bytes");
        }
    }

    @Test
    void limitAsksTheEngineForNoMoreThanItNeeds() throws Exception {
        for (int i = 0; i < 50; i++) {
            place("k" + i);
        }
        assertEquals(5, names(json("/?limit=5")).size());
        assertEquals("7", engine.requests().get(0).query().get("max-keys"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "format=xml", "after=%zz", "limit=1&limit=2"})
    void malformedQueryIsRefusedAndTheEngineNotAsked(String query) throws Exception {
        assertEquals(400, json("/?" + query).status());
        assertEquals("", client.asked());
    }

    @Test
    void nameThatNoKeyHasRoomForIsRefused() throws Exception {
        place("d/x");
        assertEquals(200, json("/d/?after=" + "n".repeat(1022)).status());
        assertEquals(400, json("/d/?after=" + "n".repeat(1023)).status());
        assertEquals(404, json("/" + "n".repeat(1023) + "/").status());
    }

    // The application's page.

    private static final class Words implements FolderPage {

        @Override
        public void begin(StringBuilder out, View view) {
            out.append(view.path()).append(view.may(Right.WRITE)).append(view.canMove())
                    .append(view.canArchive()).append('\n');
        }

        @Override
        public void entry(StringBuilder out, Entry entry) {
            out.append(entry.name()).append(' ').append(entry.modified()).append('\n');
        }

        @Override
        public void end(StringBuilder out, View view, String next) {
            out.append(next);
        }

        @Override
        public String contentSecurityPolicy() {
            return "default-src 'self'";
        }

        @Override
        public long maxEntries() {
            return 2;
        }
    }

    @Test
    void browserGetsThePageWhichOffersNoMoveAndNoArchive() throws Exception {
        place("d/a", "d/b/x", "d/c");
        try (BucketClient paged = BucketClient.of(engine,
                BucketClient.options(engine).page(new Words()).build())) {
            Got got = paged.get("/d/", "Accept", "text/html");
            assertEquals("/d/truefalsefalse\na 1994-11-06T08:49:37Z\nb null\n"
                    + "?limit=2&after=b%2F", got.text());
            assertEquals("default-src 'self'", got.field("Content-Security-Policy"));
            assertEquals(List.of("a", "b/", "c"), names(paged.get("/d/?format=json")));
        }
    }

    // Failures.

    @Test
    void failureBeforeTheFirstNameIsAResponse() throws Exception {
        engine.next(DoubleCall.is("ListObjectsV2"), S3Fault.answer(403, "InvalidAccessKeyId"));
        assertEquals(502, json("/").status());
    }

    @Test
    void failureInTheMiddleCutsTheClientOff() throws Exception {
        for (int i = 0; i < 3000; i++) {
            place("key" + i);
        }
        Response response = client.begin(Request.of("GET", "/", "Accept", "application/json"));
        engine.next(9, DoubleCall.is("ListObjectsV2"), S3Fault.answer(403, "AccessDenied"));
        Got got = BucketClient.read(Request.of("GET", "/"), response);
        assertNotNull(got.failure());
        assertFalse(got.text().contains("next"));
    }

    @Test
    void listingsThatEndGiveTheirMemoryBack() throws Exception {
        for (int i = 0; i < 3000; i++) {
            place("key" + i);
        }
        BucketListings listings = new BucketListings(client.state, BucketListings.BASE_BYTES);
        Request request = Request.of("GET", "/");
        KeyPath path = KeyPath.of("/", client.state.options().keyLimits());
        Response first = Client.known(listings.answer(path, request, null));
        assertEquals(BucketListings.BASE_BYTES, listings.heldBytes());
        assertEquals(503, listings.answer(path, request, null).status().code());
        assertNull(BucketClient.read(request, first).failure());
        assertEquals(0, listings.heldBytes());
        first = Client.known(listings.answer(path, request, null));
        first.discard(); // the client has left
        assertEquals(0, listings.heldBytes());
        engine.next(DoubleCall.is("ListObjectsV2"), S3Fault.answer(403, "AccessDenied"));
        Client.known(listings.answer(path, request, null));
        assertEquals(0, listings.heldBytes());
        Request unmet = Request.of("GET", "/", "If-Match", "\"x\"");
        assertEquals(412, Client.known(listings.answer(path, unmet, null))
                .status().code());
        assertEquals(0, listings.heldBytes());
    }

    @Test
    void clientThatLeavesEndsTheRequestToTheEngine() throws Exception {
        engine.next(DoubleCall.is("ListObjectsV2"), S3Fault.silence());
        LeavingRequest request = new LeavingRequest(Request.of("GET", "/"));
        client.handle(request);
        engine.await(DoubleCall.is("ListObjectsV2"));
        request.leave();
        engine.await(DoubleCall.is("ListObjectsV2").and(DoubleCall::clientLeft));
    }
}
