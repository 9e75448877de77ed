package io.millrace.server;

import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes a body, and responds when a test says so.
 *
 * <p>Threads: as {@link ExchangeStub}.
 */
final class EarlyExchange extends ExchangeStub {

    final CompletableFuture<Response> response = new CompletableFuture<>();

    EarlyExchange() {
    }

    EarlyExchange(WritableByteChannel sink) {
        super(sink);
    }

    @Override
    public CompletionStage<Response> earlyResponse() {
        note("early");
        return response;
    }
}
