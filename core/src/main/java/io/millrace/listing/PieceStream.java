package io.millrace.listing;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * Publishes the pieces of what is made for a client, such as a listing, as the client reads them.
 * Each piece is a task of its own, so that a slow client holds no thread, and clients take turns.
 *
 * <p>Threads: one worker asks, the threads of the executor write.
 */
public final class PieceStream implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    /** Makes the pieces. Threads: one at a time, which may wait for the device. */
    public interface Source {

        /** The next piece; null if there is none. An empty one only takes a turn. */
        ByteBuffer next() throws Exception;

        /** Whether there is no further piece. */
        boolean isEnded();
    }

    private final Source source;
    private final Executor executor;
    private final Runnable release;
    private Flow.Subscriber<? super ByteBuffer> subscriber;

    // Below: guarded by this.
    /** The first piece, until it is asked for. */
    private ByteBuffer first;
    private long demand;
    private boolean running;
    /** No piece is wanted any more. Once true this is always true. */
    private boolean cancelled;
    private boolean done;
    private boolean released;

    /**
     * A stream.
     *
     * @param first the first piece; null if it is yet to be made
     * @param release run once, when the body has been closed and nothing is being written
     */
    public PieceStream(ByteBuffer first, Source source, Executor executor, Runnable release) {
        this.first = first;
        this.source = source;
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
        ByteBuffer ready;
        boolean starts;
        synchronized (this) {
            ready = first;
            first = null;
            demand += pieces - (ready == null ? 0 : 1);
        }
        if (ready != null) {
            subscriber.onNext(ready);
        }
        synchronized (this) {
            starts = demand > 0 && !running && !done && !cancelled;
            running |= starts;
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
        boolean goesOn;
        try {
            ByteBuffer piece = isCancelled() ? null : source.next();
            boolean ended = piece == null || source.isEnded();
            synchronized (this) {
                demand--;
                done = ended;
                goesOn = !ended && demand > 0 && !cancelled;
            }
            if (piece != null) {
                subscriber.onNext(piece);
            }
            if (ended) {
                subscriber.onComplete();
            }
        } catch (Throwable e) {
            fail(e); // whatever it is: a body that is never heard of holds its connection
            return;
        }
        if (goesOn) {
            execute();
        } else {
            rest();
        }
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
        try {
            subscriber.onError(failure);
        } finally {
            rest();
        }
    }
}
