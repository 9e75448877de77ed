package io.millrace.route;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.util.Objects;

/** Responds to what handlers throw. Threads: any, immutable. */
final class FailureFilter extends ResponseInterceptor {

    private final FailureResponder responder;

    FailureFilter(FailureResponder responder) {
        this.responder = Objects.requireNonNull(responder);
    }

    @Override
    Response onFailure(RequestHead request, Throwable failure) throws Exception {
        try {
            return responder.respond(request, failure);
        } catch (Throwable e) {
            if (e != failure && e.getCause() != failure) {
                e.addSuppressed(failure); // both are needed to find the fault
            }
            throw e;
        }
    }

    @Override
    boolean replacesOwn() {
        return true;
    }
}
