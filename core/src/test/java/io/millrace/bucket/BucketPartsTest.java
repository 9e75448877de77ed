package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The parts of PUTs that come to nothing: the engine is rid of them, and so is the memory. */
@Timeout(120)
class BucketPartsTest {

    private static final String BEGIN = "CreateMultipartUpload";
    private static final String ABORT = "AbortMultipartUpload";
    private static final String END = "CompleteMultipartUpload";

    private S3Double engine;
    private PuttingStore store;
    private PutClient client;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        store = new PuttingStore(engine, PuttingStore.SMALL, 64 << 20,
                options -> options.answerTimeout(Duration.ofMinutes(10)));
        client = store.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
        engine.close();
    }

    private void assertNothingIsLeft() {
        engine.await(call -> engine.multiparts().isEmpty());
        assertFalse(engine.objects().containsKey("a"));
        store.awaitMemoryGivenBack();
    }

    @Test
    void partThatTheEngineDoesNotAnswerEndsWithItsClient() throws IOException {
        engine.next(DoubleCall.is("UploadPart"), S3Fault.silence().afterBody());
        client.head("/a", "Transfer-Encoding", "chunked")
                .send(PutClient.chunked(PutClient.bytes(1500), 500), 1400);
        engine.await(call -> call.operation().equals("UploadPart") && call.bodyBytes() == 1000);
        client.reset();
        engine.await(call -> call.operation().equals("UploadPart") && call.clientLeft());
        assertNothingIsLeft();
    }

    @Test
    void endThatIsRefusedLeavesNoParts() throws IOException {
        engine.next(8, DoubleCall.is(END), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, client.putChunked("/a", PutClient.bytes(2500), 500).status());
        assertNothingIsLeft();
    }

    @Test
    void beginningThatIsRefusedTakesNoMemory() throws IOException {
        engine.next(8, DoubleCall.is(BEGIN), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, client.putChunked("/a", PutClient.bytes(2500), 500).status());
        store.awaitMemoryGivenBack();
        engine.next(8, DoubleCall.is(BEGIN), S3Fault.answer(403, "AccessDenied"));
        try (PutClient streaming = store.client()) {
            assertEquals(403, streaming.head("/a", "Content-Length", "20000", "Expect",
                    "100-continue").reply().status());
        }
        assertNothingIsLeft();
    }

    /** Some engines say of any upload that they have dropped it. */
    @Test
    void objectThatIsSeenOnlyBehindTheAbortIsStored() throws IOException {
        engine.next(DoubleCall.is(END), S3Fault.reset().afterStoring());
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(404, "NoSuchKey"));
        engine.next(DoubleCall.is(ABORT), S3Fault.text(200, ""));
        byte[] body = PutClient.bytes(2500);
        assertEquals(200, client.putChunked("/a", body, 500, "Prefer", "return=representation")
                .status());
        assertArrayEquals(body, engine.objects().get("a").bytes());
    }

    @Test
    void endWithoutPartsOrObjectBehindItMayBeDone() throws IOException {
        engine.next(DoubleCall.is(END), S3Fault.reset().afterBody());
        engine.next(DoubleCall.is(ABORT), S3Fault.answer(404, "NoSuchUpload"));
        assertEquals(502, client.putChunked("/a", PutClient.bytes(2500), 500).status());
        store.awaitMemoryGivenBack();
    }

    @Test
    void abortThatIsRefusedAtAnUnclearEndIsTriedAgainUntilItIsDone() throws IOException {
        engine.next(DoubleCall.is(END), S3Fault.reset().afterBody());
        engine.next(DoubleCall.is(ABORT), S3Fault.answer(403, "AccessDenied"));
        assertEquals(502, client.putChunked("/a", PutClient.bytes(2500), 500).status());
        assertNothingIsLeft();
    }
}
