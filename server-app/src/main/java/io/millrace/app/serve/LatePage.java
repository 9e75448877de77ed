package io.millrace.app.serve;

import io.millrace.app.page.Page;
import io.millrace.app.page.PageRequests;
import io.millrace.http.Handler;
import io.millrace.page.FolderPage;

/**
 * The page for folders, made when the first browser comes: a start pays nothing for it.
 *
 * <p>Threads: any, immutable.
 */
final class LatePage implements FolderPage {

    private static final class Made {

        static final Page PAGE = Page.create();
    }

    /** A handler that serves what belongs to the page; everything else is the inner handler's. */
    Handler around(Handler inner) {
        return request -> PageRequests.isOwn(request)
                ? Made.PAGE.around(inner).handle(request) : inner.handle(request);
    }

    @Override
    public void begin(StringBuilder out, View view) {
        Made.PAGE.begin(out, view);
    }

    @Override
    public void entry(StringBuilder out, Entry entry) {
        Made.PAGE.entry(out, entry);
    }

    @Override
    public void end(StringBuilder out, View view, String next) {
        Made.PAGE.end(out, view, next);
    }

    @Override
    public String contentSecurityPolicy() {
        return Made.PAGE.contentSecurityPolicy();
    }

    @Override
    public long maxEntries() {
        return Made.PAGE.maxEntries();
    }
}
