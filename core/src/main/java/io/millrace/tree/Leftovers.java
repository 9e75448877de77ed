package io.millrace.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Staging files that are of no use any more and could not be removed: a file system that failed
 * once may not fail again, and their room is not free until they are gone. They are tried again
 * after a second, and then after twice as long each time, up to a minute. The next start removes
 * what is left then.
 *
 * <p>Threads: any.
 */
final class Leftovers {

    /** More are left to the next start. */
    static final int MAX_FILES = 10_000;

    private static final long FIRST_PAUSE_MS = 1000;
    private static final long LONGEST_PAUSE_MS = 60_000;

    private final FaultLog faults;
    private final long firstPauseMs;
    /** Guarded by this. */
    private final Queue<Path> files = new ArrayDeque<>();
    /** How long the next attempt is away. Guarded by this. */
    private long pauseMs;
    /** Whether an attempt is to come. Guarded by this. */
    private boolean scheduled;

    Leftovers(FaultLog faults) {
        this(faults, FIRST_PAUSE_MS);
    }

    /** @param firstPauseMs how long the first attempt is away */
    Leftovers(FaultLog faults, long firstPauseMs) {
        this.faults = faults;
        this.firstPauseMs = firstPauseMs;
        this.pauseMs = firstPauseMs;
    }

    /** Removes a file, now or later. Throws nothing. */
    void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            faults.log("failed to delete a staging file, will retry: " + file, e);
            synchronized (this) {
                if (files.size() < MAX_FILES) {
                    files.add(file);
                }
                schedule();
            }
        }
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        try {
            CompletableFuture.delayedExecutor(pauseMs, TimeUnit.MILLISECONDS)
                    .execute(this::tryAgain);
            scheduled = true;
        } catch (OutOfMemoryError e) {
            // No thread can be had now. The next file that can't be removed sets another timer.
            scheduled = false;
        }
    }

    /** Tries each file once, until one fails. */
    synchronized void tryAgain() {
        scheduled = false;
        try {
            while (!files.isEmpty()) {
                Files.deleteIfExists(files.element());
                files.remove();
            }
            pauseMs = firstPauseMs;
        } catch (IOException e) {
            faults.log("still failed to delete a staging file: " + files.element(), e);
            files.add(files.remove()); // each gets its turn
            pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
            schedule();
        }
    }

    /** Files that are still to be removed. */
    synchronized int count() {
        return files.size();
    }
}
