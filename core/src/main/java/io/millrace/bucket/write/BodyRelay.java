package io.millrace.bucket.write;

import io.millrace.http.PacedSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * Hands a body of known length, or a part of one, from a client's connection to the engine's,
 * piece by piece, as fast as the engine takes it: the client's socket is read only while the engine
 * has asked for more, and no piece waits here.
 *
 * <p>The last piece is kept until {@link #release}. So whatever is found out about the body when it
 * has come, the engine can't have stored it before.
 *
 * <p>Threads: the worker that owns the client's connection writes and ends; {@link #release} by
 * any, once; {@link #request} and {@link #cancel} by those of the engine's client.
 */
final class BodyRelay implements PacedSink, Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private final long lengthBytes;
    private final int pieceBytes;
    private final Runnable whenSubscribed;
    /** The worker's: what has come. */
    private long written;

    // Below: guarded by this.
    /** Null until the engine wants the body. */
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long demand;
    /** The last piece, until it has been handed on. */
    private ByteBuffer last;
    private boolean isReleased;
    /** Once true this is always true. */
    private boolean isHandedOn;
    /** Once true this is always true: no more is handed on. */
    private boolean isEnded;
    /** The worker's, to be run once when there is demand; null if it doesn't wait. */
    private Runnable callback;
    /** The worker's, to be run once when the engine wants no more; null if it doesn't wait. */
    private Runnable closeCallback;

    /**
     * A relay.
     *
     * @param lengthBytes at least 1
     * @param pieceBytes most bytes of a piece
     * @param whenSubscribed run when the engine is ready for the body
     */
    BodyRelay(long lengthBytes, int pieceBytes, Runnable whenSubscribed) {
        assert lengthBytes > 0 : lengthBytes;
        this.lengthBytes = lengthBytes;
        this.pieceBytes = pieceBytes;
        this.whenSubscribed = whenSubscribed;
    }

    /** Whether all bytes have come. Asked by the worker. */
    boolean isWhole() {
        return written == lengthBytes;
    }

    /** Whether the engine may have all bytes. */
    synchronized boolean isHandedOn() {
        return isHandedOn;
    }

    /** Whether the engine has asked for the body, so that it can't be sent again. */
    synchronized boolean isTaken() {
        return subscriber != null;
    }

    // worker thread

    @Override
    public synchronized int room() {
        return demand > 0 && !isEnded ? (int) Math.min(pieceBytes, lengthBytes - written) : 0;
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (demand == 0 && !isEnded) {
                this.callback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public void whenClosed(Runnable callback) {
        synchronized (this) {
            if (!isEnded) {
                closeCallback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Flow.Subscriber<? super ByteBuffer> target;
        int count = source.remaining();
        synchronized (this) {
            if (isEnded) {
                throw new IOException("the engine takes no more of the body");
            }
            assert count <= lengthBytes - written : count + " of " + (lengthBytes - written);
            target = subscriber;
        }
        // New each time: nothing tells when the engine's client has written it.
        ByteBuffer piece = ByteBuffer.allocate(count).put(source).flip();
        written += count;
        synchronized (this) {
            if (isWhole()) {
                last = piece;
            } else {
                demand--;
            }
        }
        if (isWhole()) {
            finish(); // it may have been released before
        } else {
            target.onNext(piece);
        }
        return count;
    }

    @Override
    public synchronized boolean isOpen() {
        return !isEnded;
    }

    @Override
    public void close() {
    }

    /** The body doesn't become whole: the engine is to store nothing. */
    void fail(Throwable cause) {
        Flow.Subscriber<? super ByteBuffer> target;
        Runnable told;
        synchronized (this) {
            if (isEnded) {
                return;
            }
            target = subscriber;
            isEnded = true;
            last = null;
            told = closeCallback;
        }
        if (target != null) {
            target.onError(cause);
        }
        run(told);
    }

    // any thread

    /** Lets the last piece go. */
    void release() {
        synchronized (this) {
            isReleased = true;
        }
        finish();
    }

    /** The engine wants no more, whatever its client says. */
    void end() {
        Runnable told;
        synchronized (this) {
            if (isEnded) {
                return;
            }
            isEnded = true;
            last = null;
            told = closeCallback;
        }
        run(told);
    }

    private void finish() {
        Flow.Subscriber<? super ByteBuffer> target;
        ByteBuffer piece;
        synchronized (this) {
            if (isEnded || last == null || !isReleased || demand == 0) {
                return;
            }
            isEnded = true;
            isHandedOn = true;
            piece = last;
            last = null;
            target = subscriber;
        }
        target.onNext(piece);
        target.onComplete();
    }

    // the engine's client

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        boolean isFirst;
        synchronized (this) {
            isFirst = this.subscriber == null && !isEnded;
            if (isFirst) {
                this.subscriber = subscriber;
            }
        }
        subscriber.onSubscribe(isFirst ? this : NOTHING);
        if (isFirst) {
            whenSubscribed.run();
        } else { // reactive streams 1.9: a refusal follows onSubscribe
            subscriber.onError(new IOException("the body can't be sent again"));
        }
    }

    @Override
    public void request(long count) {
        if (count <= 0) { // reactive streams 3.9: signalled as an error, not thrown
            fail(new IllegalArgumentException("count must be positive: " + count));
            return;
        }
        Runnable told;
        synchronized (this) {
            if (isEnded) {
                return; // reactive streams 3.6
            }
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            told = callback;
            callback = null;
        }
        run(told);
        finish();
    }

    @Override
    public void cancel() {
        end();
    }

    private static void run(Runnable told) {
        if (told != null) {
            told.run();
        }
    }

    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long count) {
            // Nothing will come.
        }

        @Override
        public void cancel() {
            // Nothing would come.
        }
    };
}
