package io.millrace.app.load.stats;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of requests: responses by status, errors by cause, and how long responses took.
 *
 * <p>Threads: one at a time.
 */
public final class LoadStats {

    private final Map<Integer, Long> responses = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Histogram latencies = new Histogram();
    private final Histogram services = new Histogram();
    private String firstFault = "";
    private long succeeded;
    private long bodyBytes;

    /**
     * A response is whole.
     *
     * @param accepted whether its status is no failure
     * @param ns since the request was due
     * @param serviceNs since it was sent
     * @param bytes of the body that was sent or received
     */
    public void onResponse(int status, boolean accepted, long ns, long serviceNs, long bytes) {
        responses.merge(status, 1L, Long::sum);
        latencies.record(ns);
        services.record(serviceNs);
        if (accepted) {
            succeeded++;
            bodyBytes += bytes;
        }
    }

    /** There will be no response. */
    public void onError(String cause) {
        errors.merge(cause, 1L, Long::sum);
    }

    /** A response has the wrong body. */
    public void onFault(String cause, String what) {
        onError(cause);
        firstFault = firstFault.isEmpty() ? what : firstFault;
    }

    /** Adds what another has counted. */
    public void add(LoadStats other) {
        other.responses.forEach((status, count) -> responses.merge(status, count, Long::sum));
        other.errors.forEach((cause, count) -> errors.merge(cause, count, Long::sum));
        latencies.add(other.latencies);
        services.add(other.services);
        firstFault = firstFault.isEmpty() ? other.firstFault : firstFault;
        succeeded += other.succeeded;
        bodyBytes += other.bodyBytes;
    }

    /** Responses by status code. */
    public Map<Integer, Long> responses() {
        return responses;
    }

    /** Requests without a response, or with the wrong one, by cause. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** Times from when requests were due to the ends of their responses. */
    public Histogram latencies() {
        return latencies;
    }

    /** Times from when requests were sent to the ends of their responses. */
    public Histogram services() {
        return services;
    }

    /** The first wrong body: of which request, and where; empty if there was none. */
    public String firstFault() {
        return firstFault;
    }

    /** Requests answered, with whatever status, or failed. */
    public long done() {
        return latencies.count() + errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Requests answered as they should be. */
    public long succeeded() {
        return succeeded;
    }

    /** Requests that were not. */
    public long failed() {
        return done() - succeeded;
    }

    /** Bytes of the bodies of requests that succeeded. */
    public long bodyBytes() {
        return bodyBytes;
    }
}
