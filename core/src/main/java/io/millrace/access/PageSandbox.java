package io.millrace.access;

import io.millrace.http.Response;

/**
 * Keeps pages that clients have stored from using the token of the person who looks at them. A
 * browser sends the token of Basic with all that a page of the same origin asks for; so a client
 * that may write to one folder could read and delete elsewhere, by a page.
 *
 * <p>Scripts run, but as those of an origin of their own, which can't read what they fetch, and
 * whose PUT and DELETE a browser doesn't send.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class PageSandbox { // decision 191

    private static final String FIELD = "Content-Security-Policy";
    private static final String POLICY = "sandbox allow-downloads allow-forms allow-modals "
            + "allow-popups allow-scripts";
    /**
     * Browsers show none in a sandbox, and run nothing of it as a page. Every other type has the
     * field, as which of them are pages is for the browser to say; with a parameter this one, too,
     * as a comma in it may begin another type.
     */
    private static final String PDF = "application/pdf";

    /** Whether pages need it as long as reading takes a token. */
    private final boolean protects;
    private final AccessControl access;

    /**
     * The sandbox of a store's pages.
     *
     * @param access who may do what; while it has no rules, pages need no sandbox
     * @param protects whether reading takes a token once there are rules, and clients may write: if
     *     not, there is no token to use, or no page of a client
     */
    public PageSandbox(AccessControl access, boolean protects) {
        this.access = access;
        this.protects = protects;
    }

    /**
     * The response to a GET of what a client has stored, with the field {@code
     * Content-Security-Policy} if it needs one. A response that has one, and a PDF, stay as they
     * are.
     */
    public Response on(Response object) {
        return protects && !access.rules().isOpen()
                && !object.headers().contains(FIELD)
                && !PDF.equalsIgnoreCase(object.headers().first("Content-Type"))
                ? object.with(FIELD, POLICY) : object;
    }
}
