package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A payload of pieces that counts, and does what it is told at one of them. */
final class PayloadSource implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    static final int PIECE_BYTES = 16 * 1024;

    final CompletableFuture<Void> subscribed = new CompletableFuture<>();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final long length;
    private final long failAt;
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long sent;
    private boolean isEnded;

    PayloadSource(long length) {
        this(length, -1);
    }

    /** @param failAt after as many bytes it fails; -1 for never */
    PayloadSource(long length, long failAt) {
        this.length = length;
        this.failAt = failAt;
    }

    /** A PUT of it as the object {@code a}. */
    S3Put put(boolean isExpecting) {
        return new S3Put("a", Map.of(), S3Payload.streamed(length, this), isExpecting);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> given) {
        assertFalse(subscribed.isDone(), "subscribed twice");
        subscriber = given;
        given.onSubscribe(this);
        subscribed.complete(null);
    }

    synchronized long sent() {
        return sent;
    }

    @Override
    public void request(long count) {
        for (long i = 0; i < count; i++) {
            int size;
            synchronized (this) {
                if (isEnded) {
                    return;
                }
                if (sent == failAt) {
                    isEnded = true;
                    size = -1;
                } else {
                    size = (int) Math.min(PIECE_BYTES, length - sent);
                    sent += size;
                    isEnded = sent == length;
                }
            }
            if (size < 0) {
                subscriber.onError(new IOException("the client has left"));
                return;
            }
            subscriber.onNext(ByteBuffer.allocate(size));
            if (isEnded) {
                subscriber.onComplete();
            }
        }
    }

    @Override
    public void cancel() {
        cancelled.complete(null);
    }
}
