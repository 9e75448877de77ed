package io.millrace.log;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Log lines on their way to a thread that may block: a pipe that is full, a disk that hangs and an
 * application's logging hold that thread and no other. What finds the queue full is dropped, and
 * the next line says how many were.
 *
 * <p>All memory is there from the start, so that a line can be handed over when no memory is left.
 * The lock is one that takes none either. It is held for a few instructions at a time.
 *
 * <p>The thread is a daemon. It starts with the first line, and ends when there has been none for a
 * while, so that it doesn't hold the classes of an application that has been unloaded.
 *
 * <p>Threads: any; {@link #run} is that of the queue's own.
 */
final class LogQueue implements Runnable { // decision 127

    /** Writes one line; may block and may fail. */
    @FunctionalInterface
    interface Writer {
        void write(Class<?> source, Level level, String message, Throwable failure);
    }

    /** Some seconds of one line a second for each kind of trouble. */
    static final int MOST_LINES = 512;
    /** Lines below WARNING leave the other half to those that matter. */
    static final int MOST_MINOR_LINES = MOST_LINES / 2;
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);

    private final Writer writer;
    private final Class<?>[] sources = new Class<?>[MOST_LINES];
    private final Level[] levels = new Level[MOST_LINES];
    private final String[] messages = new String[MOST_LINES];
    private final Throwable[] failures = new Throwable[MOST_LINES];
    private final long[] withheld = new long[MOST_LINES];
    private int first;
    private int count;
    /** Lines from WARNING on that were dropped and not told of yet. */
    private long dropped;
    /** All lines that were dropped; only grows. */
    private long allDropped;
    private boolean isRunning;

    /** The line that is being written; its source is null if there is none. */
    private Class<?> source;
    private Level level;
    private String message;
    private Throwable failure;
    private long linesWithheld;
    /** Lines dropped before it that have not been told of. */
    private long linesDropped;

    LogQueue(Writer writer) {
        this.writer = writer;
    }

    // any thread

    /**
     * Hands a line over, and never waits for its being written.
     *
     * @param message null to rehearse, so that nothing has to be loaded when memory is short
     * @param failure null if the message says all
     * @param linesWithheld lines of this kind before this one that were not handed over
     */
    void offer(Class<?> source, Level level, String message, Throwable failure,
            long linesWithheld) {
        if (message == null) {
            return;
        }
        synchronized (this) {
            boolean isMinor = level.compareTo(Level.WARNING) < 0;
            if (count >= (isMinor ? MOST_MINOR_LINES : MOST_LINES)) {
                dropped += isMinor ? 0 : 1;
                allDropped++;
                return;
            }
            int at = (first + count) % MOST_LINES;
            sources[at] = source;
            levels[at] = level;
            messages[at] = message;
            failures[at] = failure;
            withheld[at] = linesWithheld;
            count++;
            if (isRunning) {
                notifyAll();
                return;
            }
            isRunning = true;
        }
        start();
    }

    private void start() {
        try {
            Thread thread = new Thread(null, this, "millrace-log", 0, false);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no thread or no memory is left: the next line tries again
            synchronized (this) {
                isRunning = false;
                notifyAll();
            }
        }
    }

    /** All lines that were dropped, or failed to be written. */
    synchronized long dropped() {
        return allDropped;
    }

    /** Waits until all lines are written, or the time is up. */
    synchronized void flush(long timeoutNs) {
        long startNs = System.nanoTime();
        long leftNs = timeoutNs;
        try {
            while (isRunning && (count > 0 || source != null) && leftNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                leftNs = timeoutNs - (System.nanoTime() - startNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // the queue's thread

    @Override
    public void run() {
        try {
            while (take()) {
                write();
            }
        } catch (Throwable e) {
            breakOff();
            throw e;
        }
    }

    /** Lets the next line start another thread: this one has found no memory to go on with. */
    private synchronized void breakOff() {
        isRunning = false;
        source = null;
        notifyAll();
    }

    /** Waits for the next line; false if there has been none for long. */
    private synchronized boolean take() {
        source = null;
        failure = null;
        notifyAll();
        long startNs = System.nanoTime();
        while (count == 0) {
            long leftNs = IDLE_NS - (System.nanoTime() - startNs);
            try {
                if (leftNs > 0) {
                    TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                    continue;
                }
            } catch (InterruptedException e) { // whoever does that has its reason
                Thread.currentThread().interrupt();
            }
            isRunning = false; // within the lock, so that no line finds a thread that ends
            return false;
        }
        source = sources[first];
        level = levels[first];
        message = messages[first];
        failure = failures[first];
        linesWithheld = withheld[first];
        linesDropped += dropped; // some are left if the line that told of them failed
        dropped = 0;
        messages[first] = null;
        failures[first] = null;
        first = (first + 1) % MOST_LINES;
        count--;
        return true;
    }

    private void write() {
        try {
            if (linesDropped > 0) {
                writer.write(SafeLog.class, Level.WARNING,
                        "log lines dropped, as they were not written in time: " + linesDropped,
                        null);
                linesDropped = 0;
            }
            String text = linesWithheld == 0 ? message
                    : message + " (and " + linesWithheld
                            + " more since the last such line)";
            writer.write(source, level, text, failure);
        } catch (Throwable e) {
            writeAgain();
        }
    }

    /** The memory that the stack trace took may be what was missing. */
    private void writeAgain() {
        try {
            writer.write(source, level, message, null);
        } catch (Throwable e) { // told with the next line that can be written
            synchronized (this) {
                dropped += level.compareTo(Level.WARNING) < 0 ? 0 : 1;
                allDropped++;
            }
        }
    }
}
