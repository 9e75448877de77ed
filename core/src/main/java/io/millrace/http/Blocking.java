package io.millrace.http;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for code that blocks, where an application has none of its own.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Blocking {

    /** On Java 17: as many as databases mostly allow connections. A stack takes some 100 KB. */
    static final int MOST_THREADS = 256;
    /** On Java 17: what comes in bursts. Beyond it a client would wait longer than it wants to. */
    static final int MOST_WAITING = 1024;

    private static final int VIRTUAL_SINCE = 21; // JEP 444
    private static final String NAME = "millrace-blocking-";
    private static final long IDLE_SECONDS = 10;

    private Blocking() {
    }

    /**
     * An executor for tasks that block, such as those of {@link Exchange#stream} and {@link
     * Body#written}. It is the same one for all of the JVM, and needn't be closed.
     *
     * <p>On Java 21 and later each task gets a virtual thread: as many may block at once as there
     * are connections. Before Java 24 a virtual thread that blocks within {@code synchronized}
     * occupies a processor's thread meanwhile.
     *
     * <p>On earlier Javas it has up to 256 daemon threads, which end when they have been idle for
     * 10 s, and up to 1024 tasks that wait for one. It rejects a task beyond that, for which the
     * server responds with 503, or with 500 if it was to write or read a response's body.
     */
    public static Executor executor() {
        return Shared.EXECUTOR;
    }

    /** Made when it is asked for: no thread and no class before that. */
    private static final class Shared {

        static final Executor EXECUTOR = Runtime.version().feature() >= VIRTUAL_SINCE ? virtual()
                : pool(MOST_THREADS, MOST_WAITING);
    }

    /** By reflection, once: Millrace is compiled for Java 17. */
    private static Executor virtual() {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = type.getMethod("name", String.class, long.class).invoke(builder, NAME, 1L);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
            return task -> factory.newThread(task).start();
        } catch (ReflectiveOperationException e) {
            return pool(MOST_THREADS, MOST_WAITING); // a native image, say, that left them out
        }
    }

    /** A bounded pool of daemon threads. */
    static Executor pool(int threads, int waiting) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS,
                TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, NAME + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
