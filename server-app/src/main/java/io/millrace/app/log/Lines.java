package io.millrace.app.log;

import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lines on stdout and in the log, printed by a thread of its own, which a pipe that is not read may
 * hold. What it has no room for is dropped.
 *
 * <p>Threads: any.
 */
public final class Lines {

    /** Lines that wait for the ones before; a change of a file makes one. */
    private static final int MAX_LINES = 16;
    private static final long IDLE_SECONDS = 10;

    private final PrintStream out;
    private final Executor aside;

    /** Lines of which some go to this stream, printed by an executor. */
    public Lines(PrintStream out, Executor aside) {
        this.out = out;
        this.aside = aside;
    }

    /** Lines printed by a daemon, which starts with the first one. */
    public static Lines aside(PrintStream out) {
        // Not a lambda, which costs a start 1 ms; most processes never print such a line.
        return new Lines(out, new Executor() {
            @Override
            public void execute(Runnable line) {
                Daemon.LINES.execute(line);
            }
        });
    }

    /** Prints a line to stdout. */
    public void print(String line) {
        aside.execute(() -> {
            ConsoleLog.print(out, line + System.lineSeparator());
            out.flush();
        });
    }

    /**
     * Prints a line to the log.
     *
     * @param failure null if the message says all
     */
    public void log(Class<?> source, Level level, String message, Throwable failure) {
        aside.execute(() -> System.getLogger(source.getName()).log(level, message, failure));
    }

    private static final class Daemon {

        static final Executor LINES = lines();

        private static Executor lines() {
            ThreadPoolExecutor lines = new ThreadPoolExecutor(1, 1, IDLE_SECONDS,
                    TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_LINES), task -> {
                        Thread thread = new Thread(task, "millrace-lines");
                        thread.setDaemon(true);
                        return thread;
                    }, new ThreadPoolExecutor.DiscardPolicy());
            lines.allowCoreThreadTimeOut(true);
            return lines;
        }
    }
}
