package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Hands a body to a subscriber as fast as it asks for it. Threads: the worker; {@link #request} and
 * {@link #cancel} by any.
 */
final class PublishingExchange implements Exchange, PacedSink, Flow.Subscription {

    private static final int PIECE_BYTES = 32 * 1024;

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final CompletionStage<Response> answer;
    /** The worker's. */
    private boolean subscribed;

    // Below: guarded by this.
    private long demand;
    /** Once true this is always true. */
    private boolean cancelled;
    /** Why the subscriber has to be told of an error; null if it need not. */
    private IllegalArgumentException wrongDemand;
    /** The worker's, to be run once when there is demand; null if it doesn't wait. */
    private Runnable callback;

    PublishingExchange(Flow.Subscriber<? super ByteBuffer> subscriber,
            CompletionStage<Response> answer) {
        this.subscriber = Objects.requireNonNull(subscriber);
        this.answer = Objects.requireNonNull(answer);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() {
        subscribe();
        return this;
    }

    private void subscribe() {
        subscribed = true;
        subscriber.onSubscribe(this);
    }

    @Override
    public synchronized int room() {
        // Where the body ends early, the next write says why.
        return demand > 0 || cancelled || wrongDemand != null ? PIECE_BYTES : 0;
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (room() == 0) {
                this.callback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (this) {
            if (wrongDemand != null) {
                throw new IOException(wrongDemand);
            }
            if (cancelled) {
                throw new IOException("the subscriber wants no more of the body");
            }
            demand--;
        }
        int count = source.remaining();
        subscriber.onNext(ByteBuffer.allocate(count).put(source).flip());
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }

    @Override
    public Response complete() {
        if (!subscribed) {
            subscribe(); // no body, and so nobody has asked where it goes
        }
        boolean wanted;
        synchronized (this) {
            wanted = !cancelled;
            cancelled = true;
        }
        if (wanted) {
            subscriber.onComplete();
        }
        return Response.later(answer);
    }

    @Override
    public Response abandon(Throwable cause) {
        boolean wanted;
        Throwable told;
        synchronized (this) {
            wanted = !cancelled;
            cancelled = true;
            told = wrongDemand != null ? wrongDemand : cause;
        }
        if (wanted) {
            subscriber.onError(told);
            answer.thenAccept(Response::discard);
            return null;
        }
        return Response.later(answer);
    }

    // any thread

    @Override
    public void request(long count) {
        Runnable told;
        synchronized (this) {
            if (count <= 0) {
                // Reactive streams 3.9: signalled as an error, not thrown.
                wrongDemand = new IllegalArgumentException("demand must be positive: " + count);
            } else {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            }
            told = takeCallback();
        }
        run(told);
    }

    @Override
    public void cancel() {
        Runnable told;
        synchronized (this) {
            cancelled = true;
            told = takeCallback();
        }
        run(told);
    }

    private Runnable takeCallback() {
        Runnable taken = callback;
        callback = null;
        return taken;
    }

    private static void run(Runnable told) {
        if (told != null) {
            told.run();
        }
    }
}
