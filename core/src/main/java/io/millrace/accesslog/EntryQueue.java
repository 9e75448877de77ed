package io.millrace.accesslog;

import java.util.concurrent.TimeUnit;

/**
 * Entries on their way from the workers to the thread that writes. No worker waits: what finds the
 * queue full is dropped and counted. The writer is woken for many at a time, as to wake a thread
 * costs more than all else about a line.
 *
 * <p>Not {@code LogQueue}, which hands over one line at a time and never so many. The lock is held
 * for a few instructions, or while a batch of references is copied.
 *
 * <p>Threads: any; {@link #take} is the writer's.
 */
final class EntryQueue { // decision 216

    /** A third of a second of 50,000 requests/s; a few megabytes of usual entries. */
    static final int MOST_ENTRIES = 16_384;
    /** Beyond it the texts that clients have sent would take too much of a heap. */
    static final long MOST_CHARS = 8 << 20;
    /** People who follow a log don't notice it. */
    private static final long GATHER_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Runnable start;
    private final Entry[] entries = new Entry[MOST_ENTRIES];
    private int first;
    private int count;
    private long chars;
    private boolean isRunning;
    /** Whether the writer waits for the first entry. */
    private boolean isIdle;
    /** Whether the writer has to look at once, entries or not. */
    private boolean isNudged;
    private boolean isClosed;
    private boolean isWriting;
    /** Entries dropped, those the writer hasn't been told of, and all. */
    private long droppedNow;
    private long dropped;

    /** @param start starts a thread that takes; called when there is none */
    EntryQueue(Runnable start) {
        this.start = start;
    }

    // any thread

    /** Hands an entry over, or drops it. */
    void offer(Entry entry) {
        synchronized (this) {
            int size = entry.chars();
            if (isClosed || count == MOST_ENTRIES || chars + size > MOST_CHARS) {
                dropped++;
                droppedNow++;
                return;
            }
            entries[(first + count) % MOST_ENTRIES] = entry;
            count++;
            chars += size;
            if (isRunning) {
                if (isIdle || count == MOST_ENTRIES / 2) {
                    isIdle = false;
                    notifyAll();
                }
                return;
            }
            isRunning = true;
        }
        start.run();
    }

    /** Makes the writer look at once. */
    void nudge() {
        synchronized (this) {
            isNudged = true;
            if (isRunning) {
                notifyAll();
                return;
            }
            isRunning = true;
        }
        start.run();
    }

    /** Takes nothing more; what is here is still written. Whether it was open before. */
    synchronized boolean close() {
        boolean wasOpen = !isClosed;
        isClosed = true;
        return wasOpen;
    }

    /** Waits until everything is written; false if the time was up before. */
    synchronized boolean flush(long timeoutNs) {
        long startNs = System.nanoTime();
        long leftNs = timeoutNs;
        isNudged |= isRunning;
        notifyAll();
        try {
            while (isRunning && (count > 0 || isWriting || isNudged) && leftNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                leftNs = timeoutNs - (System.nanoTime() - startNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return count == 0 && !isWriting;
    }

    /** Waits until the writer has ended; false if the time was up before. */
    synchronized boolean awaitEnd(long timeoutNs) {
        long startNs = System.nanoTime();
        long leftNs = timeoutNs;
        try {
            while (isRunning && leftNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                leftNs = timeoutNs - (System.nanoTime() - startNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !isRunning;
    }

    /** Entries that were dropped. */
    synchronized long dropped() {
        return dropped;
    }

    /** Entries that wait. */
    synchronized int waiting() {
        return count;
    }

    /** The writer has ended, or could not be started: the next entry starts another one. */
    synchronized void ended() {
        isRunning = false;
        isWriting = false;
        isIdle = false;
        notifyAll();
    }

    // the writer's thread

    /**
     * Waits for entries, and a moment for more.
     *
     * @param batch gets the first ones, from its start on
     * @return how many there are, 0 after a nudge; -1 if the queue is closed and empty
     */
    synchronized int take(Entry[] batch) throws InterruptedException {
        isWriting = false;
        notifyAll();
        while (count == 0 && !isNudged && !isClosed) {
            isIdle = true;
            wait();
        }
        isIdle = false;
        long startNs = System.nanoTime();
        long leftNs = GATHER_NS;
        while (count < batch.length && !isNudged && !isClosed && leftNs > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            leftNs = GATHER_NS - (System.nanoTime() - startNs);
        }
        if (count == 0 && !isNudged) {
            return -1;
        }
        isNudged = false;
        isWriting = true;
        int taken = Math.min(count, batch.length);
        for (int i = 0; i < taken; i++) {
            batch[i] = entries[first];
            entries[first] = null;
            chars -= batch[i].chars();
            first = (first + 1) % MOST_ENTRIES;
        }
        count -= taken;
        return taken;
    }

    /** Entries dropped since the last call. */
    synchronized long takeDropped() {
        long taken = droppedNow;
        droppedNow = 0;
        return taken;
    }
}
