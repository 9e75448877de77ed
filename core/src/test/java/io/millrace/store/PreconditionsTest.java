package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.content.Preconditions;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpDate;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions, in the order of RFC 9110 section 13.2.2, and that they hold against races. */
@ParameterizedClass
@CsvSource({"ARTICLE, OFF, ''", "HTTP, OFF, ''", "HTTP, ON, ''", "HTTP, OFF, p", "HTTP, OFF, p/q/r",
    "HTTP, ON, p/q/r"})
class PreconditionsTest {

    @Parameter(0)
    private Contract contract;

    @Parameter(1)
    private Caching caching;

    /** The folder that the objects are in, in the store's. */
    @Parameter(2)
    private String below;

    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    @TempDir
    Path temp;

    private Path folder;

    private FolderStore store;
    private Handler handler;
    private Client client;
    private String tag;

    @BeforeEach
    void openStoreWithAnObject() throws IOException {
        store = caching.open(temp, contract);
        folder = Files.createDirectories(temp.resolve(below));
        handler = new Below(store, below);
        client = caching.client(handler, contract);
        client.put("/a", "old");
        Files.setLastModifiedTime(folder.resolve("a"),
                FileTime.from(Instant.ofEpochSecond(784111777, 500_000_000)));
        tag = client.get("/a").field("ETag");
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    /** Fills in the tag of the object: {@code TAG}, and its weak form {@code WEAK}. */
    private String[] fields(String text) {
        List<String> fields = new ArrayList<>();
        for (String field : text.split("; ")) {
            int colon = field.indexOf(": ");
            fields.add(field.substring(0, colon));
            fields.add(field.substring(colon + 2).replace("WEAK", "W/" + tag).replace("TAG", tag)
                    .replace("BEFORE", BEFORE).replace("MODIFIED", MODIFIED)
                    .replace("AFTER", AFTER));
        }
        return fields.toArray(new String[0]);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "If-Match: TAG | 200",
        "If-Match: * | 200",
        "If-Match: \"x\", TAG | 200",
        "If-Match: \"x\",, TAG, | 200",
        "If-Match: \"x\"; If-Match: TAG | 200",
        "If-Match: WEAK | 412",
        "If-Match: \"x\" | 412",
        "If-Match: \"a,b\" | 412",
        "If-Unmodified-Since: MODIFIED | 200",
        "If-Unmodified-Since: AFTER | 200",
        "If-Unmodified-Since: BEFORE | 412",
        "If-Unmodified-Since: yesterday | 200",
        "If-Match: TAG; If-Unmodified-Since: BEFORE | 200",
        "If-None-Match: TAG | 304",
        "If-None-Match: WEAK | 304",
        "If-None-Match: * | 304",
        "If-None-Match: \"x\", WEAK | 304",
        "If-None-Match: \"x\" | 200",
        "If-Modified-Since: BEFORE | 200",
        "If-Modified-Since: MODIFIED | 304",
        "If-Modified-Since: AFTER | 304",
        "If-Modified-Since: yesterday | 200",
        "If-None-Match: \"x\"; If-Modified-Since: AFTER | 200",
        "If-None-Match: TAG; If-Modified-Since: BEFORE | 304",
        "If-Match: \"x\"; If-None-Match: TAG | 412",
        "If-Match: TAG; If-None-Match: TAG | 304",
        "If-Unmodified-Since: BEFORE; If-None-Match: TAG | 412",
    })
    void getAndHeadAskInTheOrderOfTheRfc(String text, int status) {
        Reply get = client.get("/a", fields(text));
        assertEquals(status, get.status());
        if (status == 304) {
            assertEquals(tag, get.field("ETag"));
            assertEquals(MODIFIED, get.field("Last-Modified"));
            assertEquals(0, get.body().length);
        }
        assertEquals(status, client.send(Request.of("HEAD", "/a", fields(text))).status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "If-Match: TAG | 200",
        "If-Match: * | 200",
        "If-Match: WEAK | 412",
        "If-Match: \"x\" | 412",
        "If-Unmodified-Since: MODIFIED | 200",
        "If-Unmodified-Since: BEFORE | 412",
        "If-None-Match: * | 412",
        "If-None-Match: TAG | 412",
        "If-None-Match: WEAK | 412",
        "If-None-Match: \"x\" | 200",
        "If-Modified-Since: AFTER | 200",
        "If-Match: TAG; If-None-Match: TAG | 412",
        "If-Match: TAG; If-Unmodified-Since: BEFORE | 200",
    })
    void putAndDeleteAskBeforeTheyChangeAnything(String text, int status) throws Exception {
        Exchange put = handler.handle(Request.of("PUT", "/a", fields(text)).withBody(3));
        if (status == 412) {
            // Refused before the body: a response wants none.
            assertEquals(412, ((Response) put).status().code());
        } else {
            assertEquals(Upload.class, put.getClass());
            put.sink();
            put.abandon(Abandonment.PEER_LEFT, new EOFException());
        }
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertEquals(status, client.delete("/a", fields(text)).status());
        assertEquals(status == 412, Files.exists(folder.resolve("a")));
    }

