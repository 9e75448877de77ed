package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.http.Handler;
import io.millrace.resume.ResumableUploads;
import io.millrace.route.Filter;
import io.millrace.store.FileStore;
import io.millrace.store.StoreOptions;

/**
 * What a request passes on its way to the store, in this order: pages without an origin and of
 * other sites (CORS), HTTPS, the path for health checks, the page for folders, and uploads that
 * take several requests.
 *
 * <p>Threads: main.
 */
final class ServeHandlers { // decision 292

    private final Arguments arguments;
    private final StoreOptions options;
    /** Null if no other site may use the store. */
    private final Filter cors;

    private ServeHandlers(Arguments arguments, StoreOptions options, Filter cors) {
        this.arguments = arguments;
        this.options = options;
        this.cors = cors;
    }

    /**
     * What the flags ask for.
     *
     * @throws CommandException naming the first that is wrong
     */
    static ServeHandlers of(Arguments arguments, StoreOptions options) throws CommandException {
        UploadFlags.check(arguments);
        return new ServeHandlers(arguments, options, BrowserFlags.cors(arguments,
                ServeSettings.mayAllWrite(arguments, options)));
    }

    /**
     * A store with all of them around it.
     *
     * @param uploads null if it keeps none
     */
    Handler around(FileStore store, ResumableUploads uploads) {
        Handler handler = uploads == null ? store : uploads.around(store);
        if (options.page() instanceof LatePage page) {
            handler = page.around(handler);
        }
        handler = AdminPart.withHealthPath(arguments, store, handler);
        if (TlsFlags.isGiven(arguments)) {
            handler = ServeTls.around(arguments, handler);
        }
        handler = cors == null ? handler : cors.around(handler);
        // As long as its own pages are sent in a sandbox.
        boolean hasSandbox = options.access() != null && !options.openReads()
                && !options.readOnly();
        return hasSandbox ? new SandboxedPages().around(handler) : handler;
    }
}
