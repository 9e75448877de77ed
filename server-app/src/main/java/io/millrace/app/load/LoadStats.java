package io.millrace.app.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of requests: responses by status, errors by cause, and how long responses took.
 *
 * <p>Threads: one at a time.
 */
final class LoadStats {

    private final Map<Integer, Long> responses = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Histogram latencies = new Histogram();
    private long succeeded;
    private long bodyBytes;

    /**
     * A response is whole.
     *
     * @param ns from the request's begin
     * @param bytes of the body that was sent or received
     */
    void onResponse(int status, long ns, long bytes) {
        responses.merge(status, 1L, Long::sum);
        latencies.record(ns);
        if (isSuccess(status)) {
            succeeded++;
            bodyBytes += bytes;
        }
    }

    /** There will be no response. */
    void onError(String cause) {
        errors.merge(cause, 1L, Long::sum);
    }

    /** Adds what another has counted. */
    void add(LoadStats other) {
        other.responses.forEach((status, count) -> responses.merge(status, count, Long::sum));
        other.errors.forEach((cause, count) -> errors.merge(cause, count, Long::sum));
        latencies.add(other.latencies);
        succeeded += other.succeeded;
        bodyBytes += other.bodyBytes;
    }

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    Map<Integer, Long> responses() {
        return responses;
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
