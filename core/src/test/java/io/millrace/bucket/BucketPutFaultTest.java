package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** PUTs into a bucket whose engine fails, and of clients that leave: what is there then. */
@Timeout(120)
class BucketPutFaultTest extends FaultyPuts {

    @ParameterizedTest
    @EnumSource(Way.class)
    void engineThatIsSlowedDownOnceIsAskedAgain(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(DoubleCall.is(way.operation), S3Fault.answer(503, "SlowDown"));
        Reply reply = put(way);
        if (way == Way.PARTS && reply.status() == 503) { // a part that had begun can't be repeated
            assertNotStored(way);
        } else {
            assertEquals(204, reply.status());
            assertStored(way);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void engineThatIsSlowForAllAttemptsIs503WithRetryAfter(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is(way.operation), S3Fault.answer(503, "SlowDown"));
        Reply reply = put(way);
        assertEquals(503, reply.status());
        assertTrue(reply.fields().containsKey("retry-after"), reply.toString());
        engine.heal();
        assertNotStored(way);
        assertGoesOn();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void engineThatHasNoRoomIs507(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is(way.operation), S3Fault.answer(507, "InsufficientStorage"));
        Reply reply = put(way);
        assertEquals(507, reply.status());
        engine.heal();
        assertNotStored(way);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void keysWithoutTheRightToWriteAre403(Way way) throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is(way.operation), S3Fault.answer(403, "AccessDenied"));
        assertEquals(403, put(way).status());
        engine.heal();
        assertNotStored(way);
    }

    @ParameterizedTest
    @CsvSource({"STREAMED, 0", "STREAMED, 1", "STREAMED, 8000", "PARTS, 1", "PARTS, 3999"})
    void engineThatBreaksOffWithinTheBodyIsNotSuccess(Way way, int bytes) throws IOException {
        engine.place("a", "before");
        engine.next(8, DoubleCall.is(way.operation), S3Fault.reset().afterBytes(bytes));
        Reply reply = put(way);
        // All of so short a body may have left before the reset is seen: then none can know.
        assertTrue(reply.status() == 503 || way == Way.STREAMED && reply.status() == 502,
                reply.toString());
        engine.heal();
        assertNotStored(way);
        assertGoesOn();
    }

