package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.engine.WriteRules;
import io.millrace.http.Request;
import io.millrace.s3.EngineAnswers;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Keys;
import io.millrace.s3.S3Place;
import io.millrace.s3.S3Settings;
import io.millrace.server.Logged;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** PUTs whose engine answers with what means nothing, such as 404 to a PUT without a condition. */
class UnclearAnswerTest {

    private static final WriteRules RULES = new WriteRules(false, KeyLimits.DEFAULTS,
            Long.MAX_VALUE, 0, 8 << 20, 64 << 20, Duration.ZERO);

    private static final class State extends EngineState {

        State() {
            super(RULES, new S3Client(S3Place.of("http://127.0.0.1:9/bucket", null, false),
                    () -> new S3Keys("ID", "secret", null), S3Settings.DEFAULTS),
                    new BucketCache(0, 0, 0, System::nanoTime), new BucketWrites(RULES),
                    System::nanoTime, UnclearAnswerTest.class);
        }
    }

    @Test
    void answersOfOneKindAreOneLineAndHoldBackNoOther() throws Exception {
        try (Logged log = new Logged(UnclearAnswerTest.class); State state = new State()) {
            for (int i = 0; i < 100; i++) { // more than the kinds that are told apart
                Key key = Key.of("/" + i, KeyLimits.DEFAULTS);
                ObjectWrite write = new ObjectWrite(state, key, Request.of("PUT", "/" + i));
                assertEquals(502, write.response(EngineAnswers.of(404), null, true).join()
                        .status().code());
            }
            state.faults().log("the keys were not read again", new IOException("gone"));
            assertEquals(List.of("PUT /0 failed: the engine has answered 404, which means nothing"
                    + " here: see whether the bucket is there",
                    "the keys were not read again: gone"), log.lines());
        }
    }
}
