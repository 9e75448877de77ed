package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.http.Response;

/**
 * Keeps pages that clients have stored from using the token of the person who looks at them. A
 * browser sends the token of Basic with all that a page of the same origin asks for; so a client
 * that may write to one folder could read and delete elsewhere, by a page.
 *
 * <p>Scripts run, but as those of an origin of their own, which can't read what they fetch, and
 * whose PUT and DELETE a browser doesn't send. Threads: any.
 */
final class PageSandbox { // decision 191

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

    /** The pages of a store: those that take a token to be read, and that a client may write. */
    PageSandbox(StoreOptions options, AccessControl access) {
        this.protects = !options.openReads() && !options.readOnly();
        this.access = access;
    }

    /**
     * A response with an object, whose type it has, with what it takes. One that has it, as it was
     * kept in memory with it, stays as it is.
     */
    Response on(Response object) {
        return protects && !access.rules().isOpen()
                && !object.headers().contains(FIELD)
                && !PDF.equalsIgnoreCase(object.headers().first("Content-Type"))
                ? object.with(FIELD, POLICY) : object;
    }
}
