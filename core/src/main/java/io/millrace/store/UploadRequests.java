package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Key;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Decides whether a store keeps uploads that outlive their requests, and whether it may do so now.
 *
 * <p>Threads: any.
 */
final class UploadRequests {

    private final StoreRequests requests;
    private final StoreOptions options;
    /** Null for a store that discards. */
    private final StoreState state;
    private final FaultLog faults;
    /** Where changes wait; null for a store that may make them. */
    private final HeldRequests held;

    UploadRequests(StoreRequests requests, StoreOptions options, StoreState state,
            FaultLog faults, HeldRequests held) {
        this.requests = requests;
        this.options = options;
        this.state = state;
        this.faults = faults;
        this.held = held;
    }

    /** Whether any may be kept here, be it now or when the store has taken over. */
    boolean areKept() {
        return state != null && !options.readOnly() && options.contract() != Contract.ARTICLE
                && (held != null || state.folder().uploads().isPossible());
    }

    /** Those that are; refuses where and while none may be. */
    KeptUploads kept() throws HttpException {
        Response refusal = state == null ? Responses.UNRESUMABLE
                : options.readOnly() ? requests.readOnly()
                : !areKept() ? Responses.UNRESUMABLE
                : held != null ? Responses.NOT_HANDED_OVER
                : state.changes().areOver() ? Responses.HANDED_OVER : null;
        if (refusal != null) {
            throw new HttpException(refusal);
        }
        return state.uploads();
    }

    /** As {@link UnfinishedUploads#whenKept}. */
    Exchange whenKept(RequestHead request, Handler handler) throws Exception {
        return held == null ? handler.handle(request)
                : held.hold(request, open -> handler.handle(request));
    }

    /** As {@link UnfinishedUploads#executor}. */
    Executor executor() throws HttpException {
        kept();
        return state.executor();
    }

    /** The store's options. */
    StoreOptions options() {
        return options;
    }

    /** As {@link UnfinishedUploads#create}. */
    FileUpload create(RequestHead put, long length, byte[] note) throws HttpException {
        KeptUploads kept = kept();
        try {
            Key key = requests.objectKey(put);
            if (put.headers().contains("Content-Range")) {
                throw new HttpException(Responses.PART_OF_PUT);
            }
            return kept.create(state, key, put, length, note);
        } catch (IOException e) {
            throw new HttpException(options.contract().failure(
                    faults.answer("upload of " + put.path(), e)));
        }
    }
}
