package io.millrace.route;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import org.jspecify.annotations.Nullable;

/**
 * Makes responses of failures, see {@link Filter#failures}.
 *
 * <p>Threads: the worker, or the thread on which the handler failed or completed its stage; several
 * at once.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface FailureResponder {

    /**
     * Responds to a failure.
     *
     * @param request as the filter got it; valid until this returns, at least
     * @param failure what was thrown, without the {@link java.util.concurrent.CompletionException}
     *     around it
     * @return the response; null to pass the failure on
     * @throws Exception instead of the failure, which it gets as a suppressed one unless it has it
     *     as its cause
     */
    @Nullable Response respond(RequestHead request, Throwable failure) throws Exception;
}
