package io.millrace.store;

import io.millrace.access.Right;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The uploads of a store that outlive their requests, in files in {@code .millrace.uploads}. Their
 * bytes count for the quota.
 *
 * <p>Threads: any. Calls that write wait for the device if the durability is not {@link
 * Durability#NONE}.
 */
final class FileUploads implements UnfinishedUploads {

    private final FolderStore store;
    private final FaultLog faults = new FaultLog(FileUploads.class);

    FileUploads(FolderStore store) {
        this.store = store;
    }

    @Override
    public boolean areKept() {
        return store.requests().uploads().areKept();
    }

    @Override
    public boolean mayBlock() {
        return store.requests().uploads().options().durability() != Durability.NONE;
    }

    @Override
    public boolean mayBlockToFind() {
        return false;
    }

    @Override
    public boolean holdsBack() {
        return false;
    }

    @Override
    public boolean canCopy() {
        return true;
    }

    @Override
    public Exchange whenKept(RequestHead request, Handler handler) throws Exception {
        return store.requests().uploads().whenKept(request, handler);
    }

    @Override
    public long maxObjectBytes() {
        return store.requests().uploads().options().maxObjectBytes();
    }

    @Override
    public Executor executor() throws HttpException {
        return open().executor();
    }

    @Override
    public void end(Runnable task) {
        task.run();
    }

    @Override
    public Response refuse(RequestHead put, String path) throws HttpException {
        return store.refuse(put, Right.WRITE, path);
    }

    @Override
    public Response failed(String what, IOException failure) {
        return faults.answer(what, failure);
    }

    @Override
    public FileUpload create(RequestHead put, long length, byte[] note)
            throws HttpException {
        return open().create(put, length, note);
    }

    @Override
    public FileUpload find(String name) throws HttpException {
        return open().kept().find(name);
    }

    @Override
    public List<FileUpload> all() throws HttpException {
        return areKept() ? open().kept().all() : List.of();
    }

    private UploadRequests open() throws HttpException {
        if (store.isClosed()) {
            throw new HttpException(Responses.CLOSED);
        }
        return store.requests().uploads();
    }
}
