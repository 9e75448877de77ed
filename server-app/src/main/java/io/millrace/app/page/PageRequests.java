package io.millrace.app.page;

import io.millrace.http.RequestHead;
import java.util.Locale;

/**
 * Which requests are the page's own. It is asked of each request, and so stands apart from the
 * page, which is read and put together when the first browser comes.
 *
 * <p>Threads: any.
 */
public final class PageRequests { // decision 522

    /** Where the page's assets are; keys never begin so. */
    static final String ASSETS = "/.millrace/page-";

    private PageRequests() {
    }

    /** Whether a request is for what {@link Page#around} serves itself. */
    public static boolean isOwn(RequestHead request) {
        return isAsset(request) || isForm(request);
    }

    static boolean isAsset(RequestHead request) {
        return request.path().startsWith(ASSETS);
    }

    /** Whether a request is the form of a folder's page. */
    static boolean isForm(RequestHead request) {
        String type = request.headers().first("Content-Type");
        return request.method().equals("POST") && request.path().endsWith("/") && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }
}
