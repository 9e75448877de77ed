package io.millrace.space;

import io.millrace.log.SafeLog;
import io.millrace.tree.Folder;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the objects of a folder again and again, to find what other programs have changed: slowly
 * in the background, and at once when a PUT would be refused.
 *
 * <p>Threads: any; the counts in the background are made by a thread of its own.
 */
final class Recount implements Closeable {

    /** From a count in the background to the next one: so often the time that it took, ... */
    private static final long PERIOD_OF_COUNTS = 50;
    /** ... but not less than this, as a count of few files costs something, too, ... */
    private static final long MIN_PERIOD_NS = TimeUnit.SECONDS.toNanos(5);
    /** ... and not more than this, after which nobody would expect an old count. */
    private static final long MAX_PERIOD_NS = TimeUnit.SECONDS.toNanos(60);
    /** What the program around a store is given to start, before many objects are counted. */
    private static final long FIRST_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** No count is made sooner than that after another one, however many PUTs are refused. */
    static final long FRESH_NS = TimeUnit.SECONDS.toNanos(2);
    /**
     * So many objects are counted in a few milliseconds, while a worker waits or a store is opened.
     */
    private static final int FEW_OBJECTS = 1000;
    /** 25,600 objects a second at most. */
    private static final int OBJECTS_PER_PAUSE = 256;
    private static final long PAUSE_MS = 10;
    private static final long CLOSE_MS = 10_000;

    /** How a count is made. */
    private enum Pace {
        /** Only of a folder that has no more than {@link #FEW_OBJECTS}. */
        FIRST,
        /** Without pauses. */
        AT_ONCE,
        /** With pauses, as long as no PUT waits for it. */
        SLOW
    }

    private final Folder folder;
    private final Usage usage;
    private final LongSupplier clockNs;

    /** Guarded by this, as all fields below are. */
    private boolean counting;
    /** Whether all objects have been counted. Once true this is always true. */
    private boolean counted;
    private boolean closed;
    /** A PUT has been refused: no pauses. */
    private boolean urgent;
    /** When the last count began. */
    private long countedNs;
    private long objects;
    /** Null if there is none. */
    private Thread thread;

    Recount(Folder folder, Usage usage, LongSupplier clockNs) {
        this.folder = folder;
        this.usage = usage;
        this.clockNs = clockNs;
    }

    /**
     * Counts for the first time, and starts to count in the background. Of many objects the first
     * count ends there.
     */
    void start() throws IOException { // decision 155
        synchronized (this) {
            counting = true;
        }
        count(Pace.FIRST);
        if (!startThread() && !isCounted()) {
            synchronized (this) {
                counting = true;
            }
            count(Pace.AT_ONCE);
        }
    }

    private synchronized boolean startThread() {
        Thread background = new Thread(this::run, "millrace-recount");
        background.setDaemon(true);
        background.setPriority(Thread.MIN_PRIORITY);
        try {
            background.start();
            thread = background;
            return true;
        } catch (OutOfMemoryError e) {
            return false; // no more threads may be had; small folders are counted all the same
        }
    }

    /** Whether all objects have been counted since the store was opened. */
    synchronized boolean isCounted() {
        return counted;
    }

    /**
     * Sees to it that a refusal doesn't go by an old count: counts now if the objects are few, else
     * soon.
     *
     * @return whether there is a new count
     */
    boolean refresh() { // decision 119
        synchronized (this) {
            if (clockNs.getAsLong() - countedNs < FRESH_NS || closed) {
                return false;
            }
            urgent = true;
            if (counting || thread != null && (objects > FEW_OBJECTS || !counted)) {
                notifyAll();
                return false;
            }
            counting = true;
        }
        return countOrLog(Pace.AT_ONCE);
    }

    /** Has the next count in the background begin now. */
    synchronized void begin() {
        urgent = true;
        notifyAll();
    }

    private void run() {
        long periodNs = isCounted() ? MIN_PERIOD_NS : FIRST_PERIOD_NS;
        while (awaitTurn(periodNs)) {
            long beganNs = System.nanoTime();
            countOrLog(isCounted() ? Pace.SLOW : Pace.AT_ONCE);
            long tookNs = System.nanoTime() - beganNs;
            periodNs = Math.max(MIN_PERIOD_NS,
                    Math.min(MAX_PERIOD_NS, PERIOD_OF_COUNTS * tookNs));
        }
    }

    /** Waits until it is time for the next count; false if there is none any more. */
    private synchronized boolean awaitTurn(long periodNs) {
        long turnNs = System.nanoTime() + periodNs;
        while (!closed) {
            long leftNs = turnNs - System.nanoTime();
            if (!counting && (urgent || leftNs <= 0)) {
                counting = true;
                return true;
            }
            if (!await(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)))) {
                return false;
            }
        }
        return false;
    }

    private boolean countOrLog(Pace pace) {
        try {
            count(pace);
            return true;
        } catch (IOException | RuntimeException | Error e) { // or there would be no next count
            SafeLog.log(Recount.class, Level.WARNING, isCounted()
                    ? "objects not counted, so the quota goes by the last count"
                    : "objects not counted, so PUT is refused until a count succeeds", e);
            return false;
        }
    }

    private void count(Pace pace) throws IOException {
        try {
            countAll(pace);
        } finally { // also after an Error, or no other count would ever begin
            synchronized (this) {
                counting = false;
                urgent = false;
                notifyAll();
            }
        }
    }

    private void countAll(Pace pace) throws IOException {
        long beganNs = clockNs.getAsLong();
        Usage.Count count = usage.begin();
        boolean whole = false;
        try {
            folder.eachObject((name, attributes) -> {
                count.add(name, attributes.size());
                return goesOn(pace, count.objects());
            });
            whole = goesOn(pace, count.objects());
        } finally {
            if (whole && isCounted()) {
                usage.end(count);
            } else if (whole) {
                usage.endFirst(count);
            }
            synchronized (this) {
                countedNs = beganNs; // a failure, too, is not tried again at once
                if (whole) {
                    objects = count.objects();
                    counted = true;
                }
            }
        }
    }

    /** Pauses now and then; false if the count is to end. */
    private synchronized boolean goesOn(Pace pace, long soFar) {
        if (pace == Pace.SLOW && soFar % OBJECTS_PER_PAUSE == 0 && !urgent && !closed) {
            await(PAUSE_MS);
        }
        return !closed && (pace != Pace.FIRST || soFar <= FEW_OBJECTS);
    }

    /** Waits; false if the thread is to end. */
    private boolean await(long ms) {
        try {
            wait(ms);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        Thread background;
        synchronized (this) {
            closed = true;
            notifyAll();
            background = thread;
        }
        if (background != null) {
            try {
                background.join(CLOSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
