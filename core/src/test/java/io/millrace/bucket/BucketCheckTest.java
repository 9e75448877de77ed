package io.millrace.bucket;

import static io.millrace.s3.DoubleCall.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a balancer should send requests to a node. */
class BucketCheckTest {

    private final long[] nowNs = {0};
    private S3Double engine;
    private BucketStore store;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        store = BucketStore.open(BucketOptions.builder(engine.url()).maxAttempts(1)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null)).build(), () -> nowNs[0]);
        engine.forget();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        engine.close();
    }

    private String refusal() {
        return assertThrows(IOException.class, store::checkBucket).getMessage();
    }

    @Test
    void engineIsAskedOnceASecondHoweverManyAsk() throws IOException {
        for (int i = 0; i < 10; i++) {
            store.checkBucket();
        }
        assertEquals(1, engine.requests(is("ListObjectsV2")).size());
        nowNs[0] += Duration.ofSeconds(1).toNanos() - 1;
        store.checkBucket();
        assertEquals(1, engine.requests(is("ListObjectsV2")).size());
        nowNs[0]++;
        store.checkBucket();
        assertEquals(2, engine.requests(is("ListObjectsV2")).size());
    }

    @Test
    void refusalIsRememberedForASecondTooAndThenTheEngineMayHaveRecovered() throws IOException {
        engine.next(is("ListObjectsV2"), S3Fault.answer(403, "InvalidAccessKeyId"));
        String why = refusal();
        assertTrue(why.startsWith("the bucket can't be used: "), why);
        assertEquals(why, refusal());
        nowNs[0] += Duration.ofSeconds(1).toNanos();
        store.checkBucket();
    }

    @Test
    void nodeBehindAnEngineThatIsOnlyOverloadedIsReady() throws IOException {
        engine.next(is("ListObjectsV2"), S3Fault.answer(503, "SlowDown"));
        store.checkBucket();
    }

    @Test
    void engineThatFailsIsNotReady() {
        engine.next(is("ListObjectsV2"), S3Fault.answer(500, "InternalError"));
        refusal();
    }

    @Test
    void engineThatIsGoneIsNotReadyNorIsAStoreThatIsClosed() throws IOException {
        engine.close();
        refusal();
        store.close();
        assertEquals("the store is closed", refusal());
    }

    @Test
    void engineThatSaysNothingIsWaitedForFourSeconds() {
        engine.next(is("ListObjectsV2"), S3Fault.silence());
        long beganNs = System.nanoTime();
        assertEquals("the engine hasn't answered within 4 s", refusal());
        assertTrue(System.nanoTime() - beganNs < Duration.ofSeconds(30).toNanos());
    }
}