    @Test
    void conditionsOfAKeyThatNamesNothing() {
        assertEquals(412, client.put("/b", "x", "If-Match", "*").status());
        assertEquals(412, client.put("/b", "x", "If-Match", tag).status());
        assertEquals(404, client.get("/b", "If-Match", "*").status());
        assertEquals(404, client.get("/b", "If-None-Match", "*").status());
        assertEquals(404, client.delete("/b", "If-Match", "*").status());
        assertEquals(200, client.put("/b", "x", "If-None-Match", "*").status());
        assertEquals(200, client.put("/c", "x", "If-None-Match", tag).status());
        assertEquals(200, client.put("/d", "x", "If-Unmodified-Since", BEFORE).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\"x", "x\"", "\"a\" \"b\"", "*, \"x\"", "\"x\", *", "w/\"x\"",
        "W/x", "W/", "\"a b\"", "\"a\tb\""})
    void malformedTagIsRefusedWhereItProtectsSomething(String value) {
        assertEquals(400, client.put("/a", "new", "If-Match", value).status());
        assertEquals(400, client.put("/a", "new", "If-None-Match", value).status());
        assertEquals(400, client.get("/a", "If-Match", value).status());
        assertEquals("old", client.get("/a").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "x", "\"x", "\"a b\"", "w/\"x\"", "*, \"x\""})
    void oddIfNoneMatchOfAReadMatchesNothing(String value) {
        // RFC 9110 s13.1.2: a hint for caches; the object is the safe response.
        assertEquals(200, client.get("/a", "If-None-Match", value).status());
        assertEquals(200, client.send(Request.of("HEAD", "/a", "If-None-Match", value)).status());
        assertEquals(200, client.get("/a", "If-None-Match", value,
                "If-Modified-Since", AFTER).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", " , "})
    void emptyIfMatchMatchesNothingAndEmptyIfNoneMatchOfAChangeIsRefused(String value) {
        assertEquals(412, client.put("/a", "new", "If-Match", value).status());
        assertEquals(412, client.get("/a", "If-Match", value).status());
        assertEquals(412, client.delete("/a", "If-Match", value).status());
        assertEquals(400, client.put("/a", "new", "If-None-Match", value).status());
        assertEquals("old", client.get("/a").text());
    }

    @Test
    void conditionIsAskedAgainWhenTheBodyIsIn() throws Exception {
        Exchange slow = client.begin(Request.of("PUT", "/a", "If-Match", tag), "slow");
        assertEquals(200, client.put("/a", "fast").status());
        assertEquals(412, slow.complete().status().code());
        assertEquals("fast", client.get("/a").text());
        Exchange create = client.begin(Request.of("PUT", "/n", "If-None-Match", "*"), "slow");
        client.put("/n", "fast");
        assertEquals(412, create.complete().status().code());
        Exchange update = client.begin(Request.of("PUT", "/n", "If-Match", "*"), "slow");
        client.delete("/n");
        assertEquals(412, update.complete().status().code());
        assertEquals(404, client.get("/n").status());
    }

    @Test
    void tagOfAPutIsThatOfTheObject() {
        Reply put = client.put("/a", "new", "If-Match", tag);
        assertNotEquals(tag, put.field("ETag"));
        Reply get = client.get("/a");
        assertEquals(put.field("ETag"), get.field("ETag"));
        assertEquals(put.field("Last-Modified"), get.field("Last-Modified"));
        assertEquals(200, client.put("/a", "newer", "If-Match", put.field("ETag")).status());
    }

    @Test
    void lastModifiedIsNeverInTheFuture() throws IOException {
        Files.setLastModifiedTime(folder.resolve("a"),
                FileTime.from(Instant.now().plusSeconds(86_400)));
        long said = HttpDate.parse(client.get("/a").field("Last-Modified"));
        assertEquals(true, said <= Instant.now().getEpochSecond());
        Reply next = client.put("/a", "new");
        assertEquals(next.field("ETag"), client.get("/a").field("ETag"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ofAHundredParallelCreateOnlyPutsOneSucceeds(int round) throws Exception {
        assertEquals(1, race("/new" + round, "If-None-Match", "*"));
    }

    @Test
    void ofAHundredParallelUpdatesOfOneVersionOneSucceeds() throws Exception {
        assertEquals(1, race("/a", "If-Match", tag));
    }

    private int race(String target, String... condition) throws Exception {
        int clients = 100;
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        CountDownLatch bodiesIn = new CountDownLatch(clients);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String body = "body " + i;
                answers.add(executor.submit(() -> {
                    Exchange exchange =
                            client.begin(Request.of("PUT", target, condition), body);
                    bodiesIn.countDown();
                    bodiesIn.await(60, TimeUnit.SECONDS);
                    return exchange.complete().status().code();
                }));
            }
            int succeeded = 0;
            String winner = null;
            for (int i = 0; i < clients; i++) {
                int status = answers.get(i).get(60, TimeUnit.SECONDS);
                if (status < 300) {
                    succeeded++;
                    winner = "body " + i;
                } else {
                    assertEquals(412, status);
                }
            }
            assertEquals(winner, client.get(target).text());
            return succeeded;
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void requestWithoutConditionsCostsNothing() throws Exception {
        Preconditions none = Preconditions.of(Request.of("PUT", "/a"));
        assertSame(none, Preconditions.of(Request.of("GET", "/a", "Host", "x")));
        assertNull(none.refuseChange(null));
    }
}
