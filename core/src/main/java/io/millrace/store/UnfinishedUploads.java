package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The uploads of a store that outlive their requests and the process: each is begun like a PUT,
 * gets its bytes in as many requests as it takes, and becomes an object at the end of the last one.
 * A protocol for uploads that are resumed is built on this; the store has none of its own.
 *
 * <p>Their files are in {@code .millrace.uploads}, and their bytes count for the quota. No request
 * to the store reaches them. They are there until they are {@linkplain UnfinishedUpload#discard
 * discarded}: the store removes none by itself, neither at its start nor later.
 *
 * <p>Who asks is not checked here: see {@link FileStore#refuse}.
 *
 * <p>Threads: any. Calls that write wait for the device if the durability is not {@link
 * Durability#NONE}: see {@link #executor}. Errors: what is refused, and failures of the file
 * system, which are logged, are an {@link HttpException} with the response that a PUT would get.
 *
 * @since 0.1
 */
public final class UnfinishedUploads {

    private final FileStore store;

    UnfinishedUploads(FileStore store) {
        this.store = store;
    }

    /**
     * Whether this store keeps any at all: not if it is read-only or discarding, has {@link
     * Contract#ARTICLE}, or its file system can't write files anywhere and replace them in one
     * step. Every other method then refuses, but for {@link #all}.
     */
    public boolean areKept() {
        return store.requests().uploads().areKept();
    }

    /** What all of them are forced to: the store's own durability. */
    public Durability durability() {
        return store.requests().uploads().options().durability();
    }

    /**
     * Lets a handler have a request when the folder is this process's: at once, unless the store
     * {@linkplain FileStore#isTakingOver takes over}. Then it waits as a PUT does, and gets 503 if
     * that takes too long.
     *
     * @throws Exception what the handler throws
     */
    public Exchange whenKept(RequestHead request, Handler handler) throws Exception {
        return store.requests().uploads().whenKept(request, handler);
    }

    /** The most bytes that one may have, as a PUT; {@link Long#MAX_VALUE} if there is no limit. */
    public long maxObjectBytes() {
        return store.requests().uploads().options().maxObjectBytes();
    }

    /**
     * The store's own threads, for calls that wait for the device. It throws {@link
     * java.util.concurrent.RejectedExecutionException} if too many wait, and where the system has
     * no thread to give, runs the task on the calling one.
     *
     * @throws HttpException as {@link #create}, if this store keeps none, or not now
     */
    public Executor executor() throws HttpException {
        return open().executor();
    }

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
     *     no uploads; 503 while the folder is another process's
     */
    public UnfinishedUpload create(RequestHead put, long length, byte[] note)
            throws HttpException {
        return open().create(put, length, note);
    }

    /**
     * The upload of a name.
     *
     * @return null if there is none, or none any more; one that is complete stays until it is
     *     discarded
     * @throws HttpException 501 if this store keeps none; 503 while the folder is another process's
     */
    public UnfinishedUpload find(String name) throws HttpException {
        return open().kept().find(name);
    }

    /**
     * All uploads, complete ones that have not been discarded among them.
     *
     * @return none if this store keeps none
     * @throws HttpException 503 while the folder is another process's
     */
    public List<UnfinishedUpload> all() throws HttpException {
        return areKept() ? open().kept().all() : List.of();
    }

    private UploadRequests open() throws HttpException {
        if (store.isClosed()) {
            throw new HttpException(Responses.CLOSED);
        }
        return store.requests().uploads();
    }
}
