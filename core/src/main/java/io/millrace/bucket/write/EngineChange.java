package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketFaults;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One request to the engine, or one that takes its place, as a single promise: to cancel it cancels
 * the one that is under way.
 *
 * <p>Threads: any.
 */
final class EngineChange<T> extends CompletableFuture<T> {

    /** Guarded by this. */
    private CompletableFuture<T> current;

    /**
     * Sends a request.
     *
     * @param request begins it
     * @param instead what takes its place if it has failed; null if nothing does
     */
    static <T> EngineChange<T> of(Supplier<CompletableFuture<T>> request,
            Function<Throwable, Supplier<CompletableFuture<T>>> instead) {
        EngineChange<T> change = new EngineChange<>();
        change.send(request, instead);
        return change;
    }

    private void send(Supplier<CompletableFuture<T>> request,
            Function<Throwable, Supplier<CompletableFuture<T>>> instead) {
        CompletableFuture<T> sent;
        try {
            sent = request.get();
        } catch (RuntimeException | Error e) {
            completeExceptionally(e);
            return;
        }
        synchronized (this) {
            current = sent;
        }
        if (isDone()) { // cancelled meanwhile
            sent.cancel(true);
        }
        sent.whenComplete((answer, failure) -> {
            if (failure == null) {
                complete(answer);
            } else {
                fail(BucketFaults.cause(failure), instead);
            }
        });
    }

    private void fail(Throwable cause,
            Function<Throwable, Supplier<CompletableFuture<T>>> instead) {
        try {
            Supplier<CompletableFuture<T>> next = isDone() ? null : instead.apply(cause);
            if (next == null) {
                completeExceptionally(cause);
            } else {
                send(next, none -> null);
            }
        } catch (RuntimeException | Error e) { // whoever waits for this would do so for ever
            completeExceptionally(e);
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean isCancelled = super.cancel(mayInterrupt);
        CompletableFuture<T> cut;
        synchronized (this) {
            cut = current;
        }
        if (isCancelled && cut != null) {
            cut.cancel(mayInterrupt);
        }
        return isCancelled;
    }
}
