package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * A body from a publisher, which is asked for the next buffer when one has been sent. Of a body of
 * known length the last buffer waits for the publisher's onComplete, so that neither an onError
 * behind all bytes nor a byte too many passes for success. // decision 365
 *
 * <p>Threads: one worker, and those of the publisher.
 */
final class PublishedBody implements Body, Flow.Subscriber<ByteBuffer> {

    /** Buffers asked for ahead, so that the next one is there when one has been sent. */
    private static final int AHEAD = 2;

    private final Flow.Publisher<? extends ByteBuffer> publisher;
    /** In bytes, or {@link #UNKNOWN_LENGTH}. */
    private final long length;
    private boolean subscribed;

    // Below: guarded by this.
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    /** Null until the publisher has called onSubscribe. */
    private Flow.Subscription subscription;
    /** Buffers that were asked for and have not come. */
    private long demand;
    /** Bytes that have come. */
    private long published;
    /** Once true this is always true. */
    private boolean ended;
    private boolean closed;
    /** The argument of onError; null while there was none. */
    private Throwable failure;
    /** The worker's, to be run once when there is something to read; null if it doesn't wait. */
    private Runnable callback;

    /** @param length in bytes, or {@link #UNKNOWN_LENGTH} */
    PublishedBody(Flow.Publisher<? extends ByteBuffer> publisher, long length) {
        this.publisher = Objects.requireNonNull(publisher);
        this.length = length;
    }

    static PublishedBody sized(Flow.Publisher<? extends ByteBuffer> publisher, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        return new PublishedBody(publisher, length);
    }

    // worker thread

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (!subscribed) {
            subscribed = true;
            publisher.subscribe(this);
        }
        int total = 0;
        int used = 0;
        Flow.Subscription asked;
        synchronized (this) {
            while (isReadable() && target.hasRemaining()) {
                ByteBuffer first = buffers.peekFirst();
                int count = Math.min(first.remaining(), target.remaining());
                target.put(target.position(), first, first.position(), count);
                target.position(target.position() + count);
                first.position(first.position() + count);
                total += count;
                if (!first.hasRemaining()) {
                    buffers.removeFirst();
                    used++;
                }
            }
            if (total == 0 && !isReadable()) {
                if (failure != null) {
                    throw new IOException("the publisher failed", failure);
                }
                if (ended) {
                    return -1;
                }
            }
            asked = subscription;
        }
        if (used > 0) {
            ask(asked, used);
        }
        return total;
    }

    /** Whether there is a buffer that need not wait for the end; guarded by this. */
    private boolean isReadable() {
        return buffers.size() > (published == length && !ended ? 1 : 0);
    }

    @Override
    public void whenReadable(Runnable callback) {
        synchronized (this) {
            boolean waits = !isReadable() && !ended && failure == null;
            this.callback = waits ? callback : null;
            if (waits) {
                return;
            }
        }
        callback.run();
    }

    @Override
    public void close() {
        Flow.Subscription cancelled;
        synchronized (this) {
            closed = true;
            buffers.clear();
            cancelled = ended || failure != null ? null : subscription;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    // the publisher's threads

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (subscription == null) {
            throw brokenByNull(" gave null for a subscription");
        }
        boolean unwanted;
        synchronized (this) {
            // Reactive streams 2.5: a second subscription is cancelled.
            unwanted = closed || this.subscription != null;
            if (!unwanted) {
                this.subscription = subscription;
            }
        }
        if (unwanted) {
            subscription.cancel();
        } else {
            ask(subscription, AHEAD);
        }
    }

    @Override
    public void onNext(ByteBuffer buffer) {
        Runnable told;
        if (buffer == null) {
            throw brokenByNull(" published null");
        }
        boolean empty = !buffer.hasRemaining();
        String broken;
        synchronized (this) {
            if (closed || ended || failure != null) {
                return;
            }
            broken = broken(buffer.remaining());
            if (broken == null) {
                demand--;
                published += buffer.remaining();
            }
            if (broken == null && !empty) {
                buffers.addLast(buffer.duplicate()); // the caller may use its position
            }
            told = broken != null || !isReadable() ? null : takeCallback();
        }
        if (broken != null) {
            breakOff(new IllegalStateException(publisher.getClass().getName() + broken));
            return;
        }
        if (empty) {
            ask(subscription, 1);
        }
        run(told);
    }

    /** How another buffer would break the contract; null if it doesn't. Guarded by this. */
    private String broken(int bytes) {
        if (demand == 0) {
            // Reactive streams 1.1. Buffers that were never requested would fill the heap.
            return " published more buffers than requested";
        }
        return length != UNKNOWN_LENGTH && bytes > length - published
                ? " published more than " + length + " bytes, the length that was set" : null;
    }

    @Override
    public void onError(Throwable failure) {
        if (failure == null) {
            throw brokenByNull(" failed with null");
        }
        Runnable told;
        synchronized (this) {
            this.failure = failure;
            told = takeCallback();
        }
        run(told);
    }

    @Override
    public void onComplete() {
        Runnable told;
        synchronized (this) {
            ended = true;
            told = takeCallback();
        }
        run(told);
    }

    /** What the publisher gets for a null (reactive streams 2.13), which ends the body. */
    private NullPointerException brokenByNull(String how) {
        NullPointerException broken =
                new NullPointerException(publisher.getClass().getName() + how);
        breakOff(broken);
        return broken;
    }

    /** Ends a body whose publisher broke its contract. */
    private void breakOff(RuntimeException broken) {
        Flow.Subscription cancelled;
        synchronized (this) {
            cancelled = subscription;
        }
        onError(broken);
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    private void ask(Flow.Subscription asked, int buffers) {
        synchronized (this) {
            demand += buffers;
        }
        asked.request(buffers);
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
