package io.millrace.s3;

import static io.millrace.s3.PayloadSource.PIECE_BYTES;
import static io.millrace.s3.S3ClientTest.failure;
import static io.millrace.s3.S3ClientTest.of;
import static io.millrace.s3.ScriptedEngine.answer;
import static io.millrace.s3.ScriptedEngine.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that are streamed to an engine, and what becomes of them when something breaks. */
@Timeout(30)
class S3StreamTest {

    // Expect: 100-continue

    @ParameterizedTest
    @ValueSource(ints = {403, 412, 503})
    void refusalInPlaceOf100LeavesThePayloadUnread(int status) throws Exception {
        PayloadSource source = new PayloadSource(1_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(error(status, status == 503 ? "SlowDown" : "Refused"));
            // What comes behind a refusal is no payload: the connection is of no more use.
            assertEquals(0, wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine,
                S3Settings.DEFAULTS.maxAttempts(2))) {
            CompletableFuture<S3Answer> put = client.put(source.put(true));
            if (status == 412) {
                assertEquals(412, of(put).status());
            } else {
                S3Exception refusal = failure(put);
                boolean isCodeless = Attempt.dropsRefusals(Runtime.version());
                assertEquals(status == 403 ? Kind.DENIED : isCodeless ? Kind.UNAVAILABLE
                        : Kind.SLOW_DOWN, refusal.kind());
                assertFalse(refusal.mayBeDone());
            }
            of(engine.end(0));
            assertFalse(source.subscribed.isDone());
            assertEquals(status == 503 ? 2 : 1, engine.heads().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, true", "17.0.16, true", "17.0.17, false", "17.0.18, false",
        "18.0.2, true",
        "19.0.2, true", "20, false", "21.0.5, false", "25, false"})
    void jdksThatDropRefusalsAreKnown(String version, boolean isOne) {
        assertEquals(isOne, Attempt.dropsRefusals(Runtime.Version.parse(version)));
    }

    @Test
    void payloadThatWasNotBegunIsSentOnceTheEngineIsWell() throws Exception {
        PayloadSource source = new PayloadSource(100_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(error(503, "SlowDown", "Connection: close"));
        }, wire -> {
            String head = wire.readHead();
            wire.write("HTTP/1.1 100 Continue\r\n\r\n");
            wire.readBody(head);
            wire.write(answer(200, "", "ETag: \"e\""));
        }); S3Client client = S3ClientTest.client(engine)) {
            assertEquals(200, of(client.put(source.put(true))).status());
        }
    }

    @Test
    void engineThatIgnoresExpectGetsThePayloadWithoutIt() throws Exception {
        PayloadSource source = new PayloadSource(100_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            // A client that gets a response may send the next request on the same connection.
            for (String head = wire.readHead(); head != null; head = wire.readHead()) {
                wire.readBody(head); // waits for what doesn't come before a 100
                wire.write(answer(200, "", "ETag: \"e\""));
            }
        }); S3Client client = S3ClientTest.client(engine,
                S3Settings.DEFAULTS.continueTimeout(Duration.ofMillis(200)))) {
            assertEquals(200, of(client.put(source.put(true))).status());
            assertEquals(2, engine.heads().size());
            assertTrue(engine.heads().get(0).contains("Expect: 100-"));
            assertFalse(engine.heads().get(1).contains("Expect"));
            assertEquals(200, of(client.put(new PayloadSource(100_000).put(true))).status());
            assertFalse(engine.heads().get(2).contains("Expect"), "asks again at once");
        }
    }

    @Test
    void refusalOfExpectationsIsNoRefusalOfThePayload() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(answer(417, "", "Connection: close"));
        }, wire -> {
            wire.readRequest();
            wire.write(answer(200, "", "ETag: \"e\""));
        }); S3Client client = S3ClientTest.client(engine)) {
            assertEquals(200, of(client.put(new PayloadSource(100_000).put(true))).status());
            assertFalse(engine.heads().get(1).contains("Expect"));
        }
    }

    // payloads

    @Test
    void payloadThatFailsLeavesTheRequestIncomplete() throws Exception {
        PayloadSource source = new PayloadSource(200_000_000, PIECE_BYTES * 10);
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(source.put(false)));
            assertEquals(Kind.PAYLOAD, failure.kind());
            assertFalse(failure.mayBeDone());
            assertEquals("the client has left", failure.getCause().getMessage());
            assertTrue(of(came) <= PIECE_BYTES * 11);
            assertEquals(1, engine.heads().size());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void payloadOfAnotherLengthThanItsOwnIsNotSentWhole(long more) throws Exception {
        long length = PIECE_BYTES * 4;
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(new S3Put("a", Map.of(),
                    S3Payload.streamed(length, new PayloadSource(length + more)), false)));
            assertEquals(Kind.PAYLOAD, failure.kind());
            assertFalse(failure.mayBeDone());
            assertTrue(of(came) < length, came::toString);
        }
    }

    @Test
    void cancelledPutClosesItsConnectionAndItsPayload() throws Exception {
        PayloadSource source = new PayloadSource(4_000_000_000L);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(1_000_000);
            begun.complete(null);
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            CompletableFuture<S3Answer> put = client.put(source.put(false));
            of(begun);
            put.cancel(true);
            assertTrue(of(came) < 4_000_000_000L - 1_000_000);
            of(source.cancelled);
            assertThrows(CancellationException.class, put::join);
            assertEquals(0, client.inFlight());
        }
    }

    @Test
    void engineThatTakesNothingMoreIsGivenUpAndThePublisherWithIt() throws Exception {
        PayloadSource source = new PayloadSource(1_000_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            of(source.cancelled);
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(300)))) {
            S3Exception failure = failure(client.put(source.put(false)));
            assertEquals(Kind.TIMEOUT, failure.kind());
            assertFalse(failure.mayBeDone(), "the engine doesn't have all of it");
            of(source.cancelled);
            assertTrue(source.sent() < 50_000_000, "read ahead: " + source.sent());
        }
    }

    @Test
    void publisherMayTakeItsTime() throws Exception {
        CompletableFuture<Flow.Subscriber<? super ByteBuffer>> subscriber =
                new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write(answer(200, "", "ETag: \"e\""));
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(1)))) {
            CompletableFuture<S3Answer> put = client.put(new S3Put("a", Map.of(),
                    S3Payload.streamed(5, given -> {
                        given.onSubscribe(new Flow.Subscription() {

                            @Override
                            public void request(long count) {
                                asked.complete(null);
                            }

                            @Override
                            public void cancel() {
                                // told by the future
                            }
                        });
                        subscriber.complete(given);
                    }), false));
            of(asked);
            assertThrows(TimeoutException.class,
                    () -> put.get(300, TimeUnit.MILLISECONDS));
            of(subscriber).onNext(ByteBuffer.wrap("hello".getBytes()));
            of(subscriber).onComplete();
            assertEquals(200, of(put).status());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void engineThatAnswersAndClosesBeforeTheEndOfAPayload(boolean isResetting) throws Exception {
        PayloadSource source = new PayloadSource(1_000_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(1_000_000);
            wire.write(error(400, "EntityTooLarge", "Connection: close"));
            if (isResetting) {
                wire.reset();
            }
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(source.put(false)));
            // What is written to a closed connection may take the answer with it.
            assertTrue(failure.kind() == Kind.TOO_LARGE || failure.kind() == Kind.RESET,
                    failure::toString);
            assertFalse(failure.mayBeDone());
            of(source.cancelled);
            assertEquals(1, engine.heads().size());
        }
    }

    @Test
    void earlyAnswerOfAnEngineThatReadsOnIsReadBehindThePayload() throws Exception {
        PayloadSource source = new PayloadSource(10_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            String head = wire.readHead();
            wire.in.readNBytes(1_000_000);
            wire.write(error(507, "InsufficientStorage"));
            wire.in.skipNBytes(ScriptedEngine.length(head) - 1_000_000);
            wire.readToEnd();
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(source.put(false)));
            assertEquals(Kind.FULL, failure.kind());
            assertEquals(10_000_000, source.sent());
        }
    }
}
