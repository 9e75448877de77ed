package io.millrace.bucket;

import static io.millrace.s3.DoubleCall.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store finds out about its engine when it is opened, and what it does about it. */
class BucketProbeTest {

    private static final String ALL_HELD =
            "conditional writes: create held, replace held, multipart held, delete held";

    private S3Double engine;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
    }

    private BucketStore open(UnaryOperator<BucketOptions.Builder> more) throws IOException {
        return BucketStore.open(more.apply(BucketOptions.builder(engine.url() + "of/these/")
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).maxAttempts(1)).build());
    }

    private static Response delete(BucketStore store, String... fields) throws Exception {
        Response response = (Response) store.handle(Request.of("DELETE", "/a", fields));
        return response.stage() == null ? response : response.stage().toCompletableFuture().get();
    }

    private static boolean isOfProbe(DoubleCall call) {
        return call.key().startsWith("of/these/.millrace.probe-");
    }

    @Test
    void engineThatHoldsConditionsIsFoundToAndNothingIsLeft() throws IOException {
        try (BucketStore store = open(options -> options)) {
            assertEquals(ALL_HELD, store.conditions());
        }
        engine.await(call -> isOfProbe(call) && call.method().equals("DELETE")
                && engine.objects().isEmpty());
        assertTrue(engine.multiparts().isEmpty());
    }

    @Test
    void eachConditionIsRacedByFourRequestsAtOnce24Times() throws IOException {
        open(options -> options).close();
        int races = ConditionRaces.ROUNDS * ConditionRaces.RACERS;
        assertEquals(96, races);
        assertEquals(races, engine.requests(is("PutObject").and(
                call -> call.field("if-none-match").equals("*"))).size());
        assertEquals(races + races / 2 + 1, engine.requests(is("PutObject").and(
                call -> !call.field("if-match").isEmpty())).size(), "with the stale one");
        assertEquals(races / 2 + 2, engine.requests(is("DeleteObject").and(
                call -> !call.field("if-match").isEmpty())).size(), "and two that race nothing");
    }

    @Test
    void firstRaceThatTwoHaveWonEndsTheProbeOfItsKind() throws IOException {
        engine.holdConditions(false);
        open(options -> options).close();
        assertEquals(ConditionRaces.RACERS, engine.requests(is("PutObject").and(
                call -> call.field("if-none-match").equals("*"))).size());
    }

    @Test
    void engineThatLooksFirstAndWritesThenIsFoundOut() throws IOException {
        engine.checkLate(false);
        try (BucketStore store = open(options -> options)) {
            assertTrue(store.conditions().startsWith(
                    "conditional writes: create not held, replace not held"), store.conditions());
        }
    }

    @Test
    void engineThatBreaksOffBeforeABodyThatIsHeldBackIsRacedWithoutThat() throws IOException {
        Predicate<DoubleCall> held = is("PutObject").and(call ->
                call.field("x-amz-content-sha256").startsWith("STREAMING"));
        engine.next(1_000, held, S3Fault.reset());
        try (BucketStore store = open(options -> options)) {
            assertEquals(ALL_HELD, store.conditions());
        }
        assertEquals(ConditionRaces.MAX_FAILED_HOLDS * ConditionRaces.RACERS,
                engine.requests(held).size());
    }

    @Test
    void bodyThatIsHeldBackComesWhenItsGateOpensAndNotBefore() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        HeldBody body = new HeldBody(new byte[] {7}, gate);
        List<String> seen = new ArrayList<>();
        body.subscribe(new Flow.Subscriber<>() {

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                assertFalse(body.asked().isDone());
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                seen.add("byte " + piece.get());
            }

            @Override
            public void onError(Throwable cause) {
                seen.add(cause.toString());
            }

            @Override
            public void onComplete() {
                seen.add("end");
            }
        });
        assertTrue(body.asked().isDone());
        assertEquals(List.of(), seen);
        gate.complete(null);
        assertEquals(List.of("byte 7", "end"), seen);
    }

    @Test
    void engineThatTakesTagsWithoutQuotesOnlyGetsThemSo() throws Exception {
        engine.next(1_000, is("PutObject").and(call -> call.field("if-match").startsWith("\"")),
                S3Fault.answer(412, "PreconditionFailed"));
        try (BucketStore store = open(options -> options)) {
            assertEquals(ALL_HELD, store.conditions());
            S3Stored placed = engine.place("of/these/a", "text");
            engine.forget();
            assertEquals(204, delete(store, "If-Match", placed.etag()).status().code());
            assertEquals(placed.etag().replace("\"", ""),
                    engine.await(is("DeleteObject")).field("if-match"));
        }
    }

    @Test
    void loserOfARaceMayGet500AsCephSays() throws IOException {
        engine.next(1, is("PutObject").and(call -> call.field("if-match").startsWith("\"")),
                S3Fault.answer(500, "UnknownError"));
        try (BucketStore store = open(options -> options)) {
            assertEquals(ALL_HELD, store.conditions());
        }
    }

    @Test
    void probesOfTwoStoresHaveKeysThatDifferAndCannotBeGuessed() throws IOException {
        open(options -> options).close();
        open(options -> options).close();
        assertEquals(2, engine.requests(is("CreateMultipartUpload")).stream()
                .map(DoubleCall::key).distinct().peek(key -> assertEquals(
                        "of/these/.millrace.probe-".length() + 32, key.length())).count());
    }

    @Test
    void engineThatIgnoresConditionsIsFoundOut() throws IOException {
        engine.holdConditions(false).holdDeletes(false);
        try (BucketStore store = open(options -> options)) {
            assertEquals("conditional writes: create not held, replace not held, multipart not "
                    + "held, delete not held", store.conditions());
        }
    }

    @Test
    void engineThatIgnoresConditionsIsRefusedWhereTheyAreRequired() {
        engine.holdConditions(false);
        String message = assertThrows(IOException.class,
                () -> open(options -> options.requireConditions(true))).getMessage();
        assertTrue(message.contains("create not held") && message.contains("requireConditions"),
                message);
    }

    @Test
    void engineThatHoldsAllButConditionalDeleteIsTakenWhereConditionsAreRequired()
            throws Exception {
        engine.holdDeletes(false);
        try (BucketStore store = open(options -> options.requireConditions(true))) {
            assertTrue(store.conditions().endsWith("multipart held, delete not held"),
                    store.conditions());
            assertEquals(501, delete(store, "If-Match", "\"x\"").status().code());
            engine.place("of/these/a", "text");
            assertEquals(204, delete(store).status().code());
        }
    }

    @Test
    void oneRaceInWhichBothPassIsEnoughToFindAnEngineOut() throws IOException {
        Predicate<DoubleCall> create =
                is("PutObject").and(call -> !call.field("if-none-match").isEmpty());
        engine.next(ConditionRaces.RACERS * 23, create,
                S3Fault.hold(CompletableFuture.completedFuture(null)));
        engine.next(ConditionRaces.RACERS, create, S3Fault.ignoringConditions());
        try (BucketStore store = open(options -> options)) {
            assertTrue(store.conditions().contains("create not held, replace held"),
                    store.conditions());
        }
    }

    @Test
    void storeThatIsReadOnlyWritesNothing() throws IOException {
        try (BucketStore store = open(options -> options.readOnly(true))) {
            assertEquals("read-only", store.conditions());
            store.checkBucket();
        }
        assertEquals(0, engine.requests(call -> !call.method().equals("GET")).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "403 | SignatureDoesNotMatch | check the access key id and the secret",
        "403 | InvalidAccessKeyId    | check the access key id and the secret",
        "403 | RequestTimeTooSkewed  | NTP",
        "404 | NoSuchBucket          | create it, or correct the URL",
        "501 | NotImplemented        | can't be used"})
    void whatAnOperatorHasToMendRefusesTheStartAndSaysHow(int status, String code, String what) {
        engine.next(is("ListObjectsV2"), S3Fault.answer(status, code));
        String message = assertThrows(IOException.class, () -> open(options -> options))
                .getMessage();
        assertTrue(message.contains(what), message);
        assertFalse(message.contains("\n") || message.contains(engine.secret()), message);
    }

    @Test
    void secretThatIsWrongRefusesTheStart() {
        String message = assertThrows(IOException.class, () -> open(options -> options.keys(
                BucketKeys.of(engine.id(), "another/secret", null)))).getMessage();
        assertFalse(message.contains("another/secret"), message);
        assertTrue(message.contains("check the access key id and the secret"), message);
    }

    @Test
    void keysThatMayNotWriteRefuseTheStartUnlessTheStoreIsReadOnly() throws IOException {
        engine.next(is("PutObject"), S3Fault.answer(403, "AccessDenied"));
        String message = assertThrows(IOException.class, () -> open(options -> options))
                .getMessage();
        assertTrue(message.contains("s3:PutObject, or set readOnly"), message);
    }

    @Test
    void keysThatMayNotListOrDeleteAreTakenAndItIsSaidWhatGoes() throws IOException {
        engine.next(is("ListObjectsV2"), S3Fault.answer(403, "AccessDenied"));
        engine.next(is("HeadObject"), S3Fault.answer(403, ""));
        try (BucketStore store = open(options -> options)) {
            assertEquals(ALL_HELD + "; the keys may not list: folders get 403", store.conditions());
        }
    }

    @Test
    void storeThatFindsItsEngineOverloadedStartsAndProbesItLater() throws Exception {
        engine.next(is("ListObjectsV2"), S3Fault.answer(503, "SlowDown"));
        try (BucketStore store = open(options -> options)) {
            assertEquals("conditional writes not probed yet", store.conditions());
            Response refusal = delete(store, "If-Match", "\"x\"");
            assertEquals(503, refusal.status().code());
            assertEquals("1", refusal.headers().first("Retry-After"));
            engine.place("of/these/a", "text");
            assertEquals(204, delete(store).status().code(), "without a condition");
            engine.await(call -> isOfProbe(call) && call.method().equals("DELETE")
                    && store.conditions().equals(ALL_HELD));
            assertEquals(404, delete(store, "If-Match", "\"x\"").status().code());
        }
    }

    @Test
    void engineIsProbedAgainOnceTheSystemHasAThreadForThat() throws Exception {
        engine.next(is("ListObjectsV2"), S3Fault.answer(503, "SlowDown"));
        BucketKeys keys = BucketKeys.of(engine.id(), engine.secret(), null);
        AtomicInteger asked = new AtomicInteger();
        try (BucketState state = new BucketState(BucketOptions.builder(engine.url())
                .maxAttempts(1).keys(keys).build(), keys, System::nanoTime)) {
            new BucketOpening(state, task -> {
                if (asked.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                new Thread(task).start();
            }).open();
            engine.await(call -> state.holds().toString().equals(ALL_HELD));
        }
        assertEquals(2, asked.get());
    }

    @Test
    void storeThatCannotReachItsEngineStartsAndProbesItWhenItIsThere() throws Exception {
        int port = engine.port();
        engine.close();
        try (BucketStore store = BucketStore.open(BucketOptions
                .builder("http://127.0.0.1:" + port + "/things/").maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build())) {
            assertEquals(503, delete(store).status().code());
            assertTrue(assertThrows(IOException.class, store::checkBucket).getMessage()
                    .startsWith("the bucket can't be used: "));
            engine = S3Double.start(port);
            engine.await(call -> store.conditions().equals(ALL_HELD));
            assertEquals(404, delete(store).status().code());
        }
    }

    @Test
    void checkThatReachesTheEngineLetsItBeProbedAtOnceAndTheStoreIsReadyAfterThat()
            throws Exception {
        engine.next(3, is("ListObjectsV2"), S3Fault.answer(503, "ServiceUnavailable"));
        long[] nowNs = {0};
        BucketOptions options = BucketOptions.builder(engine.url()).maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build();
        try (BucketStore store = BucketStore.open(options, () -> nowNs[0])) {
            assertThrows(IOException.class, store::checkBucket);
            engine.heal();
            nowNs[0] += Duration.ofSeconds(1).toNanos();
            assertEquals("the engine has yet to be probed for conditional writes",
                    assertThrows(IOException.class, store::checkBucket).getMessage());
            engine.await(call -> store.conditions().equals(ALL_HELD));
            nowNs[0] += Duration.ofSeconds(1).toNanos();
            store.checkBucket();
        }
    }

    @Test
    void requiredConditionsThatAreFoundNotHeldLaterMakeTheStoreNotReady() throws Exception {
        engine.holdConditions(false);
        engine.next(is("ListObjectsV2"), S3Fault.answer(503, "SlowDown"));
        long[] nowNs = {0};
        BucketOptions options = BucketOptions.builder(engine.url()).maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).requireConditions(true)
                .build();
        try (BucketStore store = BucketStore.open(options, () -> nowNs[0])) {
            assertEquals("the engine has yet to be probed for conditional writes",
                    assertThrows(IOException.class, store::checkBucket).getMessage());
            engine.await(call -> store.conditions().contains("create not held"));
            nowNs[0] += Duration.ofSeconds(1).toNanos();
            assertEquals("the engine doesn't hold the conditional writes that are required",
                    assertThrows(IOException.class, store::checkBucket).getMessage());
        }
    }

    @Test
    void objectThatAKilledProbeHasLeftIsRemovedByTheNextAndAYoungOneIsNot() throws IOException {
        engine.clock(() -> Instant.now().minus(Duration.ofHours(2)));
        engine.place("of/these/.millrace.probe-old", "text");
        engine.clock(Instant::now);
        engine.place("of/these/.millrace.probe-young", "text");
        BucketStore store = open(options -> options);
        engine.await(call -> !engine.objects().containsKey("of/these/.millrace.probe-old"));
        store.close();
        assertNull(engine.objects().get("of/these/.millrace.probe-old"));
        assertTrue(engine.objects().containsKey("of/these/.millrace.probe-young"));
    }
}
