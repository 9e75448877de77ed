package io.millrace.bucket;

import io.millrace.http.HttpException;
import io.millrace.s3.S3Double;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes of one bucket, the clock of the first at a test's hand. Each test has its own. */
abstract class TwoNodes {

    /** Added to the clock of a node, and so much more whenever it is asked. */
    final AtomicLong laterNs = new AtomicLong();
    final AtomicLong stepNs = new AtomicLong();
    S3Double engine;
    Node one;
    Node two;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        one = Node.of(engine, () -> System.nanoTime() + laterNs.addAndGet(stepNs.get()));
        two = Node.of(engine);
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
        engine.close();
    }

    byte[] object(String key) {
        return engine.objects().get(key).bytes();
    }

    static int status(HttpException refusal) {
        return refusal.status().code();
    }

    static byte[] part(byte[] all, int from, int to) {
        return Arrays.copyOfRange(all, from, to);
    }
}
