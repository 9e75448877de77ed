package io.millrace.evict;

import io.millrace.log.SafeLog;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the least recently used objects of a store leave, in the background.
 *
 * <p>Threads: any; the passes are made by a thread of its own.
 */
public final class Evictor implements Closeable {

    /** 25,600 objects a second at most, unless there are too many bytes. */
    private static final int OBJECTS_PER_PAUSE = 256;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** At the end, reads get to files for so long: some 100,000 of them. */
    private static final long LAST_NS = TimeUnit.SECONDS.toNanos(2);
    /** At the end, a file is told of a read when it is so much later than what it tells. */
    private static final long LAST_SECONDS = 60;
    private static final long CLOSE_MS = 10_000;

    private final EvictionLimits limits;
    private final EvictableObjects objects;
    private final Uses uses;
    private final EvictionSchedule schedule;
    /** What all objects have, as far as is known: the sum of the last walk, and changes since. */
    private final AtomicLong bytes = new AtomicLong();
    /** A PUT has found no room. */
    private volatile boolean roomWanted;
    private volatile EvictionStats stats = EvictionStats.NONE;
    /** Once true this is always true. */
    private volatile boolean closed;
    /** Null before the start, and if there is none. */
    private volatile Thread thread;
    /** Whether something has asked for this pass. Of the thread, as {@link #steps}. */
    private boolean asked;
    /** Objects looked at and removed in this pass. */
    private long steps;

    /** Evicts nothing before {@link #start}. */
    public Evictor(EvictionLimits limits, EvictableObjects objects, Uses uses) {
        this.limits = limits;
        this.objects = objects;
        this.uses = uses;
        this.schedule = new EvictionSchedule(limits);
    }

    /** Starts to evict, with a pass at once. */
    public void start() {
        Thread background = new Thread(this::run, "millrace-evict");
        background.setDaemon(true);
        background.setPriority(Thread.MIN_PRIORITY);
        try {
            background.start();
            thread = background;
        } catch (OutOfMemoryError e) {
            SafeLog.log(Evictor.class, Level.WARNING,
                    "evictions are off until the next start: no thread can be started", e);
        }
    }

    /** The objects have so many bytes more, or less: by a request, or as one was evicted. */
    public void changed(long moreBytes) {
        long now = bytes.addAndGet(moreBytes);
        // Once, when the limit is passed: the thread looks for itself after that.
        if (limits.isOver(now) && !limits.isOver(now - moreBytes)) {
            LockSupport.unpark(thread);
        }
    }

    /** A PUT has found no room: objects are to leave soon, if they may for their bytes. */
    public void makeRoom() {
        if (limits.toBytes() > 0) {
            roomWanted = true;
            LockSupport.unpark(thread);
        }
    }

    /** Whether {@link #makeRoom} makes any. */
    public boolean makesRoom() {
        return limits.toBytes() > 0;
    }

    /** What has been done since the start. */
    public EvictionStats stats() {
        return stats;
    }

    private boolean isAsked() {
        return roomWanted || limits.isOver(bytes.get());
    }

    private void run() {
        while (!closed) {
            long waitNs = schedule.waitNs(System.nanoTime(), isAsked());
            if (waitNs > 0) {
                LockSupport.parkNanos(this, waitNs);
            } else {
                passOrLog();
            }
        }
        lastPass();
    }

    private void passOrLog() {
        asked = isAsked();
        boolean evicted = false;
        try {
            evicted = pass();
        } catch (IOException | RuntimeException | Error e) { // or there would be no next pass
            SafeLog.log(Evictor.class, Level.WARNING, "an eviction pass failed", e);
        } finally {
            schedule.ended(System.nanoTime(), asked, evicted);
        }
    }

    /** Makes a pass; whether objects have left. */
    private boolean pass() throws IOException {
        boolean forRoom = roomWanted;
        roomWanted = false;
        steps = 0;
        EvictionPass.Result result = new EvictionPass(limits, objects, uses, bytes,
                EvictionPass.MOST_CANDIDATES, this::step).run(forRoom);
        stats = stats.plus(result);
        if (result.evicted() > 0 || result.failed() > 0) {
            SafeLog.log(Evictor.class, Level.INFO, line(result), null);
        }
        return result.evicted() > 0;
    }

    private String line(EvictionPass.Result result) {
        return "evicted " + result.evicted() + " objects of " + result.evictedBytes() + " bytes: "
                + result.byAge() + " not used for " + limits.afterSeconds() + " s, "
                + result.bySize() + " beyond " + limits.toBytes() + " bytes"
                + (result.failed() == 0 ? "" : "; " + result.failed() + " can't be deleted")
                + "; " + bytes.get() + " bytes are left";
    }

    /** Pauses now and then; false if the pass is to end. */
    private boolean step() {
        steps++;
        if (steps % OBJECTS_PER_PAUSE == 0 && !asked && !roomWanted) {
            LockSupport.parkNanos(this, PAUSE_NS);
        }
        return !closed;
    }

    /** Has files tell when they were read, as far as there is time for it. */
    private void lastPass() {
        long beganNs = System.nanoTime();
        try {
            if (!uses.isEmpty()) {
                new EvictionPass(limits, objects, uses, bytes, 0,
                        () -> System.nanoTime() - beganNs < LAST_NS).noteReads(LAST_SECONDS);
            }
        } catch (IOException | RuntimeException | Error e) {
            SafeLog.log(Evictor.class, Level.WARNING,
                    "access times of objects can't be set", e);
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
        Thread background = thread;
        LockSupport.unpark(background);
        if (background != null) {
            try {
                background.join(CLOSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
