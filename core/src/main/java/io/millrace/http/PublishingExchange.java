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

    /** Most bytes that one buffer brings. // decision 366 */
    private static final int PIECE_BYTES = 64 * 1024;

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final CompletionStage<Response> response;
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
    /** The worker's, to be run once when no more is wanted; null if it doesn't wait. */
    private Runnable closeCallback;

    PublishingExchange(Flow.Subscriber<? super ByteBuffer> subscriber,
            CompletionStage<Response> response) {
        this.subscriber = Objects.requireNonNull(subscriber);
        this.response = Objects.requireNonNull(response);
    }

    // worker thread

    @Override
    public WritableByteChannel sink() {
        tell(this::subscribe);
        return this;
    }

    private void subscribe() {
        subscribed = true;
        subscriber.onSubscribe(this);
    }

    @Override
    public synchronized int room() {
        return demand > 0 ? PIECE_BYTES : 0;
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (demand == 0 && isOpen()) {
                this.callback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public void whenClosed(Runnable callback) {
        synchronized (this) {
            if (isOpen()) {
                closeCallback = callback;
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
                throw new IOException("the subscriber cancelled the subscription");
            }
            demand--;
        }
        int count = source.remaining();
        subscriber.onNext(ByteBuffer.allocate(count).put(source).flip());
        return count;
    }

    @Override
    public synchronized boolean isOpen() {
        return !cancelled && wrongDemand == null;
    }

    @Override
    public void close() {
    }

    @Override
    public Response complete() {
        if (!subscribed) {
            tell(this::subscribe); // no body, so the server did not ask for a sink
        }
        if (wrongDemand() != null) {
            abandon(Abandonment.SINK_FAILED, wrongDemand());
            throw wrongDemand();
        }
        if (end()) {
            tell(subscriber::onComplete);
        }
        return Response.later(response);
    }

    /** Calls the subscriber; what it throws takes the place of its response. */
    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            Response.later(response).discard();
            throw e;
        }
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        if (!end()) {
            return Response.later(response);
        }
        Response.later(response).discard();
        if (!subscribed) {
            subscribe(); // reactive streams 1.9: before anything else
        }
        IllegalArgumentException own = wrongDemand();
        subscriber.onError(own != null ? own : cause);
        return null;
    }

    /** Ends the calls to the subscriber; returns whether it has yet to be told of the end. */
    private synchronized boolean end() {
        boolean first = !cancelled;
        cancelled = true;
        return first;
    }

    private synchronized IllegalArgumentException wrongDemand() {
        return wrongDemand;
    }

    // any thread

    @Override
    public void request(long count) {
        Runnable told;
        synchronized (this) {
            if (!isOpen()) {
                return; // reactive streams 3.6
            }
            if (count <= 0) {
                // Reactive streams 3.9: signalled as an error, not thrown.
                wrongDemand = new IllegalArgumentException(
                        "Subscription.request: count must be positive: " + count);
                told = closeCallback;
            } else {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                told = callback;
                callback = null;
            }
        }
        run(told);
    }

    @Override
    public void cancel() {
        Runnable told;
        synchronized (this) {
            if (!isOpen()) {
                return;
            }
            cancelled = true;
            told = closeCallback;
        }
        run(told);
    }

    private static void run(Runnable told) {
        if (told != null) {
            told.run();
        }
    }
}
