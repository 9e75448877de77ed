package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.PutClient.Reply;
import io.millrace.bucket.engine.Holds;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small PUTs whose connection to the engine ends, as idle ones do, just when they are sent. */
@Timeout(60)
class SentAgainPutTest {

    private static final Predicate<DoubleCall> PUT = DoubleCall.is("PutObject");
    private static final byte[] BODY = PutClient.bytes(50);

    private S3Double engine;
    private PuttingStore store;
    private PutClient client;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        store = new PuttingStore(engine);
        client = store.client();
        engine.next(PUT, S3Fault.close().afterBody());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
        engine.close();
    }

    private void assertSentOnce() {
        assertEquals(1, engine.requests(PUT).size());
    }

    @Test
    void putIsSentAgainToReplaceWhatIsThere() throws IOException {
        String before = engine.place("a", "before").etag();
        Reply reply = client.put("/a", BODY);
        assertEquals(204, reply.status(), reply.toString());
        assertArrayEquals(BODY, engine.objects().get("a").bytes());
        assertEquals(engine.objects().get("a").etag(), reply.fields().get("etag"));
        List<DoubleCall> sent = engine.requests(PUT);
        assertEquals(2, sent.size());
        assertEquals("", sent.get(0).field("if-match"));
        assertEquals(before, sent.get(1).field("if-match"));
    }

    @Test
    void putThatIsSentAgainReplacesNothingThatHasComeMeanwhile() throws IOException {
        CompletableFuture<Void> placed = new CompletableFuture<>();
        engine.next(PUT, S3Fault.hold(placed));
        client.head("/a", "Content-Length", "50").send(BODY);
        engine.await(PUT.and(call -> call.field("if-none-match").equals("*")));
        engine.place("a", "another's");
        placed.complete(null);
        assertEquals(502, client.reply().status());
        assertEquals("another's", new String(engine.objects().get("a").bytes()));
    }

    @Test
    void putThatIsStoredWhenItIsSentAgainAndNotAnsweredEitherIsFoundByALook() throws IOException {
        engine.next(PUT, S3Fault.close().afterStoring());
        assertEquals(201, client.put("/a", BODY).status());
        assertArrayEquals(BODY, engine.objects().get("a").bytes());
    }

    @Test
    void putIsNotSentAgainWhereTheEngineHoldsNoConditions() throws IOException {
        store.state.holds(new Holds(true, false, false, false, false, true, true));
        assertEquals(502, client.put("/a", BODY).status());
        assertSentOnce();
    }

    @Test
    void putWhoseConditionIsFalseByNowIsNotSentAgain() throws IOException {
        engine.checkEarly(false);
        engine.place("a", "another's");
        assertEquals(502, client.put("/a", BODY, "If-None-Match", "*").status());
        assertSentOnce();
    }
}
