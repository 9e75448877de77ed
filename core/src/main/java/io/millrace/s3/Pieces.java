package io.millrace.s3;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/**
 * Publishes pieces that are in memory, as often as they are asked for.
 *
 * <p>Threads: any.
 */
final class Pieces implements Flow.Publisher<ByteBuffer> {

    private final List<ByteBuffer> pieces;

    Pieces(List<ByteBuffer> pieces) {
        this.pieces = pieces;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Sending(subscriber));
    }

    /** One subscriber's way through the pieces. */
    private final class Sending implements Flow.Subscription {

        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private int next;
        private long demand;
        private boolean isSending;
        private boolean isOver;

        Sending(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                if (isSending) {
                    return; // asked for within onNext
                }
                isSending = true;
            }
            while (true) {
                ByteBuffer piece;
                synchronized (this) {
                    boolean isEnd = next == pieces.size();
                    if (isOver || !isEnd && demand == 0) {
                        isSending = false;
                        return;
                    }
                    isOver = isEnd;
                    piece = isEnd ? null : pieces.get(next++).duplicate();
                    demand--;
                }
                if (piece == null) {
                    subscriber.onComplete();
                } else {
                    subscriber.onNext(piece);
                }
            }
        }

        @Override
        public synchronized void cancel() {
            isOver = true;
        }
    }
}
