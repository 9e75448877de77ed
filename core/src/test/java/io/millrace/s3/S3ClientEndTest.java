package io.millrace.s3;

import static io.millrace.s3.S3ClientTest.failure;
import static io.millrace.s3.S3ClientTest.of;
import static io.millrace.s3.ScriptedEngine.answer;
import static io.millrace.s3.ScriptedEngine.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.s3.S3Exception.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many requests an engine gets at most, and what ends them all. */
@Timeout(30)
class S3ClientEndTest {

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
        Set<Thread> before = Thread.getAllStackTraces().keySet();
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

    private static void endSelectors(Set<Thread> before) throws InterruptedException {
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
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        PayloadSource source = new PayloadSource(length);
        CompletableFuture<Void> came = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readHead();
            wire.in.readNBytes(100_000);
            came.complete(null);
            of(over);
        }); S3Client client = S3ClientTest.client(engine, S3Settings.DEFAULTS
                .answerTimeout(Duration.ofSeconds(1)).progressTimeout(Duration.ofSeconds(1)))) {
            CompletableFuture<S3Answer> put = client.put(source.put(false));
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
