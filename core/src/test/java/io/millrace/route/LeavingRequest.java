package io.millrace.route;

import io.millrace.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** A request whose client leaves when a test says so. Threads: one at a time. */
public final class LeavingRequest extends WrappedRequest {

    private final List<Runnable> actions = new ArrayList<>();

    public LeavingRequest(RequestHead request) {
        super(request);
    }

    /** The client resets its connection. */
    public void leave() {
        actions.forEach(Runnable::run);
    }

    @Override
    public void whenGone(Runnable action) {
        actions.add(action);
    }
}
