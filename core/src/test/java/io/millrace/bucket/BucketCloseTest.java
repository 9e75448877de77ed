package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.Pause;
import io.millrace.bucket.PutClient.Reply;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Counters.Operation;
import io.millrace.s3.S3Counters.Outcome;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUTs that the engine is at work on when their store is closed. */
@Timeout(120)
class BucketCloseTest {

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

    private void assertMayBeDone(Reply reply) {
        assertEquals(502, reply.status(), reply.toString());
        assertEquals(0, store.state.buffers().takenBytes());
    }

    @ParameterizedTest // collected and streamed
    @ValueSource(ints = {80, 9_000})
    void putThatTheEngineHasWholeMayBeDone(int length) throws IOException {
        engine.next(DoubleCall.is("PutObject"), S3Fault.silence().afterBody());
        client.head("/a", "Content-Length", Integer.toString(length))
                .send(PutClient.bytes(length));
        engine.await(call -> call.operation().equals("PutObject") && call.bodyBytes() == length);
        store.state.close();
        assertMayBeDone(client.reply());
    }

    @Test
    void putThatIsToBeLookedForOnceMoreMayBeDone() throws IOException {
        engine.next(DoubleCall.is("PutObject"), S3Fault.reset().afterBody());
        client.head("/a", "Content-Length", "80", "If-None-Match", "*")
                .send(PutClient.bytes(80));
        // It is counted once all is done that follows the first look.
        while (store.state.client().counters().ends(Operation.HEAD, Outcome.REFUSED) == 0) {
            Pause.briefly();
        }
        store.state.close();
        assertMayBeDone(client.reply());
    }

    @Test
    void nothingRunsLater() throws IOException {
        store.state.close();
        assertThrows(RejectedExecutionException.class,
                () -> store.state.timer().after(0, () -> { }));
    }

    @Test
    void uploadThatTheEngineIsPuttingTogetherMayBeDone() throws IOException {
        engine.next(DoubleCall.is("CompleteMultipartUpload"), S3Fault.silence().afterBody());
        client.head("/a", "Transfer-Encoding", "chunked")
                .send(PutClient.chunked(PutClient.bytes(3_500), 333));
        engine.await(call -> call.operation().equals("CompleteMultipartUpload")
                && call.bodyBytes() > 0);
        store.state.close();
        assertMayBeDone(client.reply());
    }
}
