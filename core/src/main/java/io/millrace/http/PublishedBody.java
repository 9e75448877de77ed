package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * A body of unknown length from a publisher, which is asked for the next buffer when one has been
 * sent. Threads: one worker, and those of the publisher.
 */
final class PublishedBody implements Body, Flow.Subscriber<ByteBuffer> {

    /** Buffers asked for ahead, so that the next one is there when one has been sent. */
    private static final int AHEAD = 2;

    private final Flow.Publisher<? extends ByteBuffer> publisher;
    private boolean subscribed;

    // Below: guarded by this.
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    /** Null until the publisher has called onSubscribe. */
    private Flow.Subscription subscription;
    /** Buffers that were asked for and have not come. */
    private long demand;
    /** Once true this is always true. */
    private boolean ended;
    private boolean closed;
    /** The argument of onError; null while there was none. */
    private Throwable failure;
    /** The worker's, to be run once when there is something to read; null if it doesn't wait. */
    private Runnable callback;

    PublishedBody(Flow.Publisher<? extends ByteBuffer> publisher) {
        this.publisher = Objects.requireNonNull(publisher);
    }

    // worker thread

    @Override
    public long length() {
        return UNKNOWN_LENGTH;
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
            while (!buffers.isEmpty() && target.hasRemaining()) {
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
            if (total == 0 && buffers.isEmpty()) {
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

    @Override
    public void whenReadable(Runnable callback) {
        synchronized (this) {
            boolean waits = buffers.isEmpty() && !ended && failure == null;
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
            breakOff(new NullPointerException(publisher.getClass().getName()
                    + " published null"));
            throw new NullPointerException("buffer"); // reactive streams 2.13
        }
        boolean empty = !buffer.hasRemaining();
        boolean isUnasked;
        synchronized (this) {
            if (closed || ended || failure != null) {
                return;
            }
            isUnasked = demand == 0;
            if (!isUnasked) {
                demand--;
            }
            if (!isUnasked && !empty) {
                buffers.addLast(buffer.duplicate()); // the caller may use its position
            }
            told = isUnasked || empty ? null : takeCallback();
        }
        if (isUnasked) {
            // Reactive streams 1.1. Buffers that were never requested would fill the heap.
            breakOff(new IllegalStateException(publisher.getClass().getName()
                    + " published more buffers than requested"));
            return;
        }
        if (empty) {
            ask(subscription, 1);
        }
        run(told);
    }

    @Override
    public void onError(Throwable failure) {
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
