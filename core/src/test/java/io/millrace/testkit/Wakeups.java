package io.millrace.testkit;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where the client waits for the handler's other threads, for a bounded time.
 *
 * <p>Threads: one waits, any wakes it.
 */
final class Wakeups {

    private final Semaphore wakeups = new Semaphore(0);
    private final Duration limit;

    Wakeups(Duration limit) {
        this.limit = limit;
    }

    /** Ends one wait. */
    void wake() {
        wakeups.release();
    }

    /**
     * Waits for the next {@link #wake}.
     *
     * @param whatFor what is missing if none comes, to be followed by "within 10 s"
     */
    void await(String whatFor) {
        try {
            if (!wakeups.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(whatFor + " within " + text());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + whatFor, e);
        }
    }

    /**
     * Waits for what a stage completes with.
     *
     * @throws Throwable what it failed with
     */
    <T> T await(CompletionStage<? extends T> stage, String whatFor) throws Throwable {
        Outcome<T> outcome = new Outcome<>();
        stage.whenComplete((value, failure) -> {
            outcome.set(value, failure);
            wake();
        });
        while (!outcome.isSet()) {
            await(whatFor);
        }
        return outcome.value();
    }

    private String text() {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** What a stage has completed with. Threads: any. */
    private static final class Outcome<T> {

        private boolean isSet;
        private T value;
        private Throwable failure;

        synchronized void set(T value, Throwable failure) {
            isSet = true;
            this.value = value;
            this.failure = failure;
        }

        synchronized boolean isSet() {
            return isSet;
        }

        synchronized T value() throws Throwable {
            if (failure != null) {
                throw failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause() : failure;
            }
            return value;
        }
    }
}
