package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;

/** A PUT whose client leaves when it is told to. Threads: one at a time. */
final class LeavingRequest implements RequestHead {

    private final Request request = Request.of("PUT", "/a").withBody(1);
    /** What runs when the client has left; null if nothing does. */
    Runnable gone;

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String target() {
        return request.target();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public String query() {
        return request.query();
    }

    @Override
    public String authority() {
        return request.authority();
    }

    @Override
    public boolean isHttp11() {
        return true;
    }

    @Override
    public Headers headers() {
        return request.headers();
    }

    @Override
    public long bodyLength() {
        return request.bodyLength();
    }

    @Override
    public void whenGone(Runnable action) {
        gone = action;
    }
}
