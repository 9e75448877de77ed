package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.route.WrappedRequest;

/** A store seen from a folder below its own: what is asked for as /a is its /folder/a. */
record Below(Handler store, String folder) implements Handler {

    @Override
    public Exchange handle(RequestHead head) throws Exception {
        return store.handle(folder.isEmpty() ? head : new WrappedRequest(head) {
            @Override
            public String target() {
                return '/' + folder + super.target();
            }

            @Override
            public String path() {
                return '/' + folder + super.path();
            }
        });
    }
}
