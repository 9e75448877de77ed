package io.millrace.app;

/**
 * Ends the process when a thread of the server ends by itself: what would be left is a process that
 * looks alive and serves no connection. A supervisor starts another one.
 *
 * <p>Threads: any, as its last call.
 */
final class ThreadEnd implements Thread.UncaughtExceptionHandler {

    /** EX_SOFTWARE of sysexits.h. */
    static final int EXIT_CODE = 70;

    private final String server;
    private final Runnable end;

    /** @param server the first part of the names of its threads */
    ThreadEnd(String server) {
        // No shutdown hook runs: one would wait for the thread that has ended.
        this(server, () -> Runtime.getRuntime().halt(EXIT_CODE));
    }

    /** @param end what ends the process */
    ThreadEnd(String server, Runnable end) {
        this.server = server;
        this.end = end;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        String name = thread.getName();
        if (name.startsWith(server)
                && (name.contains("-worker-") || name.endsWith("-acceptor"))) {
            end.run();
        } else { // replaced by whoever has started it
            System.getLogger(ThreadEnd.class.getName()).log(System.Logger.Level.ERROR,
                    name + " has ended", failure);
        }
    }
}
