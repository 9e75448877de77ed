package io.millrace.work;

import io.millrace.http.Withdrawable;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An outcome that can be taken back until the task for it has begun, and so can what a handler
 * around the store makes of it.
 *
 * <p>Threads: any.
 */
public final class Promise<T> extends CompletableFuture<T> implements Withdrawable {

    /** Whether the task has begun, or never will. */
    private final AtomicBoolean isSettled;

    /** A promise whose task has yet to begin. */
    public Promise() {
        this(new AtomicBoolean());
    }

    private Promise(AtomicBoolean isSettled) {
        this.isSettled = isSettled;
    }

    /** Whether the task has begun, or never will. */
    public boolean isSettled() {
        return isSettled.get();
    }

    /** Whether the task may begin now, and can't be taken back any more. */
    public boolean begin() {
        return isSettled.compareAndSet(false, true);
    }

    @Override
    public boolean withdraw() {
        return isSettled.compareAndSet(false, true);
    }

    /**
     * Does the task, whose result is the outcome. What it throws, an error too, is the server's to
     * log and to answer: a stage that never completes would hold its connection for ever.
     *
     * @param withdrawn run in place of the task if the promise has been taken back
     */
    public void fulfill(Callable<? extends T> task, Runnable withdrawn) {
        try {
            if (begin()) {
                complete(task.call());
            } else {
                withdrawn.run();
            }
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Promise<>(isSettled);
    }
}
