package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletionStage;

/**
 * An exchange that delegates to another one; filters override what they change. The only class of
 * this package that delegates, so a method added to {@link Exchange} is added here. The inner
 * exchange is not pending, so {@link #stage} stays null.
 *
 * <p>Threads: like the inner exchange.
 */
abstract class WrappedExchange implements Exchange {

    private final Exchange exchange;

    WrappedExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public WritableByteChannel sink() throws Exception {
        return exchange.sink();
    }

    @Override
    public long sinkPosition() {
        return exchange.sinkPosition();
    }

    @Override
    public CompletionStage<Response> earlyResponse() {
        return exchange.earlyResponse();
    }

    @Override
    public void onProgress(long receivedBytes) {
        exchange.onProgress(receivedBytes);
    }

    @Override
    public Response complete() throws Exception {
        return exchange.complete();
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        return exchange.abandon(why, cause);
    }
}
