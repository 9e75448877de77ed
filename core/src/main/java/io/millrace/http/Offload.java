package io.millrace.http;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs a task on an application's executor, and refuses to run it on the calling thread: that is a
 * worker, which would wait for itself with all its connections. Threads: any.
 */
final class Offload implements Runnable {

    private final Thread caller = Thread.currentThread();
    private final Executor executor;
    private final Runnable task;
    private final Consumer<? super IllegalStateException> refused;

    private Offload(Executor executor, Runnable task,
            Consumer<? super IllegalStateException> refused) {
        this.executor = executor;
        this.task = task;
        this.refused = refused;
    }

    /**
     * Executes the task on another thread. Throws what the executor throws.
     *
     * @param refused gets the failure, in place of the task, if the executor runs it here
     */
    static void execute(Executor executor, Runnable task,
            Consumer<? super IllegalStateException> refused) {
        executor.execute(new Offload(executor, task, refused));
    }

    @Override
    public void run() {
        if (Thread.currentThread() == caller) { // decision 74
            refused.accept(new IllegalStateException(executor.getClass().getName()
                    + " runs tasks on the calling thread, which is a worker; use an executor"
                    + " with threads of its own"));
        } else {
            task.run();
        }
    }
}