    @Test
    void clientThatHasMoreToSendReadsWhyTheEngineBrokeOff() throws Exception {
        engine.place("a", "before");
        byte[] body = PutClient.bytes(64 << 20);
        PutLimits limits = new PutLimits(100, 1L << 30, 1000, 4000, 10, 4, 1);
        try (PuttingStore big = new PuttingStore(engine, limits, 1 << 20, options -> { });
                PutClient sending = big.client()) {
            engine.next(DoubleCall.is("PutObject"), S3Fault.reset().afterBytes(1 << 20));
            sending.head("/a", "Content-Length", Integer.toString(body.length));
            sending.sendAside(body);
            assertEquals(503, sending.reply().status());
            assertEquals("before", engine.objects().get("a").text());
            assertEquals(0, big.state.buffers().takenBytes());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void bucketThatIsGoneIsNoConditionThatFailed(Way way) throws IOException {
        engine.next(8, DoubleCall.is(way.operation), S3Fault.answer(404, "NoSuchBucket"));
        assertEquals(502, put(way).status());
    }

    // Clients that leave

    @ParameterizedTest
    @CsvSource({"COLLECTED, 0", "COLLECTED, 79", "STREAMED, 0", "STREAMED, 1", "STREAMED, 8999",
        "PARTS, 0", "PARTS, 4000", "PARTS, 29999", "UNKNOWN_SHORT, 700", "UNKNOWN_LONG, 1100",
        "UNKNOWN_LONG, 3400"})
    void clientThatLeavesLeavesNothing(Way way, int bytes) throws IOException {
        engine.place("a", "before");
        if (way.isChunked) {
            byte[] sent = PutClient.chunked(way.body, 100);
            client.head("/a", "Transfer-Encoding", "chunked").send(Arrays.copyOf(sent, bytes));
        } else {
            client.head("/a", "Content-Length", Integer.toString(way.body.length))
                    .send(Arrays.copyOf(way.body, bytes));
        }
        String first = way == Way.STREAMED ? "PutObject"
                : way == Way.PARTS || way == Way.UNKNOWN_LONG ? "UploadPart" : null;
        if (first != null) {
            engine.await(DoubleCall.is(first));
        }
        store.awaitMemoryTaken(); // by the head, at the latest
        client.reset();
        if (first != null && way == Way.STREAMED) {
            engine.await(call -> call.operation().equals("PutObject") && call.clientLeft());
        }
        assertNotStored(way == Way.UNKNOWN_SHORT ? Way.COLLECTED : way);
        assertGoesOn();
    }

    @Test
    void clientThatSendsAMalformedChunkLeavesNothing() throws IOException {
        engine.place("a", "before");
        client.head("/a", "Transfer-Encoding", "chunked")
                .send(PutClient.chunked(PutClient.bytes(2500), 493), 3 * 500)
                .send("xyz\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(400, client.reply().status());
        assertNotStored(Way.UNKNOWN_LONG);
    }

    @Test
    void abortThatFailsIsTriedAgain() throws IOException {
        engine.place("a", "before");
        engine.next(2, DoubleCall.is("AbortMultipartUpload"), S3Fault.answer(500, "InternalError"));
        client.head("/a", "Transfer-Encoding", "chunked")
                .send(PutClient.chunked(PutClient.bytes(2500), 500), 2400);
        engine.await(call -> call.operation().equals("UploadPart") && call.status() == 200);
        client.reset();
        engine.await(call -> call.operation().equals("AbortMultipartUpload")
                && call.status() == 204);
        assertNotStored(Way.UNKNOWN_LONG);
    }

    @Test
    void engineThatReadsNothingHoldsTheClientUpAndFillsNoMemory() throws Exception {
        PutLimits limits = new PutLimits(100, 1L << 30, 1000, 4000, 10, 4, 1);
        try (PuttingStore big = new PuttingStore(engine, limits, 1 << 20, options -> { });
                PutClient slow = big.client()) {
            CompletableFuture<Void> released = new CompletableFuture<>();
            engine.next(DoubleCall.is("PutObject"), S3Fault.hold(released).afterBytes(1));
            byte[] body = PutClient.bytes(64 << 20);
            slow.head("/b", "Content-Length", Integer.toString(body.length));
            CompletableFuture<Long> sent = slow.sendAside(body);
            long before = -1;
            while (before != slow.sentBytes()) { // nothing more goes
                before = slow.sentBytes();
                engine.requests();
                assertFalse(sent.isDone(), "all of it is somewhere");
                LockSupport.parkNanos(300_000_000);
            }
            assertEquals(128 << 10, big.state.buffers().takenBytes());
            assertTrue(before < 32 << 20, "sent: " + before);
            released.complete(null);
            assertEquals(201, slow.reply().status());
            assertArrayEquals(body, engine.objects().get("b").bytes());
        }
    }

    @Test
    void putsThatFindNoMemoryWaitForItOrSayWhatToDo() throws IOException {
        try (PuttingStore small = new PuttingStore(engine, PuttingStore.SMALL, 300_000,
                options -> { });
                PutClient first = small.client(); PutClient second = small.client();
                PutClient third = small.client()) {
            first.head("/a", "Content-Length", "9000", "Expect", "100-continue");
            assertEquals(100, first.reply().status());
            second.head("/b", "Content-Length", "9000", "Expect", "100-continue");
            assertEquals(100, second.reply().status());
            third.head("/c", "Transfer-Encoding", "chunked", "Expect", "100-continue");
            first.send(PutClient.bytes(9000));
            assertEquals(201, first.reply().status());
            assertEquals(100, third.reply().status(), "has got what the first one has given back");
            PutClient fourth = small.client();
            fourth.head("/d", "Content-Length", "200000000");
            assertEquals(413, fourth.reply().status());
            fourth.close();
            second.send(PutClient.bytes(9000));
            assertEquals(201, second.reply().status());
            third.send(PutClient.chunked(PutClient.bytes(1500), 1500));
            assertEquals(201, third.reply().status());
            assertEquals(0, small.state.buffers().takenBytes());
        }
    }
}
