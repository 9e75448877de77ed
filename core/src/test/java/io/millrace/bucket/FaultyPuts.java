package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.s3.S3Double;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** PUTs into a bucket whose engine can be told to fail, and what is there then. */
abstract class FaultyPuts {

    /** The ways that a body takes. */
    enum Way {
        COLLECTED(80, false, "PutObject"),
        STREAMED(9_000, false, "PutObject"),
        PARTS(30_000, false, "UploadPart"),
        UNKNOWN_SHORT(800, true, "PutObject"),
        UNKNOWN_LONG(3_500, true, "UploadPart");

        final byte[] body;
        final boolean isChunked;
        /** The operation that brings bytes. */
        final String operation;

        Way(int length, boolean isChunked, String operation) {
            body = PutClient.bytes(length);
            this.isChunked = isChunked;
            this.operation = operation;
        }

        boolean isParted() {
            return operation.equals("UploadPart");
        }

        /** The operation that makes the object. */
        String last() {
            return isParted() ? "CompleteMultipartUpload" : "PutObject";
        }

        boolean isReplayable() {
            return this != STREAMED && this != PARTS;
        }
    }

    S3Double engine;
    PuttingStore store;
    PutClient client;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start().leastPartBytes(1);
        open(Duration.ofSeconds(2));
    }

    void open(Duration answerTimeout) throws IOException {
        store = new PuttingStore(engine, PuttingStore.SMALL, 64 << 20,
                options -> options.answerTimeout(answerTimeout).maxAttempts(2));
        client = store.client();
    }

    /** For engines that are silent, which the test waits for. */
    void waitForAnswersOnlyBriefly() throws IOException {
        client.close();
        store.close();
        open(Duration.ofMillis(500));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
        engine.close();
    }

    Reply put(Way way, String... fields) throws IOException {
        return way.isChunked ? client.putChunked("/a", way.body, 333, fields)
                : client.put("/a", way.body, fields);
    }

    void assertStored(Way way) {
        assertArrayEquals(way.body, engine.objects().get("a").bytes());
        store.awaitMemoryGivenBack();
    }

    void assertNotStored(Way way) {
        assertEquals("before", engine.objects().get("a").text());
        if (way.isParted()) {
            engine.await(call -> call.operation().equals("CreateMultipartUpload")
                    && engine.multiparts().isEmpty());
        }
        assertEquals(0, engine.multiparts().size());
        store.awaitMemoryGivenBack();
    }

    void assertGoesOn() throws IOException {
        try (PutClient next = store.client()) {
            assertEquals(204, next.put("/a", PutClient.bytes(20)).status());
        }
    }
}
