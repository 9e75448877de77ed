package io.millrace.s3;

import static io.millrace.s3.S3ClientTest.of;
import static io.millrace.s3.ScriptedEngine.answer;
import static io.millrace.s3.ScriptedEngine.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.s3.S3Exception.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads and bodies that are streamed, and what becomes of them when something breaks. */
@Timeout(30)
class S3StreamTest {

    private static final int PIECE = 16 * 1024;

    /** A payload of pieces that counts, and does what it is told at one of them. */
    private static final class Source implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

        final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        private final long length;
        private final long failAt;
        private Flow.Subscriber<? super ByteBuffer> subscriber;
        private long sent;
        private boolean isEnded;

        Source(long length) {
            this(length, -1);
        }

        /** @param failAt after as many bytes it fails; -1 for never */
        Source(long length, long failAt) {
            this.length = length;
            this.failAt = failAt;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> given) {
            assertFalse(subscribed.isDone(), "subscribed twice");
            subscriber = given;
            given.onSubscribe(this);
            subscribed.complete(null);
        }

        synchronized long sent() {
            return sent;
        }

        @Override
        public void request(long count) {
            for (long i = 0; i < count; i++) {
                int size;
                synchronized (this) {
                    if (isEnded) {
                        return;
                    }
                    if (sent == failAt) {
                        isEnded = true;
                        size = -1;
                    } else {
                        size = (int) Math.min(PIECE, length - sent);
                        sent += size;
                        isEnded = sent == length;
                    }
                }
                if (size < 0) {
                    subscriber.onError(new IOException("the client has left"));
                    return;
                }
                subscriber.onNext(ByteBuffer.allocate(size));
                if (isEnded) {
                    subscriber.onComplete();
                }
            }
        }

