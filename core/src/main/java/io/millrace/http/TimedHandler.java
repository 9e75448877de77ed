package io.millrace.http;

import java.time.Duration;
import java.util.Objects;

/** A handler with a limit for how long the server waits for it at a time. Threads: any. */
record TimedHandler(Handler handler, Duration limit) implements Handler {

    TimedHandler {
        Objects.requireNonNull(handler);
        check(limit);
    }

    /** Refuses a limit that would have passed before anything begins. */
    static void check(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("the limit must be more than zero: " + limit
                    + "; use RequestHead.NO_TIMEOUT for none");
        }
    }

    @Override
    public Exchange handle(RequestHead request) throws Exception {
        request.applicationTimeout(limit);
        return handler.handle(request);
    }
}
