package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Sees the outcome of each request of a handler, a response or a failure, and may change it. The
 * only class that covers all ways in which a handler can respond or fail.
 *
 * <p>Threads: the worker, or the thread that completes a stage.
 */
abstract class ResponseInterceptor {

    /**
     * Called when the response is known.
     *
     * @return it or another one, also known
     */
    Response onResponse(Response response) {
        return response;
    }

    /**
     * Called when the handler has failed, or its exchange or stage.
     *
     * @return the response; null to pass the failure on. By default an {@link HttpException} gets
     *     the response that the server would make, changed
     * @throws Exception instead of the failure
     */
    Response onFailure(RequestHead request, Throwable failure) throws Exception {
        if (!(failure instanceof HttpException refusal)) {
            return null;
        }
        Response plain = refusal.response();
        Response changed = change(plain);
        if (changed == plain) {
            return null; // it stays what it is
        }
        if (refusal.hasResponse() || !isInFieldsOnly(plain, changed)) {
            return changed;
        }
        // It stays a refusal, so that others outside can give it another body.
        throw new HttpException(refusal.status(), refusal.getMessage(), fields(changed),
                refusal.getCause());
    }

    private static boolean isInFieldsOnly(Response plain, Response changed) {
        return changed.body() == plain.body() && changed.status().equals(plain.status())
                && changed.closes() == plain.closes() && changed.trailers() == null
                && Objects.equals(changed.headers().first("Content-Type"),
                        plain.headers().first("Content-Type"));
    }

    /** All but the type of the text, which goes with it. */
    private static Headers fields(Response refusal) {
        return refusal.without("Content-Type").headers();
    }

    /** Whether what {@link #onFailure} makes of a refusal replaces the exchange's own response. */
    boolean replacesOwn() {
        return false;
    }

    final Handler around(Handler next) {
        Objects.requireNonNull(next, "a filter was put around no handler (null)");
        return request -> handle(next, request);
    }

    final Exchange handle(Handler next, RequestHead request) throws Exception {
        Exchange exchange;
        try {
            exchange = Objects.requireNonNull(next.handle(request), "the handler returned null");
        } catch (Throwable e) {
            Response own = onFailure(request, e);
            if (own == null) {
                throw e;
            }
            return own;
        }
        return intercept(request, exchange);
    }

    private Exchange intercept(RequestHead request, Exchange exchange) {
        if (exchange instanceof Response response) {
            return intercept(request, response);
        }
        return exchange.stage() == null ? new Intercepted(request, exchange)
                : Exchange.later(exchange.stage().handle(
                        (arrived, failure) -> arrive(request, arrived, failure)));
    }

    private Response intercept(RequestHead request, Response response) {
        return response.stage() == null ? change(response)
                : Response.later(response.stage().handle(
                        (arrived, failure) -> (Response) arrive(request, arrived, failure)));
    }

    private Response change(Response response) {
        try {
            return onResponse(response);
        } catch (RuntimeException | Error e) {
            response.discard();
            throw e;
        }
    }

    /** Handles the outcome of a stage: an exchange, another stage or a failure. */
    private Exchange arrive(RequestHead request, Exchange exchange, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        if (cause == null && exchange == null) {
            cause = new NullPointerException("a CompletionStage completed with null");
        }
        if (cause == null) {
            return intercept(request, exchange);
        }
        try {
            Response own = onFailure(request, cause);
            if (own != null) {
                return own;
            }
        } catch (Throwable e) {
            throw new CompletionException(e);
        }
        throw new CompletionException(cause);
    }

    private final class Intercepted extends WrappedExchange {

        private final RequestHead request;
        /** The response after {@link #sink} has failed; null if it has not. */
        private Response instead;
        /** Once true the response is seen when it comes, not when the body is whole. */
        private boolean isEarly;

        /** The failure of an early response, as it was passed on; null if there was none. */
        private Throwable passedOn;

        Intercepted(RequestHead request, Exchange exchange) {
            super(exchange);
            this.request = request;
        }

        // A sink that throws ends an exchange. Without a sink the server completes it at once, so
        // that the failure becomes a response that can be changed.
        @Override
        public WritableByteChannel sink() throws Exception {
            try {
                return super.sink();
            } catch (Throwable e) {
                instead = onFailure(request, e);
                if (instead == null) {
                    throw e;
                }
                return null;
            }
        }

        @Override
        public CompletionStage<Response> earlyResponse() {
            CompletionStage<Response> early = super.earlyResponse();
            isEarly = early != null;
            return !isEarly ? null : noted(early.handle(
                    (arrived, failure) -> (Response) arrive(request, arrived, failure)));
        }

        /** The server abandons the exchange for such a failure, which has been seen by then. */
        private CompletionStage<Response> noted(CompletionStage<Response> stage) {
            return stage.whenComplete((known, failure) ->
                    passedOn = failure == null ? null : failure.getCause()).thenApply(known ->
                            known.stage() == null ? known : Response.later(noted(known.stage())));
        }

        @Override
        public Response complete() throws Exception {
            if (instead != null) {
                return instead;
            }
            if (isEarly) {
                return super.complete();
            }
            Response response;
            try {
                response = Objects.requireNonNull(super.complete(),
                        "Exchange.complete returned null");
            } catch (Throwable e) {
                Response own = onFailure(request, e);
                if (own == null) {
                    throw e;
                }
                return own;
            }
            return intercept(request, response);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            Response own = super.abandon(why, cause);
            HttpException refusal = cause instanceof HttpException direct ? direct
                    : cause.getCause() instanceof HttpException within ? within : null;
            if (refusal != null && refusal != passedOn && (own == null || replacesOwn())) {
                boolean isKept = false;
                try {
                    Response instead = refuse(refusal);
                    isKept = instead == null;
                    if (instead != null) {
                        return instead;
                    }
                } finally {
                    if (!isKept && own != null) {
                        own.discard();
                    }
                }
            }
            return own == null ? null : intercept(request, own);
        }

        /** A body that is refused while it arrives is refused like any other. */ // decision 395
        private Response refuse(HttpException refusal) {
            try {
                return onFailure(request, refusal);
            } catch (HttpException e) {
                return Response.later(CompletableFuture.failedFuture(e));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e); // logged by the server
            }
        }
    }
}
