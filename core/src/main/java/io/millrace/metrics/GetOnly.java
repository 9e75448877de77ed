package io.millrace.metrics;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;

/** Refuses methods other than GET and HEAD. Threads: any. */
final class GetOnly {

    static final Response REFUSAL = Response.text("method not allowed: use GET or HEAD\n")
            .with(Status.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD");

    private GetOnly() {
    }

    static boolean allows(RequestHead request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }
}
