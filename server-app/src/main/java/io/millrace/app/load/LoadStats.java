package io.millrace.app.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of requests: answers by status, errors by cause, and how long answers took.
 *
 * <p>Threads: one at a time.
 */
final class LoadStats {

    private final Map<Integer, Long> answers = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Histogram latencies = new Histogram();
    private long succeeded;
    private long bodyBytes;

    /**
     * An answer is in.
     *
     * @param ns from the request's begin
     * @param bytes of the body that was sent or received
     */
    void onAnswer(int status, long ns, long bytes) {
        answers.merge(status, 1L, Long::sum);
        latencies.record(ns);
        if (isSuccess(status)) {
            succeeded++;
            bodyBytes += bytes;
        }
    }

    /** There will be no answer. */
    void onError(String cause) {
        errors.merge(cause, 1L, Long::sum);
    }

    /** Adds what another has counted. */
    void add(LoadStats other) {
        other.answers.forEach((status, count) -> answers.merge(status, count, Long::sum));
        other.errors.forEach((cause, count) -> errors.merge(cause, count, Long::sum));
        latencies.add(other.latencies);
        succeeded += other.succeeded;
        bodyBytes += other.bodyBytes;
    }

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    Map<Integer, Long> answers() {
        return answers;
    }

    Map<String, Long> errors() {
        return errors;
    }

    Histogram latencies() {
        return latencies;
    }

    /** Requests answered, with whatever status, or failed. */
    long done() {
        return latencies.count() + errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Requests answered with 2xx. */
    long succeeded() {
        return succeeded;
    }

    /** Bytes of the bodies of requests that succeeded. */
    long bodyBytes() {
        return bodyBytes;
    }
}
