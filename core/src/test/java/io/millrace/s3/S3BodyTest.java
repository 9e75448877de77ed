package io.millrace.s3;

import static io.millrace.s3.PayloadSource.PIECE_BYTES;
import static io.millrace.s3.S3ClientTest.failure;
import static io.millrace.s3.S3ClientTest.of;
import static io.millrace.s3.ScriptedEngine.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of objects that are streamed from an engine, slowly, in part or unread. */
@Timeout(30)
class S3BodyTest {

    @Test
    void bodyComesNoFasterThanItIsAskedFor() throws Exception {
        CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        long length = 200_000_000;
        AtomicLong written = new AtomicLong();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
            byte[] piece = new byte[PIECE_BYTES];
            while (true) {
                wire.socket.getOutputStream().write(piece);
                written.addAndGet(PIECE_BYTES);
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
            assertThrows(TimeoutException.class,
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
}
