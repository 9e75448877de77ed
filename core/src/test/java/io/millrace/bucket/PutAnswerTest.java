package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.content.DigestAlgorithm;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an engine's answers to a PUT mean, those that make no sense among them. */
@Timeout(120)
class PutAnswerTest {

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

    @Test
    void successBeforeTheBodyHasComeIsNone() throws IOException {
        engine.next(DoubleCall.is("PutObject"), S3Fault.text(200, "").field("ETag", "\"x\""));
        assertEquals(502, client.head("/a", "Content-Length", "9000").reply().status());
    }

    @ParameterizedTest
    @CsvSource({"412, PreconditionFailed", "404, NoSuchKey"})
    void conditionThatNobodyHasSetDoesNotFail(int answered, String code) throws IOException {
        engine.next(DoubleCall.is("PutObject"), S3Fault.answer(answered, code));
        assertEquals(502, client.put("/a", PutClient.bytes(50)).status());
    }

    /** AWS says so. */
    @Test
    void versionThatIsGoneIsAConditionThatFails() throws IOException {
        engine.next(DoubleCall.is("PutObject"), S3Fault.answer(404, "NoSuchKey"));
        assertEquals(412, client.put("/a", PutClient.bytes(50), "If-Match", "\"x\"").status());
    }

    @Test
    void objectThatHasChangedAndCanNotBeLookedAtIsAConflict() throws IOException {
        engine.place("a", "before");
        engine.next(DoubleCall.is("HeadObject"),
                S3Fault.hold(CompletableFuture.completedFuture(null))); // as usual
        engine.next(DoubleCall.is("HeadObject"), S3Fault.answer(403, "AccessDenied"));
        engine.next(DoubleCall.is("PutObject"), S3Fault.answer(412, "PreconditionFailed"));
        assertEquals(409, client.put("/a", PutClient.bytes(50), "If-Match", "*").status());
    }

    @Test
    void bodyThatHasBegunIsNotSentAgainWithoutItsChecksum() throws IOException {
        byte[] body = PutClient.bytes(500);
        String digest = DigestAlgorithm.SHA_256.field(
                DigestAlgorithm.SHA_256.start().digest(body));
        engine.next(DoubleCall.is("PutObject"),
                S3Fault.answer(501, "NotImplemented").afterBytes(1));
        assertEquals(501, client.put("/b", body, "Repr-Digest", digest).status());
        try (PutClient next = store.client()) {
            assertEquals(201, next.put("/b", body, "Repr-Digest", digest).status());
        }
    }
}
