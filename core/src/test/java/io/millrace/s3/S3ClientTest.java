package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client sends, and what it makes of what comes. */
@Timeout(30)
class S3ClientTest {

    static final S3Keys KEYS = new S3Keys("AKIAIOSFODNN7EXAMPLE", "very-secret", null);

    static S3Client client(ScriptedEngine engine, S3Settings settings) {
        return new S3Client(S3Place.of(engine.url() + "p/", null, false), () -> KEYS, settings);
    }

    static S3Client client(ScriptedEngine engine) {
        return client(engine, S3Settings.DEFAULTS.retryTimeout(Duration.ofSeconds(10)));
    }

    static <T> T of(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** What a request failed with. */
    static S3Exception failure(CompletableFuture<?> future) {
        return (S3Exception) assertThrows(ExecutionException.class,
                () -> future.get(20, TimeUnit.SECONDS)).getCause();
    }

    /** Waits for the ends of all exchanges with the engine. */
    static void awaitNone(S3Client client) {
        while (client.inFlight() > 0) {
            Pause.briefly();
        }
    }

    static byte[] read(S3Answer answer) throws Exception {
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        answer.body().subscribe(new Flow.Subscriber<>() {

            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
                subscription.request(1);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                whole.complete(bytes.toByteArray());
            }
        });
        return of(whole);
    }

    @Test
    void getBringsFieldsAndBody() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(
                ScriptedEngine.answer(200, "hello", "ETag: \"e\"")));
                S3Client client = client(engine)) {
            S3Answer answer = of(client.get("a b/c", Map.of("Range", "bytes=0-9")));
            assertEquals(5, answer.length());
            assertEquals("\"e\"", answer.etag());
            assertEquals("hello", new String(read(answer)));
            String head = engine.heads().get(0);
            assertTrue(head.startsWith("GET /bucket/p/a%20b/c HTTP/1.1\r\n"), head);
            assertTrue(head.contains("range: bytes=0-9\r\n"), head);
            assertEquals(0, client.inFlight());
        }
    }

    @Test
    void headHasTheLengthOfTheObject() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n");
            wire.readRequest();
            wire.write(ScriptedEngine.answer(404, ""));
        }); S3Client client = client(engine)) {
            assertEquals(5_000_000_000L, of(client.head("a", Map.of())).length());
            S3Answer none = of(client.head("a", Map.of()));
            assertEquals(404, none.status());
            assertFalse(none.hasBody());
            assertNull(none.etag());
        }
    }

    @Test
    void putInMemorySendsItsBytesAndTheirHash() throws Exception {
        CompletableFuture<String> body = new CompletableFuture<>();
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            body.complete(new String(wire.readBody(wire.readHead())));
            wire.write(ScriptedEngine.answer(200, "", "ETag: \"e\""));
        }); S3Client client = client(engine)) {
            S3Answer answer = of(client.put(new S3Put("a", Map.of("If-None-Match", "*"),
                    S3Payload.of("hello".getBytes()), false)));
            assertEquals("\"e\"", answer.etag());
            assertEquals("hello", of(body));
            String head = engine.heads().get(0);
            assertTrue(head.contains("if-none-match: *\r\n"), head);
            assertTrue(head.contains("x-amz-content-sha256: " + Hashing.hash("hello")), head);
            assertFalse(head.contains("Expect"), head);
        }
    }

    @Test
    void streamGoesInSignedChunksOnceTheEngineAgrees() throws Exception {
        CompletableFuture<String> body = new CompletableFuture<>();
        CompletableFuture<Boolean> wasEarly = new CompletableFuture<>();
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 8);
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            String head = wire.readHead();
            wasEarly.complete(publisher.hasSubscribers());
            wire.write("HTTP/1.1 100 Continue\r\n\r\n");
            body.complete(new String(wire.readBody(head)));
            wire.write(ScriptedEngine.answer(200, "", "ETag: \"e\""));
        }); S3Client client = client(engine)) {
            CompletableFuture<S3Answer> put = client.put(new S3Put("a", Map.of("Content-Encoding",
                    "gzip"), S3Payload.streamed(10, publisher), true));
            assertFalse(of(wasEarly), "subscribed before the engine's 100");
            while (!publisher.hasSubscribers()) {
                Pause.briefly();
            }
            publisher.submit(ByteBuffer.wrap("hello".getBytes()));
            publisher.submit(ByteBuffer.wrap("world".getBytes()));
            publisher.close();
            assertEquals(200, of(put).status());
            assertTrue(of(body).matches("a;chunk-signature=[0-9a-f]{64}\r\nhelloworld\r\n"
                    + "0;chunk-signature=[0-9a-f]{64}\r\n\r\n"), of(body));
            String head = engine.heads().get(0);
            assertTrue(head.contains("content-encoding: aws-chunked,gzip\r\n"), head);
            assertTrue(head.contains("x-amz-decoded-content-length: 10\r\n"), head);
        }
    }

    @Test
    void listIsDecoded() throws Exception {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult"
                + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url"
                + "</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>n/1=="
                + "</NextContinuationToken><Contents><Key>p/a+b%2Bc</Key><Size>7</Size><ETag>"
                + "&quot;e&quot;</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
                + "</Contents><CommonPrefixes><Prefix>p/d/</Prefix></CommonPrefixes>"
                + "</ListBucketResult>";
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(
                ScriptedEngine.answer(200, xml))); S3Client client = client(engine)) {
            S3ListPage page = of(client.list(S3ListQuery.of("").by("/").after("a").atMost(2)));
            assertEquals(List.of("d/"), page.prefixes());
            assertEquals("n/1==", page.next());
            S3Listed object = page.objects().get(0);
            assertEquals("a b+c", object.key());
            assertEquals(7, object.size());
            assertEquals("\"e\"", object.etag());
            String head = engine.heads().get(0);
            assertTrue(head.startsWith("GET /bucket?delimiter=%2F&encoding-type=url&list-type=2"
                    + "&max-keys=2&prefix=p%2F&start-after=p%2Fa HTTP/1.1\r\n"), head);
        }
    }

    @Test
    void deleteOfWhatIsThere() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(ScriptedEngine.answering(
                "HTTP/1.1 204 No Content\r\n\r\n")); S3Client client = client(engine)) {
            assertEquals(204, of(client.delete("a", Map.of("If-Match", "\"e\""))).status());
        }
    }

    @Test
    void bytesAndRepetitionsAreCounted() throws Exception {
        try (ScriptedEngine engine = new ScriptedEngine(wire -> {
            wire.readRequest();
            wire.write(ScriptedEngine.error(503, "SlowDown"));
            while (wire.readRequest() != null) {
                wire.write(ScriptedEngine.answer(200, "hello", "ETag: \"e\""));
            }
        }); S3Client client = client(engine)) {
            of(client.put(new S3Put("a", Map.of(), S3Payload.of("abc".getBytes()), false)));
            read(of(client.get("a", Map.of())));
            assertEquals(1, client.counters().retries(S3Counters.Operation.PUT));
            assertEquals(6, client.counters().sentBytes());
            assertEquals(5, client.counters().receivedBytes());
        }
    }

    @Test
    void requestThatCanNotBeMadeIsNotOnItsWay() throws Exception {
        Map<String, String> fields = new HashMap<>() {

            @Override
            public String get(Object name) {
                throw new OutOfMemoryError("of the test");
            }
        };
        try (ScriptedEngine engine = new ScriptedEngine(); S3Client client = client(engine)) {
            client.plainTags(true);
            assertThrows(OutOfMemoryError.class, () -> client.delete("a", fields));
            assertEquals(0, client.inFlight());
        }
    }
}