        @Override
        public void cancel() {
            cancelled.complete(null);
        }
    }

    private static S3Put put(Source source, boolean isExpecting) {
        return new S3Put("a", Map.of(), S3Payload.streamed(source.length, source), isExpecting);
    }

    private static S3Exception failure(CompletableFuture<?> future) {
        return (S3Exception) assertThrows(ExecutionException.class,
                () -> future.get(20, TimeUnit.SECONDS)).getCause();
    }

    // Expect: 100-continue

    @ParameterizedTest
    @ValueSource(ints = {403, 412, 503})
    void refusalInPlaceOf100LeavesThePayloadUnread(int status) throws Exception {
        Source source = new Source(1_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(error(status, status == 503 ? "SlowDown" : "Refused"));
            // What comes behind a refusal is no payload: the connection is of no more use.
            assertEquals(0, wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine,
                S3Settings.DEFAULTS.maxAttempts(2))) {
            CompletableFuture<S3Answer> put = client.put(put(source, true));
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
        Source source = new Source(100_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.write(error(503, "SlowDown", "Connection: close"));
        }, wire -> {
            String head = wire.readHead();
            wire.write("HTTP/1.1 100 Continue\r\n\r\n");
            wire.readBody(head);
            wire.write(answer(200, "", "ETag: \"e\""));
        }); S3Client client = S3ClientTest.client(engine)) {
            assertEquals(200, of(client.put(put(source, true))).status());
        }
    }

    @Test
    void engineThatIgnoresExpectGetsThePayloadWithoutIt() throws Exception {
        Source source = new Source(100_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            // A client that gets a response may send the next request on the same connection.
            for (String head = wire.readHead(); head != null; head = wire.readHead()) {
                wire.readBody(head); // waits for what doesn't come before a 100
                wire.write(answer(200, "", "ETag: \"e\""));
            }
        }); S3Client client = S3ClientTest.client(engine,
                S3Settings.DEFAULTS.continueTimeout(Duration.ofMillis(200)))) {
            assertEquals(200, of(client.put(put(source, true))).status());
            assertEquals(2, engine.heads().size());
            assertTrue(engine.heads().get(0).contains("Expect: 100-"));
            assertFalse(engine.heads().get(1).contains("Expect"));
            assertEquals(200, of(client.put(put(new Source(100_000), true))).status());
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
            assertEquals(200, of(client.put(put(new Source(100_000), true))).status());
            assertFalse(engine.heads().get(1).contains("Expect"));
        }
    }

    // payloads

    @Test
    void payloadThatFailsLeavesTheRequestIncomplete() throws Exception {
        Source source = new Source(200_000_000, PIECE * 10);
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(put(source, false)));
            assertEquals(Kind.PAYLOAD, failure.kind());
            assertFalse(failure.mayBeDone());
            assertEquals("the client has left", failure.getCause().getMessage());
            assertTrue(of(came) <= PIECE * 11);
            assertEquals(1, engine.heads().size());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void payloadOfAnotherLengthThanItsOwnIsNotSentWhole(long more) throws Exception {
        long length = PIECE * 4;
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(new S3Put("a", Map.of(),
                    S3Payload.streamed(length, new Source(length + more)), false)));
            assertEquals(Kind.PAYLOAD, failure.kind());
            assertFalse(failure.mayBeDone());
            assertTrue(of(came) < length, came::toString);
        }
    }

    @Test
    void cancelledPutClosesItsConnectionAndItsPayload() throws Exception {
        Source source = new Source(4_000_000_000L);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Long> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(1_000_000);
            begun.complete(null);
            came.complete(wire.readToEnd());
        }); S3Client client = S3ClientTest.client(engine)) {
            CompletableFuture<S3Answer> put = client.put(put(source, false));
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
        Source source = new Source(1_000_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            of(source.cancelled);
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(300)))) {
            S3Exception failure = failure(client.put(put(source, false)));
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
            assertThrows(java.util.concurrent.TimeoutException.class,
                    () -> put.get(300, TimeUnit.MILLISECONDS));
            of(subscriber).onNext(ByteBuffer.wrap("hello".getBytes()));
            of(subscriber).onComplete();
            assertEquals(200, of(put).status());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void engineThatAnswersAndClosesBeforeTheEndOfAPayload(boolean isResetting) throws Exception {
        Source source = new Source(1_000_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(1_000_000);
            wire.write(error(400, "EntityTooLarge", "Connection: close"));
            if (isResetting) {
                wire.reset();
            }
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(put(source, false)));
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
        Source source = new Source(10_000_000);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            String head = wire.readHead();
            wire.in.readNBytes(1_000_000);
            wire.write(error(507, "InsufficientStorage"));
            wire.in.skipNBytes(ScriptedEngine.length(head) - 1_000_000);
            wire.readToEnd();
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Exception failure = failure(client.put(put(source, false)));
            assertEquals(Kind.FULL, failure.kind());
            assertEquals(10_000_000, source.sent());
        }
    }

    // bodies

    @Test
    void bodyComesNoFasterThanItIsAskedFor() throws Exception {
        CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        long length = 200_000_000;
        java.util.concurrent.atomic.AtomicLong written =
                new java.util.concurrent.atomic.AtomicLong();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
            byte[] piece = new byte[PIECE];
            while (true) {
                wire.socket.getOutputStream().write(piece);
                written.addAndGet(PIECE);
            }
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(100)))) {
            S3Answer answer = of(client.get("a", Map.of()));
            CompletableFuture<Void> first = new CompletableFuture<>();
            answer.body().subscribe(new Flow.Subscriber<>() {

                @Override
                public void onSubscribe(Flow.Subscription given) {
                    subscription.complete(given);
                    given.request(1);
                }

                @Override
                public void onNext(ByteBuffer piece) {
                    assertFalse(first.isDone(), "not asked for");
                    first.complete(null);
                }

                @Override
                public void onError(Throwable failure) {
                    ended.completeExceptionally(failure);
                }

                @Override
                public void onComplete() {
                    ended.complete(null);
                }
            });
            of(first);
            // A subscriber that takes its time is no engine that does.
            assertThrows(java.util.concurrent.TimeoutException.class,
                    () -> ended.get(400, TimeUnit.MILLISECONDS));
            assertTrue(written.get() < 50_000_000, () -> "read ahead: " + written);
            assertEquals(1, client.inFlight());
            of(subscription).cancel();
            S3ClientTest.awaitNone(client);
            assertThrows(ExecutionException.class, () -> engine.end(0).get(20,
                    TimeUnit.SECONDS), "the connection is closed");
        }
    }

    @Test
    void bodyThatNothingReadsIsGivenUp() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
            wire.readToEnd();
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(200)))) {
            S3Answer answer = of(client.get("a", Map.of()));
            of(engine.end(0));
            S3ClientTest.awaitNone(client);
            ExecutionException thrown = assertThrows(ExecutionException.class,
                    () -> S3ClientTest.read(answer));
            assertEquals(Kind.TIMEOUT, ((S3Exception) thrown.getCause()).kind());
        }
    }

    @Test
    void bodyThatStopsEndsWithAnError() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            wire.readToEnd();
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .progressTimeout(Duration.ofMillis(200)))) {
            S3Answer answer = of(client.get("a", Map.of()));
            ExecutionException thrown = assertThrows(ExecutionException.class,
                    () -> S3ClientTest.read(answer));
            assertEquals(Kind.TIMEOUT, ((S3Exception) thrown.getCause()).kind());
            of(engine.end(0));
            assertEquals(0, client.inFlight());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"})
    void bodyThatIsCutEndsWithAnError(String behindTheStatusLine) throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\n" + behindTheStatusLine);
        }); S3Client client = S3ClientTest.client(engine)) {
            S3Answer answer = of(client.get("a", Map.of()));
            ExecutionException thrown = assertThrows(ExecutionException.class,
                    () -> S3ClientTest.read(answer));
            assertEquals(Kind.RESET, ((S3Exception) thrown.getCause()).kind());
            assertEquals(0, client.inFlight());
        }
    }

    @ParameterizedTest
    @CsvSource({"65536, 1", "65537, 2"})
    void shortBodyThatIsDiscardedLeavesItsConnection(int length, int connections)
            throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(answer(200,
                "x".repeat(length)))); S3Client client = S3ClientTest.client(engine)) {
            for (int i = 0; i < 2; i++) {
                of(client.get("a", Map.of())).discard();
                S3ClientTest.awaitNone(client);
            }
            assertEquals(connections, engine.connections());
        }
    }

    @Test
    void requestBeyondTheMostIsRefusedAtOnce() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            while (wire.readRequest() != null) {
                wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS.maxRequests(2))) {
            S3Answer first = of(client.get("a", Map.of()));
            S3Answer second = of(client.get("a", Map.of()));
            S3Exception refusal = failure(client.head("a", Map.of()));
            assertEquals(Kind.BUSY, refusal.kind());
            assertFalse(refusal.mayBeDone());
            assertEquals("hello", new String(S3ClientTest.read(first)));
            S3Answer third = of(client.get("a", Map.of()));
            second.discard();
            third.discard();
            S3ClientTest.awaitNone(client);
        }
    }

    @Test
    void clientWhoseThreadHasDiedIsReplaced() throws Exception {
        java.util.Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(
                answer(200, "", "ETag: \"e\""))); S3Client client = S3ClientTest.client(engine,
                S3Settings.DEFAULTS.answerTimeout(Duration.ofMillis(500))
                        .connectTimeout(Duration.ofMillis(500)))) {
            of(client.head("a", Map.of()));
            endSelectors(before);
            assertEquals(200, of(client.head("a", Map.of())).status());
            assertTrue(client.counters().retries(S3Counters.Operation.HEAD) > 0);
        }
    }

    private static void endSelectors(java.util.Set<Thread> before) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().endsWith("SelectorManager")) {
                thread.interrupt(); // which ends it, as an OutOfMemoryError would
                thread.join(10_000);
                assertFalse(thread.isAlive());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000, 1_000_000_000})
    void putThatWasUnderWayWhenTheThreadOfItsClientDiedEnds(long length) throws Exception {
        java.util.Set<Thread> before = Thread.getAllStackTraces().keySet();
        Source source = new Source(length);
        CompletableFuture<Void> came = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(100_000);
            came.complete(null);
            of(over);
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .answerTimeout(Duration.ofSeconds(1)).progressTimeout(Duration.ofSeconds(1)))) {
            CompletableFuture<S3Answer> put = client.put(put(source, false));
            of(came);
            endSelectors(before);
            Kind kind = failure(put).kind();
            assertTrue(kind == Kind.TIMEOUT || kind == Kind.RESET, kind::toString);
            assertEquals(0, client.inFlight());
            over.complete(null);
        }
    }

    @Test
    void closedClientEndsWhatWaitsToBeRepeated() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(
                error(503, "SlowDown", "Retry-After: 10")))) {
            S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS);
            CompletableFuture<S3Answer> head = client.head("a", Map.of());
            while (!client.isWaiting()) {
                Pause.briefly();
            }
            client.close();
            assertEquals(Kind.CLOSED, failure(head).kind());
        }
    }

    @Test
    void closedClientEndsAllRequestsAndTakesNoMore() throws Exception {
        CompletableFuture<Void> came = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            came.complete(null);
            wire.readToEnd();
        })) {
            S3Client client = S3ClientTest.client(engine);
            CompletableFuture<S3Answer> head = client.head("a", Map.of());
            of(came);
            client.close();
            assertEquals(Kind.CLOSED, failure(head).kind());
            of(engine.end(0));
            assertEquals(Kind.CLOSED, failure(client.head("a", Map.of())).kind());
            assertEquals(0, client.inFlight());
        }
    }

    @Test
    void connectionThatTheEngineHasClosedMeanwhileIsNotUsed() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write(answer(200, "", "ETag: \"e\""));
        }); S3Client client = S3ClientTest.client(engine)) {
            for (int i = 0; i < 20; i++) {
                S3Answer answer = of(client.put(new S3Put("a", Map.of(),
                        S3Payload.of("x".getBytes()), false)));
                assertEquals(200, answer.status());
                of(engine.end(i));
            }
        }
    }
}
