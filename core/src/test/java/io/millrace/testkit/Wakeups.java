package io.millrace.testkit;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Where the client waits for the handler's other threads, for a bounded time.
 *
 * <p>Threads: one waits, any wakes it.
 */
final class Wakeups {

    private final Duration limit;
    /** What the application has set for this request; null if it has not. */
    private Duration ofApplication;
    private long startNs;

    Wakeups(Duration limit) {
        this.limit = limit;
    }

    // any thread

    /** Lets the client look again whether its wait is over. */
    synchronized void wake() {
        notifyAll();
    }

    /** Sets how long a server waits for the application; the wait in progress begins anew. */
    synchronized void limit(Duration ofApplication) {
        this.ofApplication = ofApplication;
        startNs = System.nanoTime();
        notifyAll();
    }

    // the client's

    /** A callback for the application, and whether it was run. */
    final class Signal implements Runnable {

        private boolean isSet;

        @Override
        public void run() {
            synchronized (Wakeups.this) {
                isSet = true;
                Wakeups.this.notifyAll();
            }
        }

        boolean isSet() {
            synchronized (Wakeups.this) {
                return isSet;
            }
        }
    }

    Signal signal() {
        return new Signal();
    }

    /**
     * Waits until something has happened.
     *
     * @param whatFor what is missing if it doesn't, to be followed by "within 10 s"
     * @throws LateException if a limit of the application's own passes
     * @throws AssertionError if the client's limit passes
     */
    synchronized void await(BooleanSupplier isOver, String whatFor) throws LateException {
        startNs = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            boolean isOwn = ofApplication != null && ofApplication.compareTo(limit) <= 0;
            Duration most = isOwn ? ofApplication : limit;
            long leftNs = startNs + most.toNanos() - System.nanoTime();
            if (leftNs <= 0) {
                String late = whatFor + " within " + text(most);
                if (isOwn) {
                    throw new LateException(late);
                }
                throw new AssertionError(late);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(leftNs, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted: " + whatFor, e);
            }
        }
    }

    /**
     * Ends a wait for what needs more than bytes.
     *
     * @throws AssertionError if it has begun longer ago than the client's limit
     */
    void checkLimit(long sinceNs, String whatFor) {
        if (System.nanoTime() - sinceNs > limit.toNanos()) {
            throw new AssertionError(whatFor + " within " + text(limit));
        }
    }

    /**
     * Waits for what a stage completes with.
     *
     * @throws LateException if a limit of the application's own passes
     * @throws Throwable what the stage failed with
     */
    <T> T await(CompletionStage<? extends T> stage, String whatFor) throws Throwable {
        Outcome<T> outcome = new Outcome<>();
        stage.whenComplete((value, failure) -> {
            outcome.set(value, failure);
            wake();
        });
        await(outcome::isSet, whatFor);
        return outcome.value();
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
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

    /** The application has taken longer than it said that it may. */
    static final class LateException extends Exception {

        private static final long serialVersionUID = 1L;

        LateException(String message) {
            super(message);
        }
    }
}
