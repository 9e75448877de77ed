package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.bucket.engine.Holds;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two stores over one bucket: of two changes under the same condition, one is made. */
@Timeout(120)
class BucketRaceTest {

    private static final int RACES = 50;

    private final CyclicBarrier start = new CyclicBarrier(2);
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private S3Double engine;
    private PuttingStore one;
    private PuttingStore other;
    private PutClient toOne;
    private PutClient toOther;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        one = new PuttingStore(engine);
        other = new PuttingStore(engine);
        toOne = one.client();
        toOther = other.client();
    }

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        toOne.close();
        toOther.close();
        one.close();
        other.close();
        engine.close();
    }

    private Future<Reply> put(PutClient client, String path, byte[] body, boolean isChunked,
            String... condition) {
        Callable<Reply> put = () -> {
            start.await(30, TimeUnit.SECONDS);
            return isChunked ? client.putChunked(path, body, 400, condition)
                    : client.put(path, body, condition);
        };
        return threads.submit(put);
    }

    private void race(String path, int length, boolean isChunked, int success,
            String... condition) throws Exception {
        byte[] ofOne = PutClient.bytes(length);
        byte[] ofOther = ofOne.clone();
        Arrays.fill(ofOther, 0, Math.min(length, 50), (byte) 7);
        Future<Reply> first = put(toOne, path, ofOne, isChunked, condition);
        Future<Reply> second = put(toOther, path, ofOther, isChunked, condition);
        int a = first.get(60, TimeUnit.SECONDS).status();
        int b = second.get(60, TimeUnit.SECONDS).status();
        assertTrue(a == success && b == 412 || a == 412 && b == success, a + " and " + b);
        assertArrayEquals(a == success ? ofOne : ofOther,
                engine.objects().get(path.substring(1)).bytes());
    }

    @ParameterizedTest
    @CsvSource({"60, false", "3000, false", "15000, false", "500, true", "3500, true"})
    void ofTwoThatCreateOneIsCreated(int length, boolean isChunked) throws Exception {
        for (int i = 0; i < RACES; i++) {
            race("/new-" + i, length, isChunked, 201, "If-None-Match", "*");
        }
        assertEquals(RACES, engine.objects().size());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"60, false", "3000, false", "15000, false", "500, true", "3500, true"})
    void ofTwoThatReplaceOneVersionOneDoes(int length, boolean isChunked) throws Exception {
        engine.place("a", "before");
        for (int i = 0; i < RACES; i++) {
            race("/a", length + i, isChunked, 204, "If-Match", engine.objects().get("a").etag());
        }
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        if (!engine.requests(DoubleCall.is("CreateMultipartUpload")).isEmpty()) {
            engine.await(call -> engine.multiparts().isEmpty());
        }
        assertEquals(0, one.state.buffers().takenBytes());
        assertEquals(0, other.state.buffers().takenBytes());
    }

    // Conditions that no engine decides

    @Test
    void conditionsThatNeedALookArePinnedToWhatItHasSeen() throws IOException {
        engine.place("a", "before");
        String etag = engine.objects().get("a").etag();
        byte[] body = PutClient.bytes(300);
        assertEquals(412, toOne.put("/a", body, "If-None-Match", "\"x\", " + etag).status());
        assertEquals(412, toOne.put("/b", body, "If-Match", "*").status());
        assertEquals(412, toOne.put("/a", body, "If-Unmodified-Since",
                "Thu, 01 Jan 1970 00:00:01 GMT").status());
        assertEquals("before", engine.objects().get("a").text());
        assertEquals(1, engine.objects().size());
        engine.forget();
        assertEquals(204, toOne.put("/a", body, "If-Match", "\"x\", " + etag).status());
        assertEquals(etag, engine.requests(DoubleCall.is("PutObject")).get(0).field("if-match"));
        String now = engine.objects().get("a").etag();
        assertEquals(204, toOne.put("/a", body, "If-Match", "*").status());
        assertEquals(now, engine.requests(DoubleCall.is("PutObject")).get(1).field("if-match"));
        assertEquals(201, toOne.put("/c", body, "If-None-Match", "\"x\"").status());
        assertEquals("*", engine.requests(DoubleCall.is("PutObject")).get(2)
                .field("if-none-match"));
        assertEquals(204, toOne.put("/c", body, "If-Unmodified-Since",
                "Fri, 01 Jan 2100 00:00:00 GMT").status());
        assertEquals(400, toOne.put("/c", body, "If-Match", "x").status());
    }

    @Test
    void objectThatChangedBehindTheLookIs409IfTheConditionStillHoldsAnd412IfNot()
            throws IOException {
        engine.place("a", "before");
        engine.checkEarly(false);
        toOne.head("/a", "Content-Length", "5000", "If-Match", "*", "Expect", "100-continue");
        assertEquals(100, toOne.reply().status());
        engine.place("a", "between");
        assertEquals(409, toOne.send(PutClient.bytes(5000)).reply().status());
        assertEquals("between", engine.objects().get("a").text());
        String etag = engine.objects().get("a").etag();
        toOther.head("/a", "Content-Length", "5000", "If-Match", "\"x\", " + etag, "Expect",
                "100-continue");
        assertEquals(100, toOther.reply().status());
        engine.place("a", "again");
        assertEquals(412, toOther.send(PutClient.bytes(5000)).reply().status());
        assertEquals("again", engine.objects().get("a").text());
    }

    @Test
    void engineThatHoldsNoConditionsGetsNone() throws IOException {
        engine.place("a", "before");
        one.state.holds(new Holds(true, false, false, false, false, true, true));
        byte[] body = PutClient.bytes(300);
        for (String[] condition : new String[][] {{"If-None-Match", "*"}, {"If-Match", "\"x\""},
            {"If-Match", "*"}, {"If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"}}) {
            assertEquals(501, toOne.put("/a", body, condition).status(), condition[0]);
        }
        assertEquals("before", engine.objects().get("a").text());
        assertEquals(204, toOne.put("/a", body).status());
        one.state.holds(new Holds(true, true, true, true, false, true, true));
        assertEquals(501, toOne.putChunked("/a", body, 100, "If-Match", "*").status());
        assertEquals(204, toOther.put("/a", body, "If-Match", "*").status());
        one.state.holds(Holds.UNKNOWN);
        assertEquals(503, toOther.put("/b", body).status() == 201
                ? one.client().put("/a", body, "If-Match", "*").status() : 0);
    }
}
