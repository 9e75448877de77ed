package io.millrace.route;

import io.millrace.http.HttpException;
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

    /** A body that is refused while it arrives is refused like any other. */ // decision 395
    @Override
    Response onAbandoned(RequestHead request, Response own, Throwable cause) {
        HttpException refusal = cause instanceof HttpException direct ? direct
                : cause.getCause() instanceof HttpException within ? within : null;
        Response response = refusal == null ? null : respond(request, refusal);
        if (response == null) {
            return own;
        }
        if (own != null) {
            own.discard();
        }
        return response;
    }

    /** Where no exception may be thrown, one is logged by the server. */
    private Response respond(RequestHead request, HttpException refusal) {
        try {
            return onFailure(request, refusal);
        } catch (HttpException e) {
            return e.response();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
