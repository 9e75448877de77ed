package io.millrace.app.page;

import io.millrace.http.RequestHead;

/**
 * Whether the page that sends a form is of this site. A browser adds the token of Basic to the
 * forms of all pages, so that any page could upload in the name of the person who looks at it.
 * Scripts of other sites can't: what they send needs a preflight.
 *
 * <p>Threads: any.
 */
final class SameOrigin { // decision 284

    private SameOrigin() {
    }

    /**
     * Whether the browser says that the request comes from elsewhere. Browsers send at least {@code
     * Origin} with a form; a client without both fields is no browser, and sends its own token.
     */
    static boolean isBroken(RequestHead request) {
        // Browsers set it, and a proxy that serves the store under another name leaves it alone.
        String site = request.headers().first("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.headers().first("Origin");
        return origin != null && !isOwn(origin, request.authority());
    }

    // "null" for pages in a sandbox, as stored ones are: not this one.
    private static boolean isOwn(String origin, String authority) {
        int host = origin.indexOf("://");
        return host > 0 && authority != null
                && origin.substring(host + 3).equalsIgnoreCase(authority);
    }
}
