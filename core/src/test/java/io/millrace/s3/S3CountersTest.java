package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Counters.Operation;
import io.millrace.s3.S3Counters.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is counted of requests, each where it belongs and nowhere else. */
class S3CountersTest {

    private final S3Counters counters = new S3Counters();

    private CompletableFuture<Object> begin(Operation operation) {
        CompletableFuture<Object> call = new CompletableFuture<>();
        counters.count(operation, call);
        return call;
    }

    @Test
    void endIsThatOfTheCallAndCountsOnce() {
        for (Operation operation : Operation.values()) {
            CompletableFuture<Object> call = begin(operation);
            assertEquals(0, counters.ends(operation, Outcome.DONE), "under way");
            call.complete("a list");
            begin(operation).complete(EngineAnswers.of(204));
            begin(operation).complete(EngineAnswers.of(412));
            begin(operation).completeExceptionally(new IOException("reset"));
            begin(operation).cancel(true);
            assertEquals(2, counters.ends(operation, Outcome.DONE));
            assertEquals(1, counters.ends(operation, Outcome.REFUSED));
            assertEquals(1, counters.ends(operation, Outcome.FAILED));
            assertEquals(1, counters.ends(operation, Outcome.CANCELLED));
        }
        assertEquals(5 * Operation.values().length, Arrays.stream(counters.latencies()).sum());
    }

    @Test
    void timesAreCountedByTheirBoundsAndTogether() {
        long beganNs = System.nanoTime();
        begin(Operation.GET).complete("");
        long tookNs = System.nanoTime() - beganNs;
        assertTrue(counters.latency().compareTo(Duration.ZERO) > 0);
        assertTrue(counters.latency().compareTo(Duration.ofNanos(tookNs)) <= 0);
        assertEquals(S3Counters.bounds().size() + 1, counters.latencies().length);
        int bucket = 0;
        while (counters.latencies()[bucket] == 0) {
            bucket++;
        }
        assertTrue(bucket == 0 || S3Counters.bounds().get(bucket - 1)
                .compareTo(counters.latency()) < 0);
        assertTrue(bucket == S3Counters.bounds().size() || S3Counters.bounds().get(bucket)
                .compareTo(counters.latency()) >= 0);
    }

    @Test
    void retriesAndBytesAreCountedApart() {
        counters.retried(Operation.PUT);
        counters.retried(Operation.PUT);
        counters.retried(Operation.GET);
        assertEquals(2, counters.retries(Operation.PUT));
        assertEquals(1, counters.retries(Operation.GET));
        assertEquals(0, counters.retries(Operation.HEAD));
        counters.sent(5);
        counters.received(7);
        assertEquals(5, counters.sentBytes());
        assertEquals(7, counters.receivedBytes());
    }

    @Test
    void operationsHaveTheNamesOfTheApi() {
        for (Operation operation : Operation.values()) {
            assertEquals(operation, Operation.of(operation.action()));
        }
        assertEquals("GetObject", Operation.GET.action());
        assertNull(Operation.of("CopyObject"));
        assertEquals("refused", Outcome.REFUSED.text());
    }
}
