package io.millrace.bucket;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;

/** A request whose client leaves when the test says so. Threads: one. */
final class LeavingHead implements RequestHead {

    private final Request request;
    private Runnable action = () -> { };

    LeavingHead(Request request) {
        this.request = request;
    }

    void leave() {
        action.run();
    }

    @Override
    public void whenGone(Runnable action) {
        this.action = action;
    }

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
        return request.isHttp11();
    }

    @Override
    public Headers headers() {
        return request.headers();
    }

    @Override
    public long bodyLength() {
        return request.bodyLength();
    }
}
