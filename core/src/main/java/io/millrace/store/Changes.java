package io.millrace.store;

import io.millrace.digest.LateDigests;
import io.millrace.http.HttpException;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.work.StoreExecutor;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the changes of the folder that are under way, so that it can be handed over after the last
 * one: whatever changes a file of the folder does so between {@link #begin} and {@link #end}.
 *
 * <p>Threads: any.
 */
final class Changes implements LateDigests.Gate {

    /** Added to the count when no change may begin any more. */
    private static final int ENDED = Integer.MIN_VALUE;

    private final AtomicInteger underWay = new AtomicInteger();
    /** Set before the count says that it will be needed. */
    private Runnable whenNone;

    /** Begins a change; false if the folder is another process's by now, or will be soon. */
    @Override
    public boolean begin() {
        int count = underWay.get();
        while (count >= 0) {
            if (underWay.compareAndSet(count, count + 1)) {
                return true;
            }
            count = underWay.get();
        }
        return false;
    }

    /** Whether none may begin any more. */
    boolean areOver() {
        return underWay.get() < 0;
    }

    /** Ends a change that was begun. */
    @Override
    public void end() {
        if (underWay.decrementAndGet() == ENDED) {
            whenNone.run();
        }
    }

    /** Begins none from now on. At most once. */
    void endAll(Runnable whenNone) {
        this.whenNone = whenNone;
        if (underWay.getAndAdd(ENDED) == 0) {
            whenNone.run();
        }
    }

    /**
     * Makes a change that has no body.
     *
     * @param notes get the time for which its request waits for the executor
     * @param executor makes it; null: the calling thread does, at once
     */
    Response make(RequestNotes notes, StoreExecutor executor, Callable<Response> change)
            throws HttpException, IOException {
        if (!begin()) {
            return Responses.HANDED_OVER;
        }
        boolean goesOn = false;
        try {
            if (executor == null) {
                return change.call();
            }
            Response later = executor.later(notes, () -> {
                try {
                    return change.call();
                } finally {
                    end();
                }
            }, this::end);
            goesOn = later != null;
            return goesOn ? later : Responses.BUSY;
        } catch (HttpException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // no change throws another
        } finally {
            if (!goesOn) {
                end();
            }
        }
    }
}
