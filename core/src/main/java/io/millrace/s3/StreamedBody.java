package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.LongConsumer;

/**
 * A response's body that goes to one subscriber as it arrives, and no faster than it is asked for.
 *
 * <p>Threads: those of the HTTP client and of the subscriber; the watch's.
 */
final class StreamedBody
        implements HttpResponse.BodySubscriber<ReplyBody>, Flow.Publisher<ByteBuffer> {

    /** As much is read and dropped so that a connection can be used again. */
    static final long DRAINED_BYTES = 64 * 1024;

    private final long length;
    private final long progressNs;
    private final LongConsumer onBytes;
    private final Runnable onEnd;

    // Guarded by this.
    private final ArrayDeque<ByteBuffer> ready = new ArrayDeque<>();
    private Flow.Subscription source;
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long demand;
    private long received;
    private boolean isClaimed;
    private boolean isDropping;
    private boolean asked;
    private boolean isComplete;
    private Throwable failure;
    private boolean isOver;
    private boolean isDraining;
    private boolean hasEnded;
    /** Since when the engine, or the first subscriber, is waited for. */
    private long sinceNs = System.nanoTime();

    /**
     * A body to come.
     *
     * @param length -1 if unknown
     * @param progressNs how long the engine may send nothing that is asked for, and the body may go
     *     without a subscriber
     * @param onBytes told how many have come
     * @param onEnd called once, when the exchange with the engine is over
     */
    StreamedBody(long length, long progressNs, LongConsumer onBytes, Runnable onEnd) {
        this.length = length;
        this.progressNs = progressNs;
        this.onBytes = onBytes;
        this.onEnd = onEnd;
    }

    // the subscriber's side

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        boolean isSecond;
        synchronized (this) {
            isSecond = isClaimed;
            isClaimed = true;
        }
        subscriber.onSubscribe(new Taking(isSecond));
        if (isSecond) {
            subscriber.onError(new IllegalStateException("the body has been read or given up"));
            return;
        }
        synchronized (this) {
            this.subscriber = subscriber; // only now: no signal comes before onSubscribe
        }
        drain();
    }

    /** Gives the body up. Does nothing if it has been subscribed to. */
    void discard() {
        boolean isShort;
        synchronized (this) {
            if (isClaimed) {
                return;
            }
            isClaimed = true;
            isShort = length >= 0 && length <= DRAINED_BYTES;
            isDropping = isShort;
        }
        if (isShort) {
            drain();
        } else {
            cancel();
        }
    }

    private void cancel() {
        Flow.Subscription cancelled;
        synchronized (this) {
            isOver = true;
            ready.clear();
            cancelled = isComplete || failure != null ? null : source;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
        end();
    }

    private void end() {
        synchronized (this) {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
        }
        onEnd.run();
    }

    /** Gives up an engine that sends nothing, and a body that nothing reads. */
    void expire(long nowNs) {
        boolean isStuck;
        synchronized (this) {
            boolean isWaiting = asked || !isClaimed;
            isStuck = isWaiting && !isComplete && failure == null && !isOver
                    && nowNs - sinceNs > progressNs;
        }
        if (isStuck) {
            fail(new S3Exception(Kind.TIMEOUT, false, "the engine sent nothing more of a body for "
                    + progressNs / 1_000_000 + " ms", null));
        }
    }

    /** Ends the body with a failure, and the exchange with it. */
    void fail(S3Exception cause) {
        Flow.Subscription cancelled;
        synchronized (this) {
            if (isOver || isComplete || failure != null) {
                return;
            }
            failure = cause;
            cancelled = source;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
        end();
        drain();
    }

    // the HTTP client's side

    @Override
    public CompletionStage<ReplyBody> getBody() {
        return CompletableFuture.completedStage(new ReplyBody(null, false, this));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean isUnwanted;
        synchronized (this) {
            isUnwanted = isOver || failure != null || source != null;
            if (!isUnwanted) {
                source = subscription;
            }
        }
        if (isUnwanted) {
            subscription.cancel();
        } else {
            drain();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        long bytes = 0;
        synchronized (this) {
            asked = false;
            for (ByteBuffer piece : pieces) {
                bytes += piece.remaining();
                if (piece.hasRemaining() && !isDropping && !isOver) {
                    ready.add(piece);
                }
            }
            received += bytes;
        }
        onBytes.accept(bytes);
        drain();
    }

    @Override
    public void onError(Throwable cause) {
        synchronized (this) {
            if (failure == null) {
                failure = new S3Exception(Kind.RESET, false, "the body ended after " + received
                        + " of " + (length < 0 ? "unknown" : length) + " bytes", cause);
            }
        }
        end();
        drain();
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            if (length >= 0 && received != length && failure == null) {
                failure = new S3Exception(Kind.RESET, false, "the body ended after " + received
                        + " of " + length + " bytes", null);
            }
            isComplete = true;
        }
        end();
        drain();
    }

    /** Passes on what may be passed on, by one thread at a time and without the lock. */
    private void drain() {
        synchronized (this) {
            if (isDraining) {
                return; // who drains looks again, with the lock, before it ends
            }
            isDraining = true;
        }
        while (true) {
            ByteBuffer next = null;
            Flow.Subscription more = null;
            boolean isEnd = false;
            synchronized (this) {
                boolean isWanted = isDropping || subscriber != null && demand > 0;
                if (!isOver && failure != null && (subscriber != null || isDropping)) {
                    isOver = true;
                    ready.clear();
                    isEnd = true;
                } else if (!isOver && ready.isEmpty() && isComplete
                        && (subscriber != null || isDropping)) {
                    isOver = true;
                    isEnd = true;
                } else if (!isOver && !ready.isEmpty() && isWanted && !isDropping) {
                    next = ready.poll();
                    demand--;
                } else if (!isOver && ready.isEmpty() && isWanted && !asked && source != null
                        && !isComplete) {
                    asked = true;
                    sinceNs = System.nanoTime();
                    more = source;
                } else {
                    isDraining = false;
                    return;
                }
            }
            if (more != null) {
                more.request(1);
            } else if (next != null) {
                pass(next);
            } else if (isEnd && subscriber != null) {
                signalEnd();
            }
        }
    }

    private void pass(ByteBuffer piece) {
        try {
            subscriber.onNext(piece);
        } catch (RuntimeException | Error e) { // no memory, for one
            Flow.Subscription cancelled;
            synchronized (this) {
                cancelled = isComplete || failure != null ? null : source;
                failure = e;
            }
            if (cancelled != null) {
                cancelled.cancel();
            }
            end();
        }
    }

    private void signalEnd() {
        if (failure != null) {
            subscriber.onError(failure);
        } else {
            subscriber.onComplete();
        }
    }

    /** The subscriber's handle. */
    private final class Taking implements Flow.Subscription {

        private final boolean isDead;

        Taking(boolean isDead) {
            this.isDead = isDead;
        }

        @Override
        public void request(long count) {
            if (isDead) {
                return;
            }
            synchronized (StreamedBody.this) {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            }
            drain();
        }

        @Override
        public void cancel() {
            if (!isDead) {
                StreamedBody.this.cancel();
            }
        }
    }
}
