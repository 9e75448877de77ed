package io.millrace.metrics;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Responds to GET with 200 and {@code ok} if all is well, and with 503 and the reason if not,
 * whatever the path:
 *
 * <pre>{@code
 * Handler live = HealthHandler.builder().build();
 * Handler ready = HealthHandler.builder().unless(server::isDraining, "draining")
 *         .check(store::checkFolder).build();
 * }</pre>
 *
 * <p>Checks may block. They are made by a thread of their own, at most once a second: requests
 * within a second get the same response. If they take longer than five seconds, the response is
 * 503.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class HealthHandler implements Handler {

    /** Something that may be wrong. */
    @FunctionalInterface
    public interface Check {

        /**
         * Finds out whether all is well. May block.
         *
         * @throws Exception if not; its message is the reason, which clients see
         */
        void check() throws Exception;
    }

    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private static final Response OK = response(Status.OK, "ok");
    private static final Response STALLED = unhealthy(
            "the checks take longer than 5 s: the device may hang");
    private static final Response UNTOLD = unhealthy(
            "a check failed, and no memory is left to say why");

    private final Map<BooleanSupplier, Response> flags;
    private final List<Check> checks;
    private final LongSupplier clockNs;

    /** What the last checks came to; null before the first. Guarded by this, as all below. */
    private Response last;
    private long lastNs;
    /** What the checks in progress will come to; null if there are none. */
    private CompletableFuture<Response> running;
    private long runningSinceNs;

    private HealthHandler(Builder builder) {
        flags = new LinkedHashMap<>(builder.flags);
        checks = List.copyOf(builder.checks);
        clockNs = builder.clockNs;
    }

    /** A builder of a handler that finds all well. */
    public static Builder builder() {
        return new Builder();
    }

    private static Response response(Status status, String line) {
        return Response.text(line + "\n").with(status).with("Cache-Control", "no-store");
    }

    private static Response unhealthy(String reason) {
        return response(Status.SERVICE_UNAVAILABLE, reason.replaceAll("\\s+", " "));
    }

    @Override
    public Exchange handle(RequestHead request) {
        if (!GetOnly.allows(request)) {
            return GetOnly.REFUSAL;
        }
        for (Map.Entry<BooleanSupplier, Response> flag : flags.entrySet()) {
            if (flag.getKey().getAsBoolean()) {
                return flag.getValue();
            }
        }
        return checks.isEmpty() ? OK : lastChecks();
    }

    private synchronized Response lastChecks() {
        long nowNs = clockNs.getAsLong();
        if (last != null && nowNs - lastNs < FRESH_NS) {
            return last;
        }
        if (running == null) {
            runningSinceNs = nowNs;
            running = new CompletableFuture<>();
            try {
                Thread thread = new Thread(this::checkAll, "millrace-health");
                thread.setDaemon(true);
                thread.start();
            } catch (OutOfMemoryError e) {
                running = null;
                return unhealthy("no thread for the checks: " + e.getMessage());
            }
        }
        long leftNs = PATIENCE_NS - (nowNs - runningSinceNs);
        // A copy, as the time of one request is not that of the others.
        return leftNs <= 0 ? STALLED : Response.later(
                running.copy().completeOnTimeout(STALLED, leftNs, TimeUnit.NANOSECONDS));
    }

    /** On a thread of its own. */
    private void checkAll() {
        Response result = OK;
        try {
            for (Check check : checks) {
                check.check();
            }
        } catch (Throwable e) { // an application's
            result = failed(e);
        }
        CompletableFuture<Response> waiting;
        synchronized (this) {
            last = result;
            lastNs = clockNs.getAsLong();
            waiting = running;
            running = null;
        }
        waiting.complete(result);
    }

    private static Response failed(Throwable why) {
        try {
            return unhealthy(why.getMessage() != null ? why.getMessage() : why.toString());
        } catch (Throwable e) { // or the checks would never end
            return UNTOLD;
        }
    }

    /**
     * Adds what may be wrong. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final Map<BooleanSupplier, Response> flags = new LinkedHashMap<>();
        private final List<Check> checks = new ArrayList<>();
        private LongSupplier clockNs = System::nanoTime;

        private Builder() {
        }

        /**
         * Adds a state in which the response is 503. It is asked for by each request, before the
         * checks.
         *
         * @param isWrong must not block
         * @param reason one line for clients
         */
        public Builder unless(BooleanSupplier isWrong, String reason) {
            flags.put(isWrong, unhealthy(reason));
            return this;
        }

        /** Adds a check, after those added before: the first that fails is the reason. */
        public Builder check(Check check) {
            checks.add(check);
            return this;
        }

        /** Sets the clock by which results grow old. */
        Builder clock(LongSupplier clockNs) {
            this.clockNs = clockNs;
            return this;
        }

        /** The handler. */
        public HealthHandler build() {
            return new HealthHandler(this);
        }
    }
}
