package io.millrace.s3;

import static io.millrace.s3.S3ClientTest.failure;
import static io.millrace.s3.S3ClientTest.of;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.server.TestTls;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client and an engine that checks each signature by code of its own. */
@Timeout(60)
class S3EngineTest {

    private static final int PART = 5 * 1024 * 1024;

    private S3Double engine;
    private S3Client client;

    @BeforeEach
    void start() throws Exception {
        engine = S3Double.start();
        client = client("p/");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        engine.close();
    }

    private S3Client client(String prefix) {
        return new S3Client(S3Place.of(engine.url() + prefix, null, false), engine::keys,
                S3Settings.DEFAULTS);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** In pieces of a size that fits into nothing. */
    private static Flow.Publisher<ByteBuffer> published(byte[] bytes) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 9973) {
            pieces.add(ByteBuffer.wrap(bytes, at, Math.min(9973, bytes.length - at)));
        }
        return new Pieces(pieces);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65535, 65536, 65537, 131072, 1_000_003})
    void streamInSignedChunksArrivesAsItIs(int length) throws Exception {
        byte[] bytes = bytes(length);
        S3Answer put = of(client.put(new S3Put("a", Map.of("Content-Type", "x/y",
                "Content-Encoding", "br", "x-amz-meta-m", "two  words"),
                S3Payload.streamed(length, published(bytes)), true)));
        assertEquals(200, put.status());
        S3Answer got = of(client.get("a", Map.of()));
        assertEquals("br", got.field("content-encoding"));
        assertEquals("x/y", got.field("content-type"));
        assertEquals(put.etag(), got.etag());
        assertEquals(length, got.length());
        assertArrayEquals(bytes, S3ClientTest.read(got));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b+c&d=e?f#g%h", "ä/日本/🙂", "x//y", "/x", "a/b/", "~-._",
        "!*'()", ";:@,$", "100%", "%41", "\\\"<>^`{|}", "."})
    void anyKeyIsItsOwn(String key) throws Exception {
        of(client.put(new S3Put(key, Map.of(), S3Payload.of(new byte[] {1}), false)));
        assertEquals(List.of("p/" + key), List.copyOf(engine.objects().keySet()));
        assertEquals(1, of(client.head(key, Map.of())).length());
        assertEquals(key, of(client.list(S3ListQuery.of(""))).objects().get(0).key());
        assertEquals(key, of(client.list(S3ListQuery.of(key))).objects().get(0).key());
        assertEquals(204, of(client.delete(key, Map.of())).status());
        assertTrue(engine.objects().isEmpty());
    }

    @Test
    void streamOverTlsIsUnsignedAndArrives() throws Exception {
        byte[] bytes = bytes(300_000);
        try (S3Double secured = S3Double.startTls(EngineTls.context());
                S3Client trusting = new S3Client(S3Place.of(secured.url()
                        .replace("127.0.0.1", "localhost"), null, false), secured::keys,
                        S3Settings.DEFAULTS, InstantSource.system(),
                        TestTls.clientContext())) {
            of(trusting.put(new S3Put("a", Map.of(), S3Payload.streamed(bytes.length,
                    published(bytes)), true)));
            assertEquals("UNSIGNED-PAYLOAD", secured.requests().get(0)
                    .field("x-amz-content-sha256"));
            assertArrayEquals(bytes, S3ClientTest.read(of(trusting.get("a", Map.of()))));
        }
    }

    @Test
    void certificateThatIsNotTrustedIsToldAndNotTriedAgain() throws Exception {
        try (S3Double secured = S3Double.startTls(EngineTls.context());
                S3Client distrusting = new S3Client(S3Place.of(secured.url()
                        .replace("127.0.0.1", "localhost"), null, false), secured::keys,
                        S3Settings.DEFAULTS)) {
            S3Exception failure = failure(distrusting.put(new S3Put("a", Map.of(),
                    S3Payload.of(new byte[1]), false)));
            assertEquals(Kind.UNTRUSTED, failure.kind());
            assertFalse(failure.mayBeDone());
            assertEquals(1, secured.accepted());
        }
    }

    @Test
    void conditionsAreTheEngines() throws Exception {
        S3Payload payload = S3Payload.of(new byte[] {1});
        Map<String, String> absent = Map.of("If-None-Match", "*");
        S3Answer first = of(client.put(new S3Put("a", absent, payload, false)));
        assertEquals(200, first.status());
        assertEquals(412, of(client.put(new S3Put("a", absent, payload, false))).status());
        assertEquals(304, of(client.get("a", Map.of("If-None-Match", first.etag()))).status());
        assertEquals(412, of(client.get("a", Map.of("If-Match", "\"other\""))).status());
        S3Answer range = of(client.get("a", Map.of("Range", "bytes=0-0")));
        assertEquals("bytes 0-0/1", range.field("Content-Range"));
        range.discard();
        assertEquals(416, of(client.get("a", Map.of("Range", "bytes=5-"))).status());
        assertEquals(404, of(client.get("b", Map.of())).status());
        assertEquals("NoSuchKey", of(client.get("b", Map.of())).code());
    }

    @Test
    void listIsReadPageByPage() throws Exception {
        for (int i = 0; i < 25; i++) {
            engine.place("p/d%d/x y".formatted(i % 5) + i, "1");
        }
        engine.place("other", "1");
        List<String> keys = new ArrayList<>();
        S3ListQuery query = S3ListQuery.of("").atMost(4);
        for (String next = ""; next != null;) {
            S3ListPage page = of(client.list(next.isEmpty() ? query : query.from(next)));
            assertTrue(page.objects().size() <= 4);
            page.objects().forEach(object -> keys.add(object.key()));
            next = page.next();
        }
        assertEquals(engine.objects().keySet().stream().filter(key -> key.startsWith("p/"))
                .map(key -> key.substring(2)).toList(), keys);
        S3ListPage folders = of(client.list(S3ListQuery.of("").by("/").after("d1/z")));
        assertEquals(List.of("d2/", "d3/", "d4/"), folders.prefixes());
        assertNull(folders.next());
        S3ListPage folder = of(client.list(S3ListQuery.of("d0/").by("/")));
        assertEquals(5, folder.objects().size());
        assertNotEquals(null, folder.objects().get(0).lastModified());
        assertEquals(engine.objects().get("p/d0/x y0").etag(), folder.objects().get(0).etag());
    }

    @Test
    void largestPageOfLongKeysIsRead() throws Exception {
        String name = "ä".repeat(500);
        for (int i = 0; i < 1000; i++) {
            engine.place("p/" + name + (1000 + i), "");
        }
        S3ListPage page = of(client.list(S3ListQuery.of("")));
        assertEquals(1000, page.objects().size());
        assertEquals(name + 1999, page.objects().get(999).key());
    }

    @Timeout(60)
    @Test
    void uploadInPartsBecomesOneObject() throws Exception {
        byte[] bytes = bytes(PART + 1000);
        String id = of(client.beginMultipart("a b", Map.of("Content-Type", "x/y")));
        S3Part first = of(client.part("a b", id, 1, S3Payload.streamed(PART,
                published(java.util.Arrays.copyOf(bytes, PART)))));
        S3Part second = of(client.part("a b", id, 2,
                S3Payload.of(java.util.Arrays.copyOfRange(bytes, PART, bytes.length))));
        assertEquals(List.of(first.etag(), second.etag()), of(client.listParts("a b", id, 0))
                .parts().stream().map(S3Part::etag).toList());
        assertEquals(List.of(2), of(client.listParts("a b", id, 1)).parts().stream()
                .map(S3Part::number).toList());
        S3Upload listed = of(client.listMultipart("a", null)).uploads().get(0);
        assertEquals("a b", listed.key());
        assertEquals(id, listed.id());
        assertTrue(Duration.between(listed.initiated(), Instant.now()).toMinutes() < 5);
        S3Answer done = of(client.completeMultipart("a b", id, List.of(first, second),
                Map.of("If-None-Match", "*")));
        assertEquals(engine.objects().get("p/a b").etag(), done.etag());
        assertArrayEquals(bytes, S3ClientTest.read(of(client.get("a b", Map.of()))));
        assertEquals(Kind.NO_UPLOAD, failure(client.part("a b", id, 3,
                S3Payload.of(new byte[1]))).kind());
    }

    @Test
    void completeWhoseConditionFailsIsAnswered() throws Exception {
        engine.place("p/a", "x");
        String id = of(client.beginMultipart("a", Map.of()));
        S3Part part = of(client.part("a", id, 1, S3Payload.of(new byte[10])));
        assertEquals(412, of(client.completeMultipart("a", id, List.of(part),
                Map.of("If-None-Match", "*"))).status());
    }

    @Test
    void errorWithinTheAnswerToACompleteIsAFailure() throws Exception {
        String id = of(client.beginMultipart("a", Map.of()));
        S3Part part = of(client.part("a", id, 1, S3Payload.of(new byte[10])));
        engine.next(call -> call.method().equals("POST"), S3Fault.errorInside("InternalError"));
        S3Exception failure = failure(client.completeMultipart("a", id, List.of(part),
                Map.of()));
        assertEquals(Kind.INTERNAL, failure.kind());
        assertTrue(failure.mayBeDone());
    }

    @Test
    void abortOfAnUploadThatIsGoneIsDone() throws Exception {
        String id = of(client.beginMultipart("a", Map.of()));
        of(client.part("a", id, 1, S3Payload.of(new byte[10])));
        of(client.abortMultipart("a", id));
        assertTrue(engine.multiparts().isEmpty());
        of(client.abortMultipart("a", id));
    }

    @Test
    void unfinishedUploadsAreListedPageByPage() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(of(client.beginMultipart("ü " + i, Map.of())));
        }
        List<String> listed = new ArrayList<>();
        S3UploadPage.Marker marker = null;
        do {
            S3UploadPage page = of(client.listMultipart("", marker));
            page.uploads().forEach(upload -> listed.add(upload.key() + upload.id()));
            marker = page.next();
        } while (marker != null);
        assertEquals(IntStream.range(0, 5).mapToObj(i -> "ü " + i + ids.get(i))
                .collect(Collectors.toList()), listed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sessionTokenThatWasReplacedMeanwhileIsTaken(boolean isHead) throws Exception {
        engine.token("new");
        engine.place("a", "x");
        S3Keys current = engine.keys();
        AtomicReference<S3Keys> keys = new AtomicReference<>(
                new S3Keys(current.id(), current.secret(), "old"));
        try (S3Client renewing = new S3Client(S3Place.of(engine.url(), null, false),
                () -> keys.getAndSet(current), S3Settings.DEFAULTS)) {
            CompletableFuture<?> sent = isHead ? renewing.head("a", Map.of())
                    : renewing.list(S3ListQuery.of(""));
            of(sent);
            assertEquals(2, engine.requests().size());
        }
    }

    @Test
    void sessionTokenThatIsWrongIsNotTriedAgain() throws Exception {
        S3Keys wrong = new S3Keys(engine.id(), engine.secret(), "old");
        engine.token("new");
        try (S3Client outdated = new S3Client(S3Place.of(engine.url(), null, false), () -> wrong,
                S3Settings.DEFAULTS)) {
            assertEquals(Kind.WRONG_KEYS, failure(outdated.list(S3ListQuery.of(""))).kind());
            assertEquals(1, engine.requests().size());
        }
    }

    @Test
    void clockThatIsOffIsToldWithItsOffset() throws Exception {
        Instant wrong = Instant.now().minus(Duration.ofMinutes(20));
        try (S3Client late = new S3Client(S3Place.of(engine.url(), null, false), engine::keys,
                S3Settings.DEFAULTS, () -> wrong, null)) {
            S3Exception failure = failure(late.list(S3ListQuery.of("")));
            assertEquals(Kind.CLOCK_SKEW, failure.kind());
            assertTrue(failure.getMessage().matches(".*this machine's clock is 1[12]\\d\\d s"
                    + " behind the engine's; set both by NTP.*"), failure.getMessage());
            assertEquals(Kind.CLOCK_SKEW, failure(late.head("a", Map.of())).kind());
        }
    }

    @Test
    void anotherRegionIsTold() throws Exception {
        engine.region("eu-west-1");
        S3Exception failure = failure(client.list(S3ListQuery.of("")));
        assertEquals(Kind.WRONG_REGION, failure.kind());
        assertTrue(failure.getMessage().contains("set the region to eu-west-1"),
                failure.getMessage());
    }

    @Test
    void regionThatMayBeWrongIsToldWhereTheEngineNamesNone() throws Exception {
        engine.next(DoubleCall.is("ListObjectsV2"),
                S3Fault.answer(400, "AuthorizationHeaderMalformed"));
        S3Exception failure = failure(client.list(S3ListQuery.of("")));
        assertEquals(Kind.WRONG_KEYS, failure.kind());
        assertTrue(failure.getMessage().contains("signed for the region us-east-1, which may be"
                + " wrong; set the region, if the keys are right"), failure.getMessage());
    }

    @Test
    void wrongSecretIsTold() throws Exception {
        try (S3Client wrong = new S3Client(S3Place.of(engine.url(), null, false),
                () -> new S3Keys(engine.id(), "wrong", null), S3Settings.DEFAULTS)) {
            assertEquals(Kind.WRONG_KEYS, failure(wrong.list(S3ListQuery.of(""))).kind());
        }
    }
}
