package io.millrace.tree;

import io.millrace.http.Response;
import io.millrace.log.LogThrottle;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the operator what the file system of a store refuses, in the system's own words. A disk
 * that is full or dying fails every request: each kind of failure is logged at most once a second,
 * with the number of those in between.
 *
 * <p>Threads: any.
 */
public final class FaultLog { // decision 100

    /** Kinds that are told apart; those beyond share one line a second. */
    private static final int MAX_KINDS = 64;

    private final Class<?> logger;
    /** By what went wrong. Guarded by this. */
    private final Map<String, LogThrottle> kinds = new HashMap<>();

    /** @param logger whose name the lines are logged under */
    public FaultLog(Class<?> logger) {
        this.logger = logger;
    }

    /**
     * The response to a request that failed, which is logged unless the client is to blame.
     *
     * @param request what failed, such as {@code PUT /key}
     */
    public Response answer(String request, IOException failure) {
        Response answer = FileErrors.answer(failure);
        if (!FileErrors.isOfClient(answer)) {
            log(request + " failed", failure);
        }
        return answer;
    }

    /** Logs a failure. */
    public void log(String what, IOException failure) {
        String reason = FileErrors.reason(failure);
        log(reason, what + ": " + reason);
    }

    /**
     * Logs a line.
     *
     * @param kind lines of the same kind share one line a second
     */
    public synchronized void log(String kind, String line) {
        String known = kinds.size() < MAX_KINDS || kinds.containsKey(kind) ? kind : "";
        kinds.computeIfAbsent(known, any -> new LogThrottle())
                .log(logger, Level.WARNING, line, null, System.nanoTime());
    }
}
