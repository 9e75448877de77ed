package io.millrace.bucket;

import static io.millrace.s3.DoubleCall.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.route.LeavingRequest;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DELETE of objects in a bucket, each with a fault of the engine or another client between. */
class BucketDeleteTest {

    private S3Double engine;
    private BucketStore store;

    @BeforeEach
    void start() throws Exception {
        engine = S3Double.start();
        store = open();
        engine.forget();
    }

    private BucketStore open() throws Exception {
        return BucketStore.open(BucketOptions.builder(engine.url()).maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build());
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        engine.close();
    }

    private CompletableFuture<Response> begin(BucketStore node, String... fields)
            throws HttpException {
        Response response = (Response) node.handle(Request.of("DELETE", "/d/a", fields));
        return response.stage() == null ? CompletableFuture.completedFuture(response)
                : response.stage().toCompletableFuture();
    }

    private int delete(String... fields) throws Exception {
        return begin(store, fields).get(60, TimeUnit.SECONDS).status().code();
    }

    private boolean isThere() {
        return engine.objects().containsKey("d/a");
    }

    @Test
    void objectIsRemovedOnceAndThenThereIsNone() throws Exception {
        engine.place("d/a", "text");
        assertEquals(204, delete());
        assertFalse(isThere());
        assertEquals(404, delete());
    }

    @Test
    void conditionsAreThoseOfTheVersionThatIsThere() throws Exception {
        S3Stored placed = engine.place("d/a", "text");
        assertEquals(412, delete("If-Match", "\"other\""));
        assertEquals(412, delete("If-None-Match", "*"));
        assertEquals(412, delete("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"));
        assertTrue(isThere());
        assertEquals(204, delete("If-Match", "\"other\", " + placed.etag()));
        assertEquals(404, delete("If-Match", "*"));
    }

    @Test
    void versionThatReplacesTheOneThatWasSeenStaysIfAConditionSaysSo() throws Exception {
        S3Stored placed = engine.place("d/a", "text");
        CompletableFuture<Void> replaced = new CompletableFuture<>();
        engine.next(is("DeleteObject"), S3Fault.hold(replaced));
        CompletableFuture<Response> reply = begin(store, "If-Match", placed.etag());
        engine.await(is("DeleteObject"));
        engine.place("d/a", "another");
        replaced.complete(null);
        assertEquals(412, reply.get(60, TimeUnit.SECONDS).status().code());
        assertEquals("another", engine.objects().get("d/a").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "W/\"weak\""})
    void conditionIsRefusedWhereNoEntityTagTellsTheVersion(String etag) throws Exception {
        engine.place("d/a", "text");
        S3Fault tagless = etag.isEmpty() ? S3Fault.noEtag()
                : S3Fault.noEtag().field("ETag", etag);
        engine.next(is("HeadObject"), tagless);
        assertEquals(502, delete("If-Match", "*"));
        assertTrue(isThere());
        engine.next(is("HeadObject"), tagless);
        assertEquals(412, delete("If-None-Match", "*"));
        engine.next(is("HeadObject"), tagless);
        assertEquals(204, delete());
        assertFalse(isThere());
    }

    @Test
    void versionThatReplacesTheOneThatWasSeenGoesIfNoConditionSaysOtherwise() throws Exception {
        engine.place("d/a", "text");
        CompletableFuture<Void> replaced = new CompletableFuture<>();
        engine.next(is("DeleteObject"), S3Fault.hold(replaced));
        CompletableFuture<Response> reply = begin(store);
        engine.await(is("DeleteObject"));
        engine.place("d/a", "another");
        replaced.complete(null);
        assertEquals(204, reply.get(60, TimeUnit.SECONDS).status().code());
        assertFalse(isThere());
    }

    @Test
    void ofTwoNodesThatDeleteAtOnceOneHasDoneIt() throws Exception {
        try (BucketStore other = open()) {
            for (int round = 0; round < 25; round++) {
                engine.place("d/a", "text " + round);
                CompletableFuture<Response> one = begin(store);
                CompletableFuture<Response> two = begin(other);
                List<Integer> codes = new ArrayList<>(List.of(
                        one.get(60, TimeUnit.SECONDS).status().code(),
                        two.get(60, TimeUnit.SECONDS).status().code()));
                codes.sort(null);
                assertEquals(List.of(204, 404), codes, "round " + round);
            }
        }
    }

    @Test
    void objectThatChangesAllTheTimeIsRemovedAsItIsInTheEnd() throws Exception {
        engine.place("d/a", "text");
        engine.next(7, is("DeleteObject"), S3Fault.answer(412, "PreconditionFailed"));
        assertEquals(204, delete());
        assertFalse(isThere());
    }

    @Test
    void objectThatChangesAllTheTimeIsNotRemovedOnACondition() throws Exception {
        engine.place("d/a", "text");
        engine.next(8, is("DeleteObject"), S3Fault.answer(412, "PreconditionFailed"));
        assertEquals(503, delete("If-Match", "*"));
        assertTrue(isThere());
    }

    @Test
    void objectThatIsGoneAfterTheEngineBrokeOffWasRemoved() throws Exception {
        engine.place("d/a", "text");
        engine.next(is("DeleteObject"), S3Fault.reset().afterStoring());
        assertEquals(204, delete());
    }

    @Test
    void objectThatIsThereAfterTheEngineBrokeOffMayStillGo() throws Exception {
        engine.place("d/a", "text");
        engine.next(is("DeleteObject"), S3Fault.reset());
        assertEquals(502, delete());
        assertTrue(isThere());
    }

    @Test
    void engineThatIsOverloadedHasRemovedNothing() throws Exception {
        engine.place("d/a", "text");
        engine.next(is("DeleteObject"), S3Fault.answer(503, "SlowDown"));
        assertEquals(503, delete());
        assertTrue(isThere());
    }

    @Test
    void keysThatMayNotDeleteGet403() throws Exception {
        engine.place("d/a", "text");
        engine.next(is("DeleteObject"), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, delete());
    }

    @Test
    void nothingIsRemovedForAClientThatLeavesBeforeTheEngineIsAsked() throws Exception {
        engine.place("d/a", "text");
        CompletableFuture<Void> left = new CompletableFuture<>();
        engine.next(is("HeadObject"), S3Fault.hold(left));
        LeavingRequest request = new LeavingRequest(Request.of("DELETE", "/d/a"));
        Response response = (Response) store.handle(request);
        engine.await(is("HeadObject"));
        request.leave();
        left.complete(null);
        response.stage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertTrue(isThere());
        assertEquals(0, engine.requests(is("DeleteObject")).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match"})
    void conditionOnAnEngineThatDoesNotHoldItIs501(String field) throws Exception {
        engine.holdDeletes(false);
        try (BucketStore node = open()) {
            engine.place("d/a", "text");
            assertEquals(501, begin(node, field, "*").get().status().code());
            assertEquals(204, begin(node).get(60, TimeUnit.SECONDS).status().code());
        }
    }
}
