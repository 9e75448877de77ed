package io.millrace.app.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.FlightRecorder;

/**
 * What the JDK's Flight Recorder has recorded. At the end of a process a shutdown hook of the JDK's
 * writes it to the file that was asked for, at the same time as ours ends the server; a JVM that is
 * halted before would leave no file.
 *
 * <p>Threads: the one of the shutdown hook.
 */
public final class Recordings {

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** On a slow disk a large recording takes its time; a supervisor's patience has an end. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10); // decision 44

    private Recordings() {
    }

    /** Waits until each recording has been written and closed, if there is any. */
    public static void await() {
        if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty() || !FlightRecorder.isInitialized()) {
            return;
        }
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!FlightRecorder.getFlightRecorder().getRecordings().isEmpty()
                && endNs - System.nanoTime() > 0) {
            LockSupport.parkNanos(TICK_NS);
        }
    }
}
