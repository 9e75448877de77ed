package io.millrace.listing;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * Publishes the pieces of a listing as its client reads them. Each piece is a task of its own, so
 * that a slow client holds no thread, and listings take turns.
 *
 * <p>Threads: one worker asks, the threads of the executor write.
 */
final class ListingStream implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    /** Some hundred entries, which take a millisecond. */
    static final int PIECE_BYTES = 32 * 1024;

    private final Listing listing;
    private final Executor executor;
    private final Runnable release;
    private Flow.Subscriber<? super ByteBuffer> subscriber;

    // Below: guarded by this.
    /** The first piece, until it is asked for. */
    private byte[] first;
    private long demand;
    private boolean running;
    /** No piece is wanted any more. Once true this is always true. */
    private boolean cancelled;
    private boolean done;
    private boolean released;

    /**
     * A stream.
     *
     * @param first the first piece
     * @param release run once, when the body has been closed and nothing is being written
     */
    ListingStream(byte[] first, Listing listing, Executor executor, Runnable release) {
        this.first = first;
        this.listing = listing;
        this.executor = executor;
        this.release = release;
    }

    // worker thread

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long pieces) {
        byte[] ready;
        boolean starts;
        synchronized (this) {
            ready = first;
            first = null;
            demand += pieces - (ready == null ? 0 : 1);
            starts = demand > 0 && !running && !done && !cancelled;
            running |= starts;
        }
        if (ready != null) {
            subscriber.onNext(ByteBuffer.wrap(ready));
        }
        if (starts) {
            execute();
        }
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
            first = null;
        }
        releaseIfIdle();
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    // any thread

    private void execute() {
        try {
            executor.execute(this::write);
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(e); // the store is closed, or the system has no thread
        }
    }

    private void releaseIfIdle() {
        synchronized (this) {
            if (!cancelled || running || released) {
                return;
            }
            released = true;
        }
        release.run();
    }

    // the executor's threads

    private void write() {
        byte[] piece;
        try {
            piece = isCancelled() ? null : listing.next(PIECE_BYTES);
        } catch (Throwable e) {
            fail(e); // whatever it is: a body that is never heard of holds its connection
            return;
        }
        boolean goesOn;
        boolean ended = piece == null || listing.isEnded();
        synchronized (this) {
            demand--;
            done = ended;
            goesOn = !ended && demand > 0 && !cancelled;
        }
        if (piece != null) {
            subscriber.onNext(ByteBuffer.wrap(piece));
        }
        if (goesOn) {
            execute();
            return;
        }
        if (ended) {
            subscriber.onComplete();
        }
        rest();
    }

    /** Nothing is being written until the next request. */
    private void rest() {
        boolean goesOn;
        synchronized (this) {
            goesOn = demand > 0 && !done && !cancelled; // asked for since it was looked at
            running = goesOn;
        }
        if (goesOn) {
            execute();
        } else {
            releaseIfIdle();
        }
    }

    private void fail(Throwable failure) {
        synchronized (this) {
            done = true;
        }
        subscriber.onError(failure);
        rest();
    }
}
