package io.millrace.s3;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A payload on its way: counts what is sent, tells who is waited for, and ends the payload's
 * publisher when the request ends. The last piece is held until the publisher has completed, so
 * that an engine never has the whole of a payload that failed.
 *
 * <p>Threads: those of the HTTP client and of the publisher; {@link #abandon} by any.
 */
final class OutgoingPayload implements HttpRequest.BodyPublisher {

    /** What the attempt wants to know. Called without locks. */
    interface Listener {

        /** The engine is waited for: bytes have been handed over, and no more are asked for. */
        void onHandedOver(int bytes);

        /** The publisher is waited for. */
        void onAsked();

        /** All is sent, these bytes the last ones. */
        void onSent(int bytes);
    }

    private final S3Payload payload;
    private final Signature chunks;
    private final Listener listener;
    private final long length;

    // Guarded by this.
    private Flow.Subscription source;
    private Flow.Subscriber<? super ByteBuffer> target;
    private boolean isTaken;
    private boolean isOver;
    /** Once true this is always true. */
    private boolean isWhole;
    private Throwable failure;
    private long left;

    /** @param chunks what signed the head, if each chunk is signed; else null */
    OutgoingPayload(S3Payload payload, Signature chunks, Listener listener) {
        this.payload = payload;
        this.chunks = chunks;
        this.listener = listener;
        this.left = payload.length();
        this.length = chunks == null ? left : SignedChunks.encodedLength(left);
    }

    @Override
    public long contentLength() {
        return length;
    }

    /** Whether the client has begun to read it: the engine may have got some of it. */
    synchronized boolean isTaken() {
        return isTaken;
    }

    /** Whether all of it has been handed over: the engine may have got the whole request. */
    synchronized boolean isWhole() {
        return isWhole;
    }

    /** Why the publisher failed; null if it didn't. */
    synchronized Throwable failure() {
        return failure;
    }

    /** Tells the publisher that no more is wanted. */
    void abandon() {
        Flow.Subscription cancelled;
        synchronized (this) {
            cancelled = isOver ? null : source;
            isOver = true;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    /**
     * The same, and ends the request if it is still being sent: an engine may have answered before
     * it had all, and the JDK's client would go on, and hold the connection.
     */
    void breakOff() {
        Flow.Subscriber<? super ByteBuffer> cut;
        synchronized (this) {
            cut = isOver ? null : target;
        }
        abandon();
        if (cut != null) {
            cut.onError(new IOException("answered before the end of the payload"));
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        boolean isRefused;
        synchronized (this) {
            isRefused = isOver || isTaken && !payload.isReplayable();
            isTaken = true;
            left = payload.length();
        }
        if (isRefused) {
            subscriber.onSubscribe(new NoSubscription());
            subscriber.onError(new IllegalStateException("the payload can't be sent again"));
            return;
        }
        listener.onHandedOver(0);
        if (payload.isReplayable()) {
            new Pieces(payload.pieces()).subscribe(new Sending(subscriber));
        } else if (chunks == null) {
            payload.publisher().subscribe(new Sending(subscriber));
        } else {
            SignedChunks signed = new SignedChunks(chunks);
            signed.subscribe(subscriber);
            payload.publisher().subscribe(new Sending(signed));
        }
    }

    /** Between a publisher and the client. */
    private final class Sending implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private Flow.Subscription mine;
        /** What the request would be whole with, until the publisher has said that it is. */
        private ByteBuffer last;

        Sending(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            boolean isLate;
            synchronized (OutgoingPayload.this) {
                isLate = isOver || mine != null;
                if (!isLate) {
                    source = subscription;
                    target = subscriber;
                    mine = subscription;
                }
            }
            if (isLate) {
                subscription.cancel();
            } else {
                subscriber.onSubscribe(this);
            }
        }

        @Override
        public void onNext(ByteBuffer piece) {
            boolean isTooMuch;
            synchronized (OutgoingPayload.this) {
                if (isOver) {
                    return;
                }
                left -= piece.remaining();
                isTooMuch = left < 0;
                if (left == 0 && piece.hasRemaining()) { // what is empty behind it isn't the last
                    last = piece;
                }
            }
            if (isTooMuch) {
                mine.cancel();
                onError(new IllegalStateException("the payload is longer than "
                        + payload.length() + " bytes"));
            } else if (last != null) {
                mine.request(1); // for one that is too much, which must not be waited for
            } else {
                listener.onHandedOver(piece.remaining());
                subscriber.onNext(piece);
            }
        }

        @Override
        public void onError(Throwable cause) {
            synchronized (OutgoingPayload.this) {
                if (isOver) {
                    return;
                }
                isOver = true;
                failure = cause;
            }
            subscriber.onError(cause);
        }

        @Override
        public void onComplete() {
            long missing;
            synchronized (OutgoingPayload.this) {
                if (isOver) {
                    return;
                }
                missing = left;
                isOver = missing == 0;
                isWhole = isOver;
            }
            if (missing > 0) {
                onError(new IllegalStateException("the payload is " + missing
                        + " bytes shorter than " + payload.length()));
                return;
            }
            listener.onSent(last.remaining());
            subscriber.onNext(last);
            subscriber.onComplete();
        }

        @Override
        public void request(long count) {
            boolean isWaiting;
            synchronized (OutgoingPayload.this) {
                isWaiting = !isOver;
            }
            if (isWaiting) {
                listener.onAsked();
            }
            mine.request(count);
        }

        @Override
        public void cancel() {
            abandon();
        }
    }

    /** Of a subscriber that only gets an error. */
    private static final class NoSubscription implements Flow.Subscription {

        @Override
        public void request(long count) {
            // The error is on its way.
        }

        @Override
        public void cancel() {
            // There is nothing to end.
        }
    }
}
