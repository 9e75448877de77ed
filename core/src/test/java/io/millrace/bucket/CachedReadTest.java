package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.store.Client;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients see of objects that are kept in memory, and what the engine is asked for them. */
class CachedReadTest {

    private static final Predicate<DoubleCall> GET = DoubleCall.is("GetObject");
    private static final Predicate<DoubleCall> LOOK = DoubleCall.is("HeadObject");
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private S3Double engine;
    private BucketClient client;

    @BeforeEach
    void openStoreWithAnObject() throws Exception {
        engine = S3Double.start();
        client = BucketClient.of(engine, BucketClient.options(engine).cacheBytes(1 << 20)
                .cacheWindow(WINDOW).maxCachedObjectBytes(1_000).build());
        place("a", "0123456789");
    }

    @AfterEach
    void closeStore() throws Exception {
        client.close();
        engine.close();
    }

    private String place(String key, String text) {
        return engine.place(key, text.getBytes(StandardCharsets.UTF_8),
                Map.of("content-type", "text/csv")).etag();
    }

    private void warmUp(String target) throws Exception {
        client.get(target);
        client.get(target);
        client.asked();
    }

    private void pass(Duration time) {
        client.nowNs.addAndGet(time.toNanos());
    }

    /** Responses to as many GETs, all begun before the engine says anything. */
    private List<Response> beginAll(int clients) throws Exception {
        List<Response> answers = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            answers.add((Response) client.handle(Request.of("GET", "/a")));
        }
        return answers;
    }

    private static Got read(Response answer) throws Exception {
        return BucketClient.read(Request.of("GET", "/a"), Client.known(answer));
    }

    @Test
    void thirdGetAsksNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            Got got = client.get("/a");
            assertEquals("0123456789", got.text());
            assertEquals("text/csv", got.field("Content-Type"));
            assertEquals(engine.objects().get("a").etag(), got.field("ETag"));
        }
        assertEquals("GetObject 200, GetObject 200", client.asked());
        assertEquals(3, client.state.cache().hits());
        assertEquals(10, client.head("/a").response().body().length());
        assertEquals("", client.asked());
    }

    @Test
    void objectThatIsWantedOnceIsNotKept() throws Exception {
        client.get("/a");
        assertEquals(0, client.state.cache().objects());
    }

    @Test
    void objectThatThisNodeHasDeletedIsGoneAtOnce() throws Exception {
        warmUp("/a");
        assertEquals(1, client.state.cache().objects());
        assertEquals(204, client.send(Request.of("DELETE", "/a")).status());
        assertEquals(0, client.state.cache().objects());
        assertEquals(404, client.get("/a").status());
        assertEquals(404, client.head("/a").status());
    }

    @Test
    void objectThatIsReadBeforeALateDeletionIsGoneWhenThatIsKnown() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        engine.next(LOOK, S3Fault.hold(CompletableFuture.completedFuture(null)));
        engine.next(LOOK, S3Fault.hold(done));
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.reset());
        engine.forget();
        Response deletion = (Response) client.handle(Request.of("DELETE", "/a"));
        engine.await(call -> engine.requests(LOOK).size() == 2);
        warmUp("/a");
        assertEquals("0123456789", client.get("/a").text());
        try (BucketClient other = BucketClient.of(engine)) { // as the engine does after all
            assertEquals(204, other.send(Request.of("DELETE", "/a")).status());
        }
        done.complete(null);
        assertEquals(204, Client.known(deletion).status().code());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void objectIsGoneAsSoonAsTheEngineHasRemovedIt() throws Exception {
        warmUp("/a");
        CompletableFuture<Void> answered = new CompletableFuture<>();
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.hold(answered).afterStoring());
        Response deletion = (Response) client.handle(Request.of("DELETE", "/a"));
        engine.await(call -> engine.objects().isEmpty());
        assertEquals(404, client.get("/a").status());
        answered.complete(null);
        assertEquals(204, Client.known(deletion).status().code());
    }

    @Test
    void objectThatIsReadJustBeforeTheEngineRemovesItIsNotKept() throws Exception {
        CompletableFuture<Void> until = new CompletableFuture<>();
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.hold(until));
        Response deletion = (Response) client.handle(Request.of("DELETE", "/a"));
        engine.await(DoubleCall.is("DeleteObject"));
        warmUp("/a");
        assertEquals(1, client.state.cache().objects());
        until.complete(null);
        assertEquals(204, Client.known(deletion).status().code());
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void objectWhoseDeletionMayHaveBeenDoneIsAskedForAgain() throws Exception {
        warmUp("/a");
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.reset());
        assertEquals(502, client.send(Request.of("DELETE", "/a")).status());
        place("a", "new");
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void objectThatThisNodeFailedToDeleteIsAskedForAgain() throws Exception {
        warmUp("/a");
        engine.next(DoubleCall.is("DeleteObject"), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, client.send(Request.of("DELETE", "/a")).status());
        client.asked();
        assertEquals("0123456789", client.get("/a").text());
        assertEquals("GetObject 200", client.asked());
    }

    @Test
    void objectThatIsReadWhileThisNodeDeletesItIsNotKept() throws Exception {
        client.get("/a");
        engine.forget();
        CompletableFuture<Void> deleted = new CompletableFuture<>();
        engine.next(GET, S3Fault.hold(deleted).afterStoring());
        List<Response> reads = beginAll(1);
        engine.await(GET);
        assertEquals(204, client.send(Request.of("DELETE", "/a")).status());
        deleted.complete(null);
        read(reads.get(0));
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void windowThatHasPassedCostsALook() throws Exception {
        warmUp("/a");
        pass(WINDOW);
        assertEquals("0123456789", client.get("/a").text());
        client.get("/a");
        assertEquals("HeadObject 200", client.asked());
        assertEquals(1, client.state.cache().revalidations());
    }

    @Test
    void changeByAnotherNodeShowsWhenTheWindowHasPassed() throws Exception {
        warmUp("/a");
        place("a", "new");
        pass(WINDOW.minusNanos(1));
        assertEquals("0123456789", client.get("/a").text());
        pass(Duration.ofNanos(1));
        assertEquals("new", client.get("/a").text());
        assertEquals("new", client.get("/a").text());
        assertEquals("HeadObject 200, GetObject 200", client.asked());
    }

    @Test
    void otherFieldsOfTheSameBytesShowWhenTheWindowHasPassed() throws Exception {
        warmUp("/a");
        engine.place("a", "0123456789".getBytes(StandardCharsets.UTF_8),
                Map.of("content-type", "text/plain", "content-language", "de"));
        pass(WINDOW);
        Got got = client.get("/a");
        assertEquals("text/plain", got.field("Content-Type"));
        assertEquals("de", got.field("Content-Language"));
        assertEquals("0123456789", got.text());
    }

    @Test
    void objectThatAnotherNodeHasDeletedIsGoneThen() throws Exception {
        warmUp("/a");
        engine.next(LOOK, S3Fault.answer(404, "NoSuchKey"));
        pass(WINDOW);
        assertEquals(404, client.get("/a").status());
        assertEquals(0, client.state.cache().objects());
        assertEquals(0, client.state.cache().bytes());
    }

    @Test
    void objectThatHasBecomeLargeIsReadAndNotKept() throws Exception {
        warmUp("/a");
        String large = "x".repeat(1_001);
        place("a", large);
        pass(WINDOW);
        assertEquals(large, client.get("/a").text());
        assertEquals(0, client.state.cache().objects());
    }

    @Test
    void objectOfTheLargestSizeIsKeptAndALargerOneIsNot() throws Exception {
        place("most", "x".repeat(1_000));
        place("more", "x".repeat(1_001));
        warmUp("/most");
        warmUp("/more");
        client.get("/most");
        client.get("/more");
        assertEquals(1, client.state.cache().objects());
        assertEquals("GetObject 200", client.asked());
    }

    // Conditions and ranges of what is in memory.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "If-Match | TAG | 200", "If-Match | \"x\" | 412", "If-Match | * | 200",
        "If-None-Match | TAG | 304", "If-None-Match | W/TAG | 304",
        "If-None-Match | \"x\", TAG | 304", "If-None-Match | \"x\" | 200",
        "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:37 GMT | 412",
        "If-Modified-Since | Sun, 06 Nov 1994 08:49:37 GMT | 200",
        "Range | bytes=2-3 | 206", "Range | bytes=2-3,9- | 206", "Range | bytes=10- | 416",
        "Range | bytes=3-2 | 200"})
    void conditionsAndRangesOfACopyAskNothing(String field, String value, int status)
            throws Exception {
        String set = value.replace("TAG", engine.objects().get("a").etag());
        Got alone = client.get("/a", field, set);
        warmUp("/a");
        Got copy = client.get("/a", field, set);
        assertEquals(status, copy.status());
        assertEquals("", client.asked());
        assertEquals(status, alone.status());
        assertEquals(alone.field("Content-Range"), copy.field("Content-Range"));
        assertEquals(alone.bytes().length, copy.bytes().length);
        assertEquals(alone.field("ETag"), copy.field("ETag"));
    }

    @Test
    void digestOfACopyIsComputed() throws Exception {
        warmUp("/a");
        assertEquals("sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest
                .getInstance("SHA-256").digest("0123456789".getBytes(StandardCharsets.UTF_8)))
                + ":", client.get("/a", "Want-Repr-Digest", "sha-256=1").field("Repr-Digest"));
        assertNull(client.get("/a").field("Repr-Digest"));
        assertEquals("", client.asked());
    }

    @Test
    void readIntoMemoryLeavesItsConnectionToTheNext() throws Exception {
        warmUp("/a");
        int before = engine.accepted();
        for (int i = 0; i < 20; i++) {
            place("a", "version " + i);
            pass(WINDOW);
            assertEquals("version " + i, client.get("/a").text());
        }
        assertTrue(engine.accepted() - before <= 2, engine.accepted() + " connections");
    }

    @Test
    void rangeAloneBringsNothingIntoMemory() throws Exception {
        client.get("/a");
        client.get("/a", "Range", "bytes=0-1");
        assertEquals(0, client.state.cache().objects());
    }

    // Many clients at once.

    @Test
    void manyClientsAtOnceCostOneRequest() throws Exception {
        client.get("/a");
        client.asked();
        CompletableFuture<Void> until = new CompletableFuture<>();
        engine.next(GET, S3Fault.hold(until));
        List<Response> answers = beginAll(50);
        until.complete(null);
        for (Response answer : answers) {
            assertEquals("0123456789", read(answer).text());
        }
        assertEquals("GetObject 200", client.asked());
    }

    @Test
    void failureOfTheOneRequestIsEachClients() throws Exception {
        warmUp("/a");
        pass(WINDOW);
        engine.next(1, LOOK, S3Fault.answer(403, "AccessDenied"));
        for (Response answer : beginAll(3)) {
            assertEquals(403, read(answer).status());
        }
        assertEquals("0123456789", client.get("/a").text());
    }

    @Test
    void noClientJoinsARequestThatBeganAWindowAgo() throws Exception {
        warmUp("/a");
        pass(WINDOW);
        CompletableFuture<Void> until = new CompletableFuture<>();
        engine.next(LOOK, S3Fault.hold(until));
        Response early = (Response) client.handle(Request.of("GET", "/a"));
        engine.await(LOOK);
        pass(WINDOW);
        assertEquals("0123456789", client.get("/a").text()); // while the other one is held
        until.complete(null);
        assertEquals("0123456789", read(early).text());
    }

    @Test
    void bodyThatBreaksOffOnItsWayIntoMemoryIsGoneOnWith() throws Exception {
        client.get("/a");
        client.asked();
        engine.next(GET, S3Fault.halfBody());
        assertEquals("0123456789", client.get("/a").text());
        assertEquals("0123456789", client.get("/a").text());
        assertEquals("GetObject 200, GetObject 206", client.asked());
    }

    // Changes by this node.

    @Test
    void changeByThisNodeShowsAtOnce() throws Exception {
        warmUp("/a");
        client.state.cache().changed("a");
        place("a", "new");
        client.state.cache().changed("a");
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void readThatBeganBeforeAChangeIsNeitherKeptNorJoined() throws Exception {
        warmUp("/a");
        pass(WINDOW);
        CompletableFuture<Void> until = new CompletableFuture<>();
        // Carried out, and its answer on the way, when the change is made.
        engine.next(LOOK, S3Fault.hold(until).afterStoring());
        Response early = (Response) client.handle(Request.of("GET", "/a"));
        engine.await(LOOK);
        client.state.cache().changed("a");
        place("a", "new");
        client.state.cache().changed("a");
        assertEquals("new", client.get("/a").text());
        until.complete(null);
        String text = read(early).text();
        assertTrue(text.equals("0123456789") || text.equals("new"), text);
        assertEquals("new", client.get("/a").text());
    }
}
