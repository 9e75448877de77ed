package io.millrace.bucket.uploads;

import io.millrace.access.Right;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.Key;

/**
 * What a store says of a PUT before it has seen a byte. Threads: any.
 */
public interface PutChecks {

    /**
     * Why the client of a request may not do something; null if it may.
     *
     * @throws HttpException 400 if no key can have this path
     */
    Response refuse(RequestHead request, Right right, String path) throws HttpException;

    /** The response to a change of a store that is read-only. */
    Response readOnly();

    /**
     * The key of an object that is to be stored.
     *
     * @throws HttpException if the path is that of no object, or not in its one spelling
     */
    Key objectKey(RequestHead put) throws HttpException;
}
