package io.millrace.app.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process when stopping it takes too long: a worker is stuck, nobody reads stdout, or the
 * heap is full. Its thread runs from the start, since there may be no memory for one at the end.
 *
 * <p>Threads: its own; {@link #begin} by any.
 */
public class LastResort implements Runnable { // not final: tests survive it

    /** What a stop may take beyond the time that requests have: its summary, and the store. */
    static final Duration MARGIN = Duration.ofSeconds(5);
    private static final int EXIT_CODE = 1;

    final long limitNs;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    LastResort(Duration drainTimeout) {
        limitNs = drainTimeout.plus(MARGIN).toNanos();
    }

    /** Starts its thread, which waits for the stop to begin. */
    public static LastResort start(Duration drainTimeout) {
        LastResort last = new LastResort(drainTimeout);
        Thread thread = new Thread(last, "millrace-last-resort");
        thread.setDaemon(true);
        thread.start();
        return last;
    }

    /** The stop begins now. Allocates nothing. */
    public void begin() {
        begun.countDown();
    }

    @Override
    public void run() {
        try {
            begun.await();
            never.await(limitNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException unexpected) {
            // Nothing interrupts it; if something does, the process ends a little early.
            begun.countDown();
        }
        end();
    }

    void end() {
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
