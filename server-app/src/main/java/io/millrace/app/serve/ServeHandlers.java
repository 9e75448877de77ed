package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.http.Handler;
import io.millrace.route.Filter;

/**
 * What a request passes on its way to the store, in this order: pages without an origin and of
 * other sites (CORS), HTTPS, the path for health checks, the page for folders, and uploads that
 * take several requests.
 *
 * <p>Threads: main.
 */
final class ServeHandlers { // decision 292

    private final Arguments arguments;
    private final StorePlan plan;
    /** Null if no other site may use the store. */
    private final Filter cors;

    private ServeHandlers(Arguments arguments, StorePlan plan, Filter cors) {
        this.arguments = arguments;
        this.plan = plan;
        this.cors = cors;
    }

    /**
     * What the flags ask for.
     *
     * @throws CommandException naming the first that is wrong
     */
    static ServeHandlers of(Arguments arguments, StorePlan plan) throws CommandException {
        UploadFlags.check(arguments);
        return new ServeHandlers(arguments, plan,
                BrowserFlags.cors(arguments, plan.mayAllWrite()));
    }

    /** A store with all of them around it. */
    Handler around(ServedStore store) {
        Handler handler = store.uploads() == null ? store.handler()
                : store.uploads().around(store.handler());
        if (plan.page() != null) {
            handler = plan.page().around(handler);
        }
        handler = AdminPart.withHealthPath(arguments, store, handler);
        if (TlsFlags.isGiven(arguments)) {
            handler = ServeTls.around(arguments, handler);
        }
        handler = cors == null ? handler : cors.around(handler);
        // As long as its own pages are sent in a sandbox.
        boolean hasSandbox = plan.hasTokens() && !plan.openReads() && !plan.readOnly();
        return hasSandbox ? new SandboxedPages().around(handler) : handler;
    }
}
