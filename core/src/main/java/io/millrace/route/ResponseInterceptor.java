package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Sees the response to each request of a handler, and may change it. The only class that covers
 * all ways in which a handler can respond. It turns an {@link HttpException} into the response that
 * the server would make.
 *
 * <p>Threads: the worker, or the thread that completes a stage.
 */
abstract class ResponseInterceptor {

    /**
     * Called when the response is known.
     *
     * @return it or another one, also known
     */
    abstract Response onResponse(Response response);

    final Handler around(Handler next) {
        return request -> handle(next, request);
    }

    final Exchange handle(Handler next, RequestHead request) throws Exception {
        Exchange exchange;
        try {
            exchange = next.handle(request);
        } catch (HttpException e) {
            return intercept(e.response());
        }
        return intercept(exchange);
    }

    private Exchange intercept(Exchange exchange) {
        if (exchange instanceof Response response) {
            return intercept(response);
        }
        return exchange == null || exchange.stage() == null ? new Intercepted(exchange)
                : Exchange.later(exchange.stage().handle(this::arrive));
    }

    private Response intercept(Response response) {
        if (response.stage() != null) {
            return Response.later(response.stage().handle(
                    (arrived, failure) -> (Response) arrive(arrived, failure)));
        }
        try {
            return onResponse(response);
        } catch (RuntimeException | Error e) {
            response.discard();
            throw e;
        }
    }

    /** Handles the outcome of a stage: an exchange, another stage or a failure. */
    private Exchange arrive(Exchange exchange, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        if (cause instanceof HttpException refusal) {
            return intercept(refusal.response());
        }
        if (cause == null && exchange == null) {
            cause = new NullPointerException("a CompletionStage completed with null");
        }
        if (cause != null) {
            throw new CompletionException(cause);
        }
        return intercept(exchange);
    }

    private final class Intercepted extends WrappedExchange {

        /** Why {@link #sink} refused the body; null if it did not. */
        private HttpException refusal;
        /** Once true the response is seen when it comes, not when the body is whole. */
        private boolean isEarly;

        Intercepted(Exchange exchange) {
            super(exchange);
        }

        // A sink that throws ends an exchange. Without a sink the server completes it at once, so
        // that the refusal becomes a response that can be changed.
        @Override
        public WritableByteChannel sink() throws Exception {
            try {
                return super.sink();
            } catch (HttpException e) {
                refusal = e;
                return null;
            }
        }

        @Override
        public CompletionStage<Response> earlyResponse() {
            CompletionStage<Response> early = refusal != null ? null : super.earlyResponse();
            isEarly = early != null;
            return !isEarly ? null : early.handle(
                    (arrived, failure) -> (Response) arrive(arrived, failure));
        }

        @Override
        public Response complete() throws Exception {
            if (isEarly) {
                return super.complete();
            }
            Response response;
            try {
                if (refusal != null) {
                    throw refusal;
                }
                response = super.complete();
                if (response == null) {
                    throw new NullPointerException("Exchange.complete returned null");
                }
            } catch (HttpException e) {
                response = e.response();
            }
            return intercept(response);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            Response own = super.abandon(why, cause);
            if (own == null && cause instanceof HttpException refused) {
                own = refused.response();
            }
            return own == null ? null : intercept(own);
        }
    }
}
