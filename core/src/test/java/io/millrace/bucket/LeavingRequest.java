package io.millrace.bucket;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** A request whose client leaves when it is told to. */
final class LeavingRequest implements RequestHead {

    private final Request request;
    private final List<Runnable> actions = new ArrayList<>();

    LeavingRequest(String method, String target, String... fields) {
        request = Request.of(method, target, fields);
    }

    void leave() {
        actions.forEach(Runnable::run);
    }

    @Override
    public void whenGone(Runnable action) {
        actions.add(action);
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
    public Headers headers() {
        return request.headers();
    }

    @Override
    public long bodyLength() {
        return request.bodyLength();
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
}
