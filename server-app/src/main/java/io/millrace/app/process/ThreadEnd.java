package io.millrace.app.process;

/**
 * Ends the process when a thread of the server ends by itself: what would be left is a process that
 * looks alive and serves no connection. A supervisor starts another one.
 *
 * <p>Threads: any, as its last call.
 */
public final class ThreadEnd implements Thread.UncaughtExceptionHandler {

    /** EX_SOFTWARE of sysexits.h. */
    static final int EXIT_CODE = 70;

    // Made beforehand: the heap may be full then.
    private final String workers;
    private final String acceptor;
    private final Runnable end;

    /** @param server the first part of the names of its threads */
    public ThreadEnd(String server) {
        this(server, halt(Runtime.getRuntime()));
    }

    /** @param end what ends the process */
    public ThreadEnd(String server, Runnable end) {
        workers = server + "-worker-";
        acceptor = server + "-acceptor";
        this.end = end;
    }

    /** No shutdown hook runs: one would wait for the thread that has ended. */
    private static Runnable halt(Runtime runtime) {
        return new Runnable() { // not a lambda, which costs a start 1 ms
            @Override
            public void run() {
                runtime.halt(EXIT_CODE);
            }
        };
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        String name = thread.getName();
        if (name.startsWith(workers) || name.equals(acceptor)) {
            end.run();
        } else { // replaced by whoever has started it
            System.getLogger(ThreadEnd.class.getName()).log(System.Logger.Level.ERROR,
                    name + " has ended", failure);
        }
    }
}
