package io.millrace.http;

import java.util.concurrent.CompletionStage;

/** An exchange that is decided later. Threads: any, immutable. */
record LaterExchange(CompletionStage<? extends Exchange> stage) implements Exchange {

    @Override
    public Response complete() {
        throw new IllegalStateException("the exchange is still pending; wait for its stage");
    }
}
