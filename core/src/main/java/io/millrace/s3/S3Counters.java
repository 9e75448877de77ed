package io.millrace.s3;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * What was asked of the engine, and how it ended.
 *
 * <p>Threads: any. Figures that are read meanwhile need not belong to one moment.
 */
public final class S3Counters {

    /** What is asked of the engine. */
    public enum Operation {
        HEAD("HeadObject"),
        GET("GetObject"),
        PUT("PutObject"),
        DELETE("DeleteObject"),
        LIST("ListObjectsV2"),
        BEGIN("CreateMultipartUpload"),
        PART("UploadPart"),
        COMPLETE("CompleteMultipartUpload"),
        ABORT("AbortMultipartUpload"),
        UPLOADS("ListMultipartUploads"),
        PARTS("ListParts");

        private static final Map<String, Operation> BY_ACTION = Arrays.stream(values())
                .collect(Collectors.toUnmodifiableMap(each -> each.action, each -> each));

        private final String action;

        Operation(String action) {
            this.action = action;
        }

        /** The one that the API calls so. */
        static Operation of(String action) {
            return BY_ACTION.get(action);
        }

        /** The API's name, which figures have, too. */
        public String action() {
            return action;
        }
    }

    /** How it ended, after its retries. */
    public enum Outcome {
        /** Done: 2xx. */
        DONE,
        /** Not done, for a reason that belongs to the request: 304, 404, 409, 412, 416. */
        REFUSED,
        /** Failed: the engine is overloaded, broken or unreachable, or refuses the keys. */
        FAILED,
        /** Taken back, as the client has left. */
        CANCELLED;

        /** The name for figures. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<Duration> BOUNDS = List.of(Duration.ofMillis(1),
            Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10),
            Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
            Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10),
            Duration.ofSeconds(30), Duration.ofMinutes(1));

    /** Of each operation and outcome, in this order. */
    private final LongAdder[] ends =
            adders(Operation.values().length * Outcome.values().length);
    private final LongAdder[] retries = adders(Operation.values().length);
    private final LongAdder[] latencies = adders(BOUNDS.size() + 1);
    private final LongAdder latencyNs = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** Counts what a call comes to, which begins now. */
    <T> void count(Operation operation, CompletableFuture<T> call) {
        long beganNs = System.nanoTime();
        call.whenComplete((result, failure) -> ended(operation, outcome(call, result, failure),
                System.nanoTime() - beganNs));
    }

    private static Outcome outcome(CompletableFuture<?> call, Object result, Throwable failure) {
        if (failure != null) {
            return call.isCancelled() ? Outcome.CANCELLED : Outcome.FAILED;
        }
        return result instanceof S3Answer answer && !answer.isSuccess()
                ? Outcome.REFUSED : Outcome.DONE;
    }

    /** Counts a request that has ended: its retries are over, its body is not yet read. */
    private void ended(Operation operation, Outcome outcome, long tookNs) {
        ends[operation.ordinal() * Outcome.values().length + outcome.ordinal()].increment();
        int bucket = 0;
        while (bucket < BOUNDS.size() && BOUNDS.get(bucket).toNanos() < tookNs) {
            bucket++;
        }
        latencies[bucket].increment();
        latencyNs.add(tookNs);
    }

    /** Counts an attempt after the first. */
    void retried(Operation operation) {
        retries[operation.ordinal()].increment();
    }

    /** Counts bytes of objects that went to the engine, those of retries too. */
    void sent(long bytes) {
        sentBytes.add(bytes);
    }

    /** Counts bytes of objects that came from the engine. */
    void received(long bytes) {
        receivedBytes.add(bytes);
    }

    /** How many of these have ended so. */
    public long ends(Operation operation, Outcome outcome) {
        return ends[operation.ordinal() * Outcome.values().length + outcome.ordinal()].sum();
    }

    /** How many attempts after the first there were. */
    public long retries(Operation operation) {
        return retries[operation.ordinal()].sum();
    }

    /** Bytes of objects that went to the engine. */
    public long sentBytes() {
        return sentBytes.sum();
    }

    /** Bytes of objects that came from the engine. */
    public long receivedBytes() {
        return receivedBytes.sum();
    }

    /** The upper bounds by which times are counted, from the shortest to the longest. */
    public static List<Duration> bounds() {
        return BOUNDS;
    }

    /** How many requests took no longer than each bound and longer than the one before. */
    public long[] latencies() {
        long[] counts = new long[latencies.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = latencies[i].sum();
        }
        return counts;
    }

    /** How long all requests took together. */
    public Duration latency() {
        return Duration.ofNanos(latencyNs.sum());
    }
}
