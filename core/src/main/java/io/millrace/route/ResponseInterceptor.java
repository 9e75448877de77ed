package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionException;

/**
 * Sees how each request of a handler ends, and may change the answer: the one place that knows all
 * ways in which a handler can answer. An {@link HttpException} is made the response that the server
 * would make of it.
 *
 * <p>Threads: called by the worker, or by whoever completes a promised response.
 */
abstract class ResponseInterceptor {

    /**
     * A response is known.
     *
     * @return it or another one, known as well
     */
    abstract Response onAnswer(Response response);

    /** The handler failed: the server answers 500. */
    void onFailure(Throwable failure) {
    }

    /** The body did not become whole: the server answers, if the client is still there. */
    void onAbandon(Throwable cause) {
    }

    final Handler around(Handler next) {
        return request -> handle(next, request);
    }

    final Exchange handle(Handler next, RequestHead request) throws Exception {
        Exchange exchange;
        try {
            exchange = next.handle(request);
        } catch (HttpException e) {
            return answer(e.response());
        } catch (Throwable e) {
            onFailure(e);
            throw e;
        }
        return watch(exchange);
    }

    private Exchange watch(Exchange exchange) {
        if (exchange instanceof Response response) {
            return answer(response);
        }
        return exchange == null || exchange.stage() == null ? new Watched(exchange)
                : Exchange.later(exchange.stage().handle(this::arrive));
    }

    private Response answer(Response response) {
        if (response.stage() != null) {
            return Response.later(response.stage().handle(
                    (arrived, failure) -> (Response) arrive(arrived, failure)));
        }
        try {
            return onAnswer(response);
        } catch (RuntimeException | Error e) {
            response.discard();
            throw e;
        }
    }

    /** What was promised, perhaps another promise, or the reason why there is nothing. */
    private Exchange arrive(Exchange exchange, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        if (cause instanceof HttpException refusal) {
            return answer(refusal.response());
        }
        if (cause == null && exchange == null) {
            cause = new NullPointerException("a CompletionStage completed with null");
        }
        if (cause != null) {
            onFailure(cause);
            throw new CompletionException(cause);
        }
        return watch(exchange);
    }

    private final class Watched extends WrappedExchange {

        /** Why {@link #sink} refused the body; null if it did not. */
        private HttpException refusal;

        Watched(Exchange exchange) {
            super(exchange);
        }

        // A sink that throws is the end of an exchange. Without a sink the server asks for the
        // answer at once, which is how the refusal gets to be an answer that can be changed.
        @Override
        public WritableByteChannel sink() throws Exception {
            try {
                return super.sink();
            } catch (HttpException e) {
                refusal = e;
                return null;
            } catch (Throwable e) {
                onFailure(e);
                throw e;
            }
        }

        @Override
        public Response complete() throws Exception {
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
            } catch (Throwable e) {
                onFailure(e);
                throw e;
            }
            return answer(response);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            Response own;
            try {
                own = super.abandon(why, cause);
            } catch (RuntimeException | Error e) {
                onAbandon(cause);
                throw e;
            }
            if (own == null && cause instanceof HttpException refused) {
                own = refused.response();
            }
            if (own == null) {
                onAbandon(cause);
                return null;
            }
            return answer(own);
        }
    }
}
