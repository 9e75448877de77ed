package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletionException;

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
     *     the response that the server would make
     */
    Response onFailure(RequestHead request, Throwable failure) throws Exception {
        return failure instanceof HttpException refusal ? refusal.response() : null;
    }

    /**
     * Called when the body was abandoned.
     *
     * @param own the response of the exchange; null if it leaves that to the server
     * @return the response; null to let the server choose
     */
    Response onAbandoned(RequestHead request, Response own, Throwable cause) {
        return own == null && cause instanceof HttpException refusal ? refusal.response() : own;
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
            Response own = recover(request, e);
            if (own == null) {
                throw e;
            }
            return own;
        }
        return intercept(request, exchange);
    }

    /** What is sent after a failure; null if the failure is to be passed on. */
    private Response recover(RequestHead request, Throwable failure) throws Exception {
        Response own = onFailure(request, failure);
        // One that is made later is not tried again if it fails in its turn.
        return own == null || own.stage() != null ? own : change(own);
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
            Response own = recover(request, cause);
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
                instead = recover(request, e);
                if (instead == null) {
                    throw e;
                }
                return null;
            }
        }

        @Override
        public Response complete() throws Exception {
            if (instead != null) {
                return instead;
            }
            Response response;
            try {
                response = Objects.requireNonNull(super.complete(),
                        "Exchange.complete returned null");
            } catch (Throwable e) {
                Response own = recover(request, e);
                if (own == null) {
                    throw e;
                }
                return own;
            }
            return intercept(request, response);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            Response response = onAbandoned(request, super.abandon(why, cause), cause);
            return response == null ? null : intercept(request, response);
        }
    }
}
