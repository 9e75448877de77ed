package io.millrace.app.process;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Ends the process at once when a second Ctrl-C or SIGTERM arrives while the first one is obeyed.
 *
 * <p>Java has no public way to hear of a signal. But a JVM gives each one a thread of its own,
 * called "SIGINT handler" or "SIGTERM handler", and that of the second waits for the first to be
 * done. A JVM that names them otherwise just goes on with what it does.
 *
 * <p>Threads: its own.
 */
public final class SecondSignal {

    private static final long TICK_NS = 50_000_000;
    /** What a shell reports of a process that Ctrl-C ended. */
    private static final int EXIT_CODE = 130;

    private SecondSignal() {
    }

    /** Begins to look out for the second signal; does nothing if there is no thread for that. */
    public static void watch() {
        watch(Thread::start);
    }

    /** The same; what starts the thread may fail. */
    static void watch(Consumer<Thread> start) {
        try {
            Thread thread = new Thread(SecondSignal::run, "millrace-second-signal");
            thread.setDaemon(true);
            start.accept(thread);
        } catch (OutOfMemoryError e) { // of memory or of threads: the stop itself needs neither
            return;
        }
    }

    private static void run() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        while (signals(root) < 2) {
            LockSupport.parkNanos(TICK_NS);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private static int signals(ThreadGroup root) {
        Thread[] threads = new Thread[root.activeCount() + 16];
        int count = root.enumerate(threads, true);
        int signals = 0;
        for (int i = 0; i < count; i++) {
            String name = threads[i].getName();
            if (name.equals("SIGINT handler") || name.equals("SIGTERM handler")) {
                signals++;
            }
        }
        return signals;
    }
}
