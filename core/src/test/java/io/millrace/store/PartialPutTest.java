package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PUTs of a part of an object: uploads that are continued, and bytes that are replaced. */
@ParameterizedClass
@EnumSource(Durability.class)
class PartialPutTest {

    @Parameter
    private Durability durability;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void openStore() throws IOException {
        open(StoreOptions.builder());
    }

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(folder, options.durability(durability).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private Reply put(String target, String body, String range, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of("Content-Range", range));
        return client.put(target, body, all.toArray(String[]::new));
    }

    private void assertOnly(String content) throws IOException {
        assertEquals(Set.of("a"), FolderNames.of(folder));
        assertEquals(content, Files.readString(folder.resolve("a")));
        assertEquals(content, client.get("/a").text());
        try (var left = Files.list(folder.resolve(".millrace.parts"))) {
            assertEquals(0, left.count(), "files that are left");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 4-6/7, abcdXYZ", "bytes 4-6/*, abcdXYZ", "bytes 4-6/9, abcdXYZ",
        "bytes 1-3/4, aXYZ", "bytes 1-3/*, aXYZ", "bytes 0-2/*, XYZd", "bytes 0-2/4, XYZd",
        "bytes 0-2/9, XYZd", "bytes 0-2/3, XYZ", "bytes 2-4/5, abXYZ",
    })
    void bodyTakesThePlaceOfTheBytesThatItsRangeNames(String range, String content)
            throws IOException {
        client.put("/a", "abcd");
        Reply reply = put("/a", "XYZ", range);
        assertEquals(204, reply.status());
        assertOnly(content);
        assertEquals(client.get("/a").field("ETag"), reply.field("ETag"));
    }

    @ParameterizedTest
    @CsvSource({"bytes 1-1/*, aXcdefgh", "bytes 1-1/8, aXcdefgh", "bytes 1-1/7, aXcdefg",
        "bytes 1-1/3, aXc", "bytes 1-1/2, aX"})
    void lengthThatTheRangeNamesCutsOffWhatIsBeyond(String range, String content)
            throws IOException {
        client.put("/a", "abcdefgh");
        assertEquals(204, put("/a", "X", range).status());
        assertOnly(content);
    }

    @Test
    void objectIsMadeOfPartsInTheirOrder() throws IOException {
        Reply first = put("/x/a", "abc", "bytes 0-2/8");
        assertEquals(201, first.status());
        assertEquals("/x/a", first.field("Location"));
        assertEquals(204, put("/x/a", "def", "bytes 3-5/8").status());
        assertEquals(204, put("/x/a", "gh", "bytes 6-7/8").status());
        assertEquals("abcdefgh", client.get("/x/a").text());
        assertEquals("abcdefgh", Files.readString(folder.resolve("x/a")));
    }

    @Test
    void longBodyIsContinuedWhereItWasCut() throws IOException {
        String whole = "0123456789".repeat(50_000);
        client.put("/a", whole.substring(0, 123_457));
        assertEquals(204, put("/a", whole.substring(123_457), "bytes 123457-499999/500000")
                .status());
        assertOnly(whole);
    }

    @Test
    void wholeObjectMayHaveARange() throws IOException {
        assertEquals(201, put("/a", "abc", "bytes 0-2/3").status());
        assertEquals(204, put("/a", "de", "bytes 0-1/2").status());
        assertOnly("de");
    }

    @Test
    void statusIs200WhereEveryPutHasThat() throws IOException {
        open(StoreOptions.builder().putStatus(200));
        assertEquals(200, put("/a", "abc", "bytes 0-2/*").status());
        assertEquals(200, put("/a", "d", "bytes 3-3/4").status());
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        assertEquals(200, put("/a", "e", "bytes 4-4/5").status());
        assertOnly("abcde");
    }

    @Test
    void partBehindAGapIsRefusedWithTheLengthThatIsThere() throws IOException {
        client.put("/a", "abcd");
        Reply reply = put("/a", "X", "bytes 5-5/6");
        assertEquals(416, reply.status());
        assertEquals("bytes */4", reply.field("Content-Range"));
        assertTrue(reply.text().contains("the object has 4 bytes"), reply.text());
        Reply none = put("/b", "X", "bytes 1-1/2");
        assertEquals(416, none.status());
        assertEquals("bytes */0", none.field("Content-Range"));
        assertOnly("abcd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes */4", "bytes 0-0", "bytes 1-0/4", "bytes 0-0/0",
        "lines 0-0/4", "bytes=0-0/4", "bytes 0-0/1, bytes 0-0/1"})
    void malformedRangeIsRefused(String range) throws IOException {
        client.put("/a", "abcd");
        Reply reply = put("/a", "X", range);
        assertEquals(400, reply.status());
        assertTrue(reply.text().contains("Content-Range"), reply.text());
        assertOnly("abcd");
    }

    @Test
    void secondRangeIsRefused() throws IOException {
        client.put("/a", "abcd");
        assertEquals(400, put("/a", "X", "bytes 0-0/4", "Content-Range", "bytes 1-1/4").status());
        assertOnly("abcd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X", "XYZ"})
    void bodyOfAnotherLengthThanItsRangeIsRefused(String body) throws IOException {
        client.put("/a", "abcd");
        assertEquals(400, put("/a", body, "bytes 4-5/6").status());
        assertEquals(400, put("/a", body, "bytes 0-1/2").status());
        for (String range : List.of("bytes 4-5/6", "bytes 0-1/2", "bytes 0-1/*")) {
            assertEquals(400, client.putChunked("/a", body, "Content-Range", range).status());
        }
        assertOnly("abcd");
    }

    @Test
    void chunkedBodyOfTheRightLengthIsTaken() throws IOException {
        client.put("/a", "abcd");
        assertEquals(204, client.putChunked("/a", "XY", "Content-Range", "bytes 4-5/6").status());
        assertOnly("abcdXY");
        assertEquals(204, client.putChunked("/a", "XY", "Content-Range", "bytes 0-1/2").status());
        assertOnly("XY");
    }

    @Test
    void folderAndWhatIsBelowAnObjectTakeNoPart() throws IOException {
        client.put("/a", "abcd");
        client.put("/d/o", "x");
        assertEquals(409, put("/d", "X", "bytes 0-0/*").status());
        assertEquals(409, put("/d/", "X", "bytes 0-0/*").status());
        assertEquals(409, put("/a/b", "X", "bytes 0-0/*").status());
        client.delete("/d/o");
        client.delete("/d/");
        assertOnly("abcd");
    }

    @Test
    void conditionsAreThoseOfAnyPut() throws IOException {
        String tag = client.put("/a", "abcd").field("ETag");
        assertEquals(412, put("/a", "X", "bytes 4-4/5", "If-Match", "\"x\"").status());
        assertEquals(412, put("/a", "X", "bytes 4-4/5", "If-None-Match", "*").status());
        assertOnly("abcd");
        assertEquals(204, put("/a", "X", "bytes 4-4/5", "If-Match", tag).status());
        assertEquals(412, put("/a", "X", "bytes 4-4/5", "If-Match", tag).status());
        assertOnly("abcdX");
    }

    @Test
    void digestIsThatOfThePart() throws IOException {
        client.put("/a", "abcd");
        String digest = client.put("/b", "X", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest");
        client.delete("/b");
        assertEquals(400, put("/a", "Y", "bytes 4-4/5", "Content-Digest", digest).status());
        Reply wrong = put("/a", "X", "bytes 4-4/5", "Repr-Digest", digest);
        assertEquals(400, wrong.status());
        assertTrue(wrong.text().contains("Content-Digest"), wrong.text());
        assertOnly("abcd");
        Reply reply = put("/a", "X", "bytes 4-4/5", "Content-Digest", digest,
                "Want-Repr-Digest", "sha-256=1");
        assertEquals(204, reply.status());
        assertNull(reply.field("Repr-Digest"));
        assertOnly("abcdX");
        assertFalse(client.get("/a", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest")
                .equals(digest));
    }

    @Test
    void limitIsThatOfTheWholeObject() throws IOException {
        open(StoreOptions.builder().maxObjectBytes(6));
        client.put("/a", "abcd");
        assertEquals(413, put("/a", "XYZ", "bytes 4-6/7").status());
        assertEquals(204, put("/a", "XY", "bytes 4-5/6").status());
        assertOnly("abcdXY");
        open(StoreOptions.builder().maxObjectBytes(5));
        assertEquals(413, put("/a", "Z", "bytes 0-0/*").status());
        assertOnly("abcdXY");
        assertEquals(204, put("/a", "Z", "bytes 0-0/5").status());
        assertOnly("Zbcde".replace('e', 'X'));
    }

    @Test
    void quotaHoldsTheObjectBesideTheOneThatReplacesIt() throws IOException {
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/a", "abcd");
        assertEquals(507, put("/a", "XYZ", "bytes 4-6/7").status());
        assertOnly("abcd");
        assertEquals(204, put("/a", "XY", "bytes 4-5/6").status());
        assertOnly("abcdXY");
        assertEquals(507, put("/a", "Z", "bytes 0-0/*").status());
        assertEquals(204, put("/a", "Z", "bytes 0-0/4").status());
        assertOnly("ZbcdXY".substring(0, 4));
        assertEquals(201, client.put("/b", "123456").status());
        assertEquals(204, client.delete("/b").status());
        assertOnly("Zbcd");
    }

    @Test
    void objectThatMayNotBeReplacedTakesNoPart() throws IOException {
        open(StoreOptions.builder().noOverwrite(true));
        assertEquals(201, put("/a", "ab", "bytes 0-1/4").status());
        assertEquals(409, put("/a", "cd", "bytes 2-3/4").status());
        assertEquals(409, put("/a", "X", "bytes 0-0/*").status());
        assertOnly("ab");
    }

    @Test
    void bodyThatIsCutLeavesTheObject() throws Exception {
        client.put("/a", "abcd");
        Exchange exchange = store.handle(Request.of("PUT", "/a", "Content-Range", "bytes 4-7/8")
                .withBody(4));
        Client.write(exchange.sink(), new byte[] {'X', 'Y'});
        exchange.abandon(Abandonment.PEER_LEFT, null);
        assertOnly("abcd");
    }

    @Test
    void objectThatHasBecomeShorterMeanwhileIsLeft() throws Exception {
        client.put("/a", "abcd");
        Exchange exchange = client.begin(Request.of("PUT", "/a", "Content-Range", "bytes 4-5/6"),
                "XY");
        client.put("/a", "abc");
        Reply reply = Reply.of(Client.known(exchange.complete()));
        assertEquals(416, reply.status());
        assertEquals("bytes */3", reply.field("Content-Range"));
        assertOnly("abc");
    }

    @Test
    void readerKeepsTheVersionThatItBeganWith() throws Exception {
        client.put("/a", "abcd");
        try (var body = store.handle(Request.of("GET", "/a")).complete().body()) {
            assertEquals(204, put("/a", "XY", "bytes 0-1/*").status());
            ByteBuffer bytes = ByteBuffer.allocate(4);
            body.read(0, bytes);
            assertEquals("abcd", new String(bytes.array(), StandardCharsets.US_ASCII));
        }
        assertOnly("XYcd");
    }

    @Test
    void partsThatComeAtTheSameTimeAreAllKept() throws Exception {
        int parts = 32;
        client.put("/a", ".".repeat(parts));
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> done = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                String range = "bytes " + i + "-" + i + "/*";
                done.add(clients.submit(() -> {
                    int status = put("/a", "X", range).status();
                    while (status == 409) { // another part was faster
                        status = put("/a", "X", range).status();
                    }
                    return status;
                }));
            }
            for (Future<Integer> one : done) {
                assertEquals(204, one.get(60, TimeUnit.SECONDS));
            }
        } finally {
            clients.shutdownNow();
        }
        assertOnly("X".repeat(parts));
    }

    @Test
    void storeThatDiscardsTakesNoPart() throws IOException {
        try (FolderStore none = FolderStore.discarding(StoreOptions.defaults())) {
            Client nowhere = new Client(none, Contract.ARTICLE);
            assertEquals(400, nowhere.put("/a", "X", "Content-Range", "bytes 0-0/2").status());
            assertEquals(204, nowhere.put("/a", "X", "Content-Range", "bytes 0-0/1").status());
        }
    }
}
