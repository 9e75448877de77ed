package io.millrace.http;

import java.util.concurrent.CompletionStage;

/** An exchange that is not known yet. Threads: any, immutable. */
record LaterExchange(CompletionStage<? extends Exchange> stage) implements Exchange {

    @Override
    public Response complete() {
        throw new IllegalStateException("an exchange that is not known yet has no answer");
    }
}
