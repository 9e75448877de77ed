package io.millrace.app.load;

import java.util.concurrent.locks.LockSupport;

/**
 * The time by which clients work; a test brings its own.
 *
 * <p>Threads: any.
 */
interface LoadClock {

    /** The time of the JVM. */
    LoadClock SYSTEM = new LoadClock() {
        @Override
        public long nowNs() {
            return System.nanoTime();
        }

        @Override
        public void awaitNs(long timeNs) {
            LockSupport.parkNanos(this, timeNs - System.nanoTime());
        }
    };

    /** Now. */
    long nowNs();

    /** Waits until then, or less: for no reason, or because the thread was unparked. */
    void awaitNs(long timeNs);
}
