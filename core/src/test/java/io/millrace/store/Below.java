package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;

/** A store seen from a folder below its own: what is asked for as /a is its /folder/a. */
record Below(Handler store, String folder) implements Handler {

    @Override
    public Exchange handle(RequestHead head) throws Exception {
        return store.handle(folder.isEmpty() || !(head instanceof Request request) ? head
                : new Request(request.method(), '/' + folder + request.target(), request.headers(),
                        request.bodyLength()));
    }
}
