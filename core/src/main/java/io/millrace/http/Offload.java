package io.millrace.http;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hands a task to an application's executor, and sees to it that the calling thread doesn't run
 * it: that is a worker, with all its connections, which would wait for itself. Threads: any.
 */
final class Offload implements Runnable {

    private final Thread caller = Thread.currentThread();
    private final Executor executor;
    private final Runnable task;
    private final Consumer<IllegalStateException> refused;

    private Offload(Executor executor, Runnable task, Consumer<IllegalStateException> refused) {
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
            Consumer<IllegalStateException> refused) {
        executor.execute(new Offload(executor, task, refused));
    }

    @Override
    public void run() {
        if (Thread.currentThread() == caller) {
            refused.accept(new IllegalStateException(executor.getClass().getName()
                    + " runs tasks on the calling thread, which would wait for itself"));
        } else {
            task.run();
        }
    }
}
