package io.millrace.bucket;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The request to the engine that is under way for a client, one after the other, so that it can be
 * ended when the client leaves.
 *
 * <p>Threads: any.
 */
final class EngineAsk {

    // Below: guarded by this.
    private CompletableFuture<?> current;
    /** Once true this is always true. */
    private boolean cancelled;

    /** Asks, unless the client has left. */
    <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> asked;
        synchronized (this) {
            if (cancelled) {
                return CompletableFuture.failedFuture(
                        new CancellationException("the client has left"));
            }
        }
        asked = request.get();
        boolean late;
        synchronized (this) {
            current = asked;
            late = cancelled;
        }
        if (late) {
            asked.cancel(true);
        }
        return asked;
    }

    /** Ends what is under way, and asks for nothing more. */
    void cancel() {
        CompletableFuture<?> ended;
        synchronized (this) {
            cancelled = true;
            ended = current;
        }
        if (ended != null) {
            ended.cancel(true);
        }
    }
}
