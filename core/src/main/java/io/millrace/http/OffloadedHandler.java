package io.millrace.http;

import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A handler that an executor runs. Threads: any. */
record OffloadedHandler(BlockingHandler handler, Executor executor) implements Handler {

    @Override
    public Exchange handle(RequestHead request) throws HttpException {
        Decision<Exchange> decision = new Decision<>(new AtomicBoolean());
        try {
            Offload.execute(executor, () -> {
                if (decision.begins()) {
                    decision.completeBy(() -> decide(request));
                }
            }, decision::completeExceptionally);
        } catch (RejectedExecutionException e) {
            throw overloaded();
        }
        return Exchange.later(decision);
    }

    private Exchange decide(RequestHead request) throws Exception {
        return offload(request, handler.handle(request));
    }

    private Exchange offload(RequestHead request, Exchange exchange) throws Exception {
        if (exchange == null || exchange instanceof Response) {
            return exchange;
        }
        if (exchange.stage() != null) {
            return Exchange.later(offloadStage(request, exchange.stage()));
        }
        return new OffloadedExchange(exchange,
                request.bodyLength() == 0 ? null : exchange.sink());
    }

    private CompletionStage<Exchange> offloadStage(RequestHead request,
            CompletionStage<? extends Exchange> stage) {
        return stage.thenCompose(decided -> offloadLater(request, decided));
    }

    private CompletionStage<Exchange> offloadLater(RequestHead request, Exchange decided) {
        if (decided == null || decided instanceof Response) {
            return CompletableFuture.completedFuture(decided);
        }
        if (decided.stage() != null) {
            return offloadStage(request, decided.stage());
        }
        Outcome<Exchange> outcome = new Outcome<>();
        execute(() -> outcome.completeBy(() -> offload(request, decided)), decided, outcome);
        return outcome;
    }

    /** Runs a task; an exchange whose task gets no thread is abandoned, and that is the outcome. */
    private void execute(Runnable task, Exchange exchange, Outcome<? super Response> outcome) {
        Consumer<Exception> refused = e -> {
            Callable<Response> abandoned = () -> abandon(exchange, e);
            outcome.completeBy(abandoned);
        };
        try {
            Offload.execute(executor, task, refused);
        } catch (RejectedExecutionException e) {
            refused.accept(overloaded());
        } catch (RuntimeException | Error e) { // the system has no more threads, for example
            refused.accept(new IllegalStateException("the executor failed", e));
        }
    }

    private static Response abandon(Exchange exchange, Exception failure) throws Exception {
        Response own = exchange.abandon(Abandonment.EXECUTOR_FAILED, failure);
        if (own == null) {
            throw failure;
        }
        return own;
    }

    static HttpException overloaded() {
        return new HttpException(Status.SERVICE_UNAVAILABLE,
                "too many requests in progress; retry later");
    }

    /** What a task on the executor comes to. */
    private static class Outcome<T> extends CompletableFuture<T> {

        void completeBy(Callable<? extends T> call) {
            try {
                complete(call.call());
            } catch (Throwable e) {
                completeExceptionally(e); // the server logs it and responds
            }
        }
    }

    /**
     * What the handler decides. If it is refused while it waits for a thread, as the client has
     * waited for too long, the handler isn't called any more.
     */
    private static final class Decision<T> extends Outcome<T> implements Withdrawable {

        /** Whether the handler has been called, or never will be. */
        private final AtomicBoolean isSettled;

        Decision(AtomicBoolean isSettled) {
            this.isSettled = isSettled;
        }

        boolean begins() {
            return isSettled.compareAndSet(false, true);
        }

        @Override
        public boolean withdraw() {
            isSettled.set(true);
            return true; // 503 as well if it has begun: a handler that blocks may never end
        }

        /** What a filter makes of it is taken back with it. */
        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Decision<>(isSettled);
        }
    }

    /** An exchange whose sink and response come from the executor. */
    private final class OffloadedExchange implements Exchange {

        private final Exchange exchange;
        private final WritableByteChannel sink;
        /** Whether the response comes early; the end of the body then doesn't make it. */
        private boolean isEarly;

        OffloadedExchange(Exchange exchange, WritableByteChannel sink) {
            this.exchange = exchange;
            this.sink = sink;
        }

        @Override
        public WritableByteChannel sink() {
            return sink;
        }

        @Override
        public long sinkPosition() {
            return exchange.sinkPosition();
        }

        @Override
        public CompletionStage<Response> earlyResponse() {
            CompletionStage<Response> early = exchange.earlyResponse();
            isEarly = early != null;
            return early;
        }

        @Override
        public void onProgress(long receivedBytes) {
            exchange.onProgress(receivedBytes);
        }

        @Override
        public Response complete() throws Exception {
            if (isEarly) {
                return exchange.complete();
            }
            Outcome<Response> response = new Outcome<>();
            execute(() -> response.completeBy(exchange::complete), exchange, response);
            return Response.later(response);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            return exchange.abandon(why, cause);
        }
    }
}
