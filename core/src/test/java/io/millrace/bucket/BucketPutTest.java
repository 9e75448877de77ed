package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.content.DigestAlgorithm;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.s3.S3Stored;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PUTs into a bucket whose engine does all right, by a server and a client on sockets. */
@Timeout(120)
class BucketPutTest {

    private S3Double engine;
    private PuttingStore store;
    private PutClient client;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        store = new PuttingStore(engine);
        client = store.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
        engine.close();
    }

    private void assertStored(byte[] body, Reply reply) {
        S3Stored stored = engine.objects().get("a");
        assertArrayEquals(body, stored.bytes());
        assertEquals(stored.etag(), reply.fields().get("etag"));
        assertEquals(0, engine.multiparts().size());
        assertEquals(0, store.state.buffers().takenBytes());
    }

    private static boolean stores(DoubleCall call) {
        return DoubleCall.is("PutObject").or(DoubleCall.is("CompleteMultipartUpload")).test(call);
    }

    private long count(String operation) {
        return engine.requests(DoubleCall.is(operation)).size();
    }

    // Lengths

    @ParameterizedTest
    @CsvSource({
        // bytes, PutObject, UploadPart
        "0, 1, 0",
        "1, 1, 0",
        "100, 1, 0", // collected
        "101, 1, 0", // streamed
        "10000, 1, 0",
        "10001, 0, 3", // in parts of 4,000
        "12000, 0, 3",
        "40000, 0, 10",
        "40001, 0, 10", // 10 parts are the most, so that they grow
        "99999, 0, 10"
    })
    void bodyOfKnownLengthIsStored(int length, int puts, int parts) throws IOException {
        byte[] body = PutClient.bytes(length);
        Reply created = client.put("/a", body);
        assertEquals(201, created.status());
        assertEquals("/a", created.fields().get("location"));
        assertStored(body, created);
        assertEquals(puts, count("PutObject"));
        assertEquals(parts, count("UploadPart"));
        byte[] other = PutClient.bytes(length + 1);
        Reply replaced = client.put("/a", Arrays.copyOfRange(other, 1, length + 1));
        assertEquals(204, replaced.status());
        assertNull(replaced.fields().get("location"));
        assertStored(Arrays.copyOfRange(other, 1, length + 1), replaced);
    }

    @Test
    void longestBodyIsWhatTenPartsOfTheLargestSizeHaveAndOneByteMoreIsRefused()
            throws IOException {
        assertEquals(100_000, PuttingStore.SMALL.longestBytes());
        byte[] body = PutClient.bytes(100_000);
        assertStored(body, client.put("/a", body));
        Reply refused = client.head("/b", "Content-Length", "100001").reply();
        assertEquals(413, refused.status());
        assertFalse(engine.objects().containsKey("b"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0",
        "1, 1, 0",
        "999, 1, 0",
        "1000, 0, 1", // a whole part has gone before it was known to be the last
        "1001, 0, 2",
        "4000, 0, 4",
        "5000, 0, 5", // from the fifth on of 2,000, and from the ninth on of 4,000
        "6000, 0, 5",
        "6001, 0, 6",
        "20000, 0, 10"
    })
    void bodyOfUnknownLengthIsStored(int length, int puts, int parts) throws IOException {
        byte[] body = PutClient.bytes(length);
        Reply created = client.putChunked("/a", body, 700);
        assertEquals(201, created.status());
        assertEquals("/a", created.fields().get("location"));
        assertStored(body, created);
        assertEquals(puts, count("PutObject"));
        assertEquals(parts, count("UploadPart"));
        assertEquals(204, client.putChunked("/a", body, 1_000_000).status());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5000})
    void entityTagThatTheEngineDoesNotSayIsThatOfTheObjectIfItIsStillTheSame(int length)
            throws IOException {
        engine.next(BucketPutTest::stores, S3Fault.noEtag());
        byte[] body = PutClient.bytes(length);
        assertStored(body, client.putChunked("/a", body, 700));
        engine.next(BucketPutTest::stores, S3Fault.noEtag());
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(404, "NoSuchKey"));
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(404, "NoSuchKey"));
        Reply unknown = client.putChunked("/a", body, 700);
        assertEquals(201, unknown.status());
        assertNull(unknown.fields().get("etag"));
    }

    @Test
    void bodyOfUnknownLengthThatTenPartsCanNotHaveIsRefusedAndLeavesNothing()
            throws IOException {
        // Four of 1,000, four of 2,000 and two of 4,000.
        byte[] most = PutClient.bytes(20_000);
        assertStored(most, client.putChunked("/a", most, 5000));
        Reply refused = client.putChunked("/b", PutClient.bytes(20_001), 5000);
        assertEquals(413, refused.status());
        engine.await(DoubleCall.is("AbortMultipartUpload", "b"));
        assertFalse(engine.objects().containsKey("b"));
    }

    @Test
    void bodyThatIsCutAnywhereByTheSocketIsStored() throws IOException {
        for (int length : new int[] {30, 230, 10_050}) {
            byte[] body = PutClient.bytes(length);
            for (int cut = 1; cut < length; cut += Math.max(1, length / 25)) {
                client.head("/a", "Content-Length", Integer.toString(length));
                client.send(Arrays.copyOf(body, cut));
                client.send(Arrays.copyOfRange(body, cut, length));
                assertStored(body, client.reply());
            }
        }
    }

    @Test
    void bodyThatIsCollectedHasItsBytesAndNoMore() throws IOException {
        PutLimits limits = new PutLimits(50_000, 100_000, 1_000, 4_000, 10, 4, 1);
        try (PuttingStore large = new PuttingStore(engine, limits, 64 << 20, options -> { });
                PutClient sending = large.client()) {
            for (int length : new int[] {4095, 4096, 4097, 5000, 16_385, 50_000}) {
                byte[] body = PutClient.bytes(length);
                assertStored(body, sending.put("/a", body));
            }
        }
    }

    @Test
    void requestsFollowEachOtherOnOneConnection() throws IOException {
        client.head("/a", "Content-Length", "200").send(PutClient.bytes(200));
        client.head("/b", "Content-Length", "3").send(PutClient.bytes(3));
        client.head("/c", "Transfer-Encoding", "chunked")
                .send(PutClient.chunked(PutClient.bytes(2500), 100));
        assertEquals("/a", client.reply().fields().get("location"));
        assertEquals("/b", client.reply().fields().get("location"));
        assertEquals("/c", client.reply().fields().get("location"));
        assertArrayEquals(PutClient.bytes(2500), engine.objects().get("c").bytes());
    }

    // What belongs to the object

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 20_000})
    void fieldsOfTheObjectAreKept(int length) throws IOException {
        client.put("/a", PutClient.bytes(length), "Content-Type", "text/x-a; charset=utf-8",
                "Content-Encoding", "gzip", "Cache-Control", "max-age=5",
                "Content-Disposition", "attachment; filename=\"b\"", "Content-Language", "rm");
        Map<String, String> kept = engine.objects().get("a").fields();
        assertEquals("text/x-a; charset=utf-8", kept.get("content-type"));
        assertEquals("gzip", kept.get("content-encoding"));
        assertEquals("max-age=5", kept.get("cache-control"));
        assertEquals("attachment; filename=\"b\"", kept.get("content-disposition"));
        assertEquals("rm", kept.get("content-language"));
        assertEquals(20, kept.get("x-amz-meta-millrace-put").length());
    }

    @Test
    void fieldWithOtherCharactersThanAsciiIsRefused() throws IOException {
        Reply refused = client.put("/a", PutClient.bytes(3), "Content-Disposition",
                "attachment; filename=\"\u00e4\"");
        assertEquals(400, refused.status());
        assertTrue(refused.body().contains("filename*="), refused.body());
        assertFalse(engine.objects().containsKey("a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 20_000})
    void tabInAFieldIsKeptAsASpace(int length) throws IOException {
        assertEquals(201, client.put("/a", PutClient.bytes(length), "Content-Type",
                "text/plain;\tcharset=utf-8").status());
        assertEquals("text/plain; charset=utf-8",
                engine.objects().get("a").fields().get("content-type"));
    }

    @Test
    void preferenceForTheRepresentationIs200WithoutALookBefore() throws IOException {
        Reply reply = client.put("/a", PutClient.bytes(300), "Prefer", "return=representation");
        assertEquals(200, reply.status());
        assertStored(PutClient.bytes(300), reply);
        assertEquals(0, count("HeadObject"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 20_000})
    void putWhoseLookIsDeniedIs200(int length) throws IOException {
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(403, "AccessDenied"));
        byte[] body = PutClient.bytes(length);
        Reply reply = client.put("/a", body);
        assertEquals(200, reply.status());
        assertStored(body, reply);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 20_000})
    void newObjectIsNewHoweverLongTheLookForItTakes(int length) throws IOException {
        engine.next(DoubleCall.is("HeadObject"), S3Fault.hold(new CompletableFuture<>()
                .completeOnTimeout(null, 200, TimeUnit.MILLISECONDS)));
        byte[] body = PutClient.bytes(length);
        Reply created = client.put("/a", body);
        assertEquals(201, created.status());
        assertStored(body, created);
    }

    // Digests

    private static String sha256(byte[] body) {
        return DigestAlgorithm.SHA_256.field(DigestAlgorithm.SHA_256.start().digest(body));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 101, 10_000, 20_000})
    void digestThatIsRightGoesToTheEngineToo(int length) throws IOException {
        byte[] body = PutClient.bytes(length);
        Reply reply = client.put("/a", body, "Repr-Digest", sha256(body), "Want-Repr-Digest",
                "sha-512=3");
        assertStored(body, reply);
        assertEquals(DigestAlgorithm.SHA_512.field(DigestAlgorithm.SHA_512.start().digest(body)),
                reply.fields().get("repr-digest"));
        String base64 = Base64.getEncoder()
                .encodeToString(DigestAlgorithm.SHA_256.start().digest(body));
        assertEquals(base64,
                engine.objects().get("a").fields().get("x-amz-meta-millrace-sha-256"));
        if (length <= 10_000) {
            assertEquals(base64, engine.requests(DoubleCall.is("PutObject")).get(0)
                    .field("x-amz-checksum-sha256"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 101, 10_000, 20_000})
    void digestThatIsWrongLeavesNothing(int length) throws IOException {
        engine.place("a", "before");
        byte[] wrong = PutClient.bytes(length);
        wrong[length - 1]++;
        Reply reply = client.put("/a", PutClient.bytes(length), "Content-Digest", sha256(wrong));
        assertEquals(400, reply.status());
        assertTrue(reply.body().contains("Content-Digest"), reply.body());
        assertEquals("before", engine.objects().get("a").text());
        assertNothingIsLeft();
        assertEquals(204, client.put("/a", PutClient.bytes(3)).status(), "the next request");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 1001, 5000})
    void digestOfABodyOfUnknownLengthThatIsWrongLeavesNothing(int length) throws IOException {
        byte[] wrong = PutClient.bytes(length);
        wrong[length - 1]++;
        Reply reply = client.putChunked("/a", PutClient.bytes(length), 500, "Content-MD5",
                Base64.getEncoder().encodeToString(DigestAlgorithm.MD5.start().digest(wrong)));
        assertEquals(400, reply.status());
        assertFalse(engine.objects().containsKey("a"));
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        if (count("CreateMultipartUpload") > 0) {
            engine.await(call -> call.operation().equals("AbortMultipartUpload")
                    && call.status() == 204);
        }
        assertEquals(0, engine.multiparts().size());
        store.awaitMemoryGivenBack();
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 500})
    void engineThatTakesNoChecksumGetsTheObjectWithoutIt(int length) throws IOException {
        byte[] body = PutClient.bytes(length);
        engine.next(DoubleCall.is("PutObject"), S3Fault.answer(501, "NotImplemented"));
        assertStored(body, client.put("/a", body, "Repr-Digest", sha256(body)));
        assertStored(body, client.put("/a", body, "Repr-Digest", sha256(body)));
        long with = engine.requests(DoubleCall.is("PutObject")).stream()
                .filter(call -> !call.field("x-amz-checksum-sha256").isEmpty()).count();
        assertEquals(1, with, "once is enough");
    }

    // 100 (Continue)

    @Test
    void clientIsAskedForItsBodyWhenTheEngineAsks() throws IOException {
        client.head("/a", "Content-Length", "500", "Expect", "100-continue");
        assertEquals(100, client.reply().status());
        assertEquals("100-Continue",
                engine.requests(DoubleCall.is("PutObject")).get(0).field("expect"));
        assertStored(PutClient.bytes(500), client.send(PutClient.bytes(500)).reply());
    }

    @Test
    void clientIsNotAskedForABodyThatTheEngineRefuses() throws IOException {
        engine.place("a", "before");
        Reply reply = client.head("/a", "Content-Length", "500", "Expect", "100-continue",
                "If-None-Match", "*").reply();
        assertEquals(412, reply.status());
        assertEquals("before", engine.objects().get("a").text());
    }
}
