package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;

/**
 * An exchange that leaves everything to another one, for filters to override what they change. The
 * only class of this package that delegates to an exchange, so a method that {@link Exchange} gains
 * is added here. The one within is known, so {@link #stage} stays null.
 *
 * <p>Threads: like the exchange within.
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
