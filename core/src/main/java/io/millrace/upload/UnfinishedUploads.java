package io.millrace.upload;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The uploads of a store that outlive their requests and the process: each is begun like a PUT,
 * gets its bytes in as many requests as it takes, and becomes an object at the end of the last one.
 * A protocol for uploads that are resumed is built on this; a store has none of its own.
 *
 * <p>Their bytes are kept where no request to the store reaches them. They are there until they are
 * {@linkplain UnfinishedUpload#discard discarded}: the store removes none by itself, neither at its
 * start nor later.
 *
 * <p>Who asks is not checked by the other methods: see {@link #refuse}.
 *
 * <p>Threads: any. Calls may block as {@link #mayBlock} says: see {@link #executor}. Errors:
 * what is refused, and failures of the storage, which are logged, are an {@link HttpException} with
 * the response that a PUT would get.
 *
 * @since 0.1
 */
public interface UnfinishedUploads {

    /**
     * Whether this store keeps any at all, such as not if it is read-only. Every other method then
     * refuses, but for {@link #all} and {@link #unkept}.
     */
    boolean areKept();

    /**
     * What a client is told that begins an upload where none are kept, such as over an engine that
     * can't hold them; null if some are, and if the store is to answer such a request like any
     * other that it doesn't know. May change from request to request.
     */
    default @Nullable Response unkept() {
        return null;
    }

    /**
     * Whether calls that change something wait for a device or for a network. They must then be
     * made by tasks of {@link #executor}, and bytes are safe only after {@link
     * UnfinishedUpload#force}.
     */
    boolean mayBlock();

    /** Whether {@link #find} waits too, so that it must be called by such a task. */
    boolean mayBlockToFind();

    /**
     * Whether the bytes of a body that is checked count only when it has been {@linkplain
     * UnfinishedUpload#close closed}, even if the process is killed before. If not, the caller has
     * to note how far they count.
     */
    boolean holdsBack();

    /** Whether one can be made of others: {@link UnfinishedUpload#copyFrom}. */
    boolean canCopy();

    /**
     * Lets a handler have a request when the store can keep uploads: at once, unless it has to wait
     * for that as a PUT does.
     *
     * @throws Exception what the handler throws
     */
    Exchange whenKept(RequestHead request, Handler handler) throws Exception;

    /** The most bytes that one may have, as a PUT; {@link Long#MAX_VALUE} if there is no limit. */
    long maxObjectBytes();

    /**
     * The store's own threads, for calls that block. It throws {@link
     * java.util.concurrent.RejectedExecutionException} if too many wait, and where the system has
     * no thread to give, runs the task on the calling one.
     *
     * @throws HttpException as {@link #create}, if this store keeps none, or not now
     */
    Executor executor() throws HttpException;

    /**
     * Has a task done that ends the use of an upload: on the calling thread if it doesn't block.
     * Always accepted, as there are no more of these than uploads in use.
     */
    void end(Runnable task);

    /**
     * Why the client of a request may not write an object; decided by its token and the path alone.
     *
     * @param put the request as a PUT of that object
     * @param path percent-encoded, in any spelling
     * @return the refusal, 401 after a delay as always, or 403; null if it may
     * @throws HttpException 400 if no object can have this path
     */
    @Nullable Response refuse(RequestHead put, String path) throws HttpException;

    /**
     * The response to a failure of the storage, which is logged unless the client is to blame.
     *
     * @param what what failed, such as {@code PATCH /key}
     */
    Response failed(String what, IOException failure);

    /**
     * Begins an upload of no bytes yet.
     *
     * @param put what a PUT of the whole object would begin with: the method is PUT, the path the
     *     object's; its fields say what the object is, what its digests are and on what conditions
     *     it is stored. Its body's length is not used
     * @param length length of the object in bytes; {@link RequestHead#UNKNOWN_LENGTH} if it is not
     *     known
     * @param note what the caller keeps with the upload, at most 64 KiB
     * @throws HttpException if the PUT would be refused, as things are now; 501 if this store keeps
     *     no uploads, or not of this kind; 503 while it can't
     */
    UnfinishedUpload create(RequestHead put, long length, byte[] note) throws HttpException;

    /**
     * The upload of a name.
     *
     * @return null if there is none, or none any more; one that is complete stays until it is
     *     discarded
     * @throws HttpException 501 if this store keeps none; 503 while it can't tell
     */
    @Nullable UnfinishedUpload find(String name) throws HttpException;

    /**
     * All uploads, complete ones that have not been discarded among them.
     *
     * @return none if this store keeps none
     * @throws HttpException 503 while it can't tell
     */
    List<? extends UnfinishedUpload> all() throws HttpException;
}
