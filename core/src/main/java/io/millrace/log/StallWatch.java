package io.millrace.log;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs which call holds an event loop for too long, while it does, and once for each such call.
 *
 * <p>It finds that by looks from outside: what a loop has called by two of them and has not
 * returned from between is a call that lasts. So the loop itself needs no clock.
 *
 * <p>Threads: one, but for {@link Loop}.
 */
public final class StallWatch { // decision 407

    /** So many looks in the time after which a call is too long. */
    private static final int LOOKS = 4;
    private static final int MOST_CHARS = 200;

    /**
     * What an event loop calls.
     *
     * <p>Threads: the loop's own; the watch reads.
     */
    public static final class Loop {

        private Thread thread;
        /** What is called; null if the loop waits. */
        private Object callee;
        /** Counts all that has been called. Written by the loop only. */
        private final AtomicLong calls = new AtomicLong();

        /** The calling thread is the loop's. */
        public void begins() {
            thread = Thread.currentThread();
        }

        /**
         * The loop calls something, after which this is called again.
         *
         * @param callee says by {@link Object#toString} what it is, on the watch's thread
         */
        public void calls(Object callee) {
            this.callee = callee;
            // Publishes what is written above. One writer, so that no atomic addition is needed.
            calls.setRelease(calls.getPlain() + 1);
        }

        /** The loop waits for something to do. */
        public void waits() {
            calls(null);
        }
    }

    /** What the last look has found of a loop. */
    private static final class Sight {

        final Loop loop;
        final LogThrottle stalls = new LogThrottle();
        long calls = -1;
        long sinceNs;
        boolean isLogged;

        Sight(Loop loop) {
            this.loop = loop;
        }
    }

    /** The stack of a thread that is held. */
    private static final class StackOf extends Exception {

        private static final long serialVersionUID = 1L;

        StackOf(Thread thread) {
            super("stack of " + thread.getName(), null, false, true);
            setStackTrace(thread.getStackTrace());
        }
    }

    private final Class<?> source;
    private final Sight[] sights;
    private final long warningNs;
    private final long periodNs;
    private long lookedNs;
    /** Whether there has been a look before. */
    private boolean hasLooked;

    /**
     * Watches loops.
     *
     * @param source gives the logger its name
     * @param warning how long a call may take
     */
    public StallWatch(Class<?> source, List<Loop> loops, Duration warning) {
        this.source = source;
        sights = new Sight[loops.size()];
        for (int i = 0; i < sights.length; i++) {
            sights[i] = new Sight(loops.get(i));
        }
        warningNs = warning.toNanos();
        periodNs = Math.max(TimeUnit.MILLISECONDS.toNanos(1), warningNs / LOOKS);
    }

    /** How often to look, in milliseconds. */
    public long periodMs() {
        return TimeUnit.NANOSECONDS.toMillis(periodNs);
    }

    /** Looks at the loops if it is time to. */
    public void look(long nowNs) {
        long gapNs = nowNs - lookedNs;
        if (hasLooked && gapNs < periodNs) {
            return;
        }
        // Beyond two periods the process has stood still, or this thread has: that is no call's.
        long standstillNs = gapNs > 2 * periodNs ? gapNs - periodNs : 0;
        for (Sight sight : sights) {
            sight.sinceNs += hasLooked ? standstillNs : 0;
            look(sight, nowNs);
        }
        lookedNs = nowNs;
        hasLooked = true;
    }

    private void look(Sight sight, long nowNs) {
        long calls = sight.loop.calls.getAcquire();
        if (calls != sight.calls) {
            sight.calls = calls;
            sight.sinceNs = nowNs;
            sight.isLogged = false;
        } else if (!sight.isLogged && nowNs - sight.sinceNs >= warningNs) {
            log(sight, nowNs);
        }
    }

    private void log(Sight sight, long nowNs) {
        Object callee = sight.loop.callee;
        Thread thread = sight.loop.thread;
        if (callee == null || thread == null) {
            return; // it waits, or has not begun
        }
        String text;
        try {
            text = callee.toString();
        } catch (RuntimeException e) {
            return; // the loop goes on, and changes what is read here
        }
        Exception stack = new StackOf(thread);
        if (sight.loop.calls.getAcquire() != sight.calls) {
            return; // it has gone on, so that neither is right
        }
        sight.isLogged = true;
        sight.stalls.log(source, Level.WARNING, thread.getName() + " has been held for "
                + seconds(nowNs - sight.sinceNs) + " s by "
                + (text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "..." : text)
                + "; its other connections wait: run what blocks on other threads, with "
                + "Handler.blocking", stack, nowNs);
    }

    private static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.1f", Math.floor(ns / 1e8) / 10);
    }
}
