package io.millrace;

import java.util.concurrent.locks.LockSupport;

/**
 * What a test does between two looks at what it waits for: it leaves the processor to those who are
 * to bring it about, as there may be no other one.
 *
 * <p>Threads: any.
 */
public final class Pause {

    private static final long NS = 200_000;

    private Pause() {
    }

    /** Waits for so short a time that no test is slower for it. */
    public static void briefly() {
        LockSupport.parkNanos(NS);
    }
}
