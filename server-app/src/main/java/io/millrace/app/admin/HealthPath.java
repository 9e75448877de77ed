package io.millrace.app.admin;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.metrics.HealthHandler;

/**
 * A store with a path for the health checks of balancers, which needs no token.
 *
 * <p>Threads: any.
 */
public final class HealthPath implements Handler {

    private final String path;
    private final Handler health;
    private final Handler next;

    /**
     * A path of a store.
     *
     * @param path as it stands in requests
     * @param check finds out whether the store can be used
     * @param next the store, or a handler around it
     */
    public HealthPath(String path, HealthHandler.Check check, Handler next) {
        this.path = path;
        this.health = HealthHandler.builder().check(check).build();
        this.next = next;
    }

    /** Whether requests can be for this path. */
    public static boolean isPath(String path) {
        return path.matches("/[!$&-;=@-Z_a-z~]*");
    }

    @Override
    public Exchange handle(RequestHead request) throws Exception {
        return (request.path().equals(path) ? health : next).handle(request);
    }
}
