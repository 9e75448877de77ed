package io.millrace.store;

import io.millrace.http.Response;
import io.millrace.http.Status;

/**
 * The response codes of a {@link FolderStore}.
 *
 * @since 0.1
 */
public enum Contract {

    /**
     * Those of RFC 9110: 201 with {@code Location} or 204 for PUT, which may make an empty object;
     * 411 for a PUT without a length; 308 from another spelling of an object's path to the one it
     * has; 409 for a PUT where a folder is, or below an object; 204 for DELETE, and for OPTIONS
     * with {@code Allow}; 405 with {@code Allow} or 501 for other methods. A success status always
     * means that the request was carried out.
     */
    HTTP,

    /**
     * Those of the 2017 program: 200 for PUT and DELETE; 304 for an empty PUT, which changes
     * nothing; 204 for a PUT without exactly one key, which stores nothing; 500 for a file that
     * can't be opened or removed; 404 for other methods.
     */
    ARTICLE;

    /** Another name of {@link #HTTP}. */
    public static final Contract RFC9110 = HTTP;

    /**
     * The response to a failure of the file system.
     *
     * @param named the response that names the failure
     */
    Response failure(Response named) { // decision 111
        int code = named.status().code();
        // The article's program tells a full disk apart, and nothing else.
        boolean internal = this == ARTICLE && (code == Status.FORBIDDEN.code()
                || code == Status.CONFLICT.code());
        return internal ? named.with(Status.INTERNAL_SERVER_ERROR) : named;
    }
}
