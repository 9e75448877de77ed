package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.http.Handler;
import io.millrace.route.Filter;
import io.millrace.store.FileStore;
import io.millrace.store.StoreOptions;

/**
 * What a request passes on its way to the store, in this order: pages of other sites (CORS), HTTPS,
 * the path for health checks.
 *
 * <p>Threads: main.
 */
final class ServeHandlers { // decision 292

    private final Arguments arguments;
    /** Null if no other site may use the store. */
    private final Filter cors;

    private ServeHandlers(Arguments arguments, Filter cors) {
        this.arguments = arguments;
        this.cors = cors;
    }

    /**
     * What the flags ask for.
     *
     * @throws CommandException naming the first that is wrong
     */
    static ServeHandlers of(Arguments arguments, StoreOptions options) throws CommandException {
        return new ServeHandlers(arguments, BrowserFlags.cors(arguments,
                ServeSettings.mayAllWrite(arguments, options)));
    }

    /** A store with all of them around it. */
    Handler around(FileStore store) {
        Handler handler = AdminPart.withHealthPath(arguments, store);
        if (TlsFlags.isGiven(arguments)) {
            handler = ServeTls.around(arguments, handler);
        }
        return cors == null ? handler : cors.around(handler);
    }
}
