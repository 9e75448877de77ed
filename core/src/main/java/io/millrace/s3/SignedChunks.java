package io.millrace.s3;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/**
 * A payload in chunks, each with a signature that follows the one before
 * (STREAMING-AWS4-HMAC-SHA256-PAYLOAD). The pieces of a chunk are held until it is whole, as its
 * signature stands before it, and are passed on as they are.
 *
 * <p>All chunks but the last are of the same size, so that the length is known before the first
 * byte. A subscriber's demand is kept: what it has not asked for stays here, one chunk at most, and
 * nothing more is asked of the publisher.
 *
 * <p>Threads: those of the publisher and of the subscriber, whose signals are serialized here.
 */
final class SignedChunks implements Flow.Processor<ByteBuffer, ByteBuffer>, Flow.Subscription {

    /** AWS takes 8 KiB and more; a signature for 64 KiB costs a hundredth of what hashing does. */
    static final int CHUNK_BYTES = 64 * 1024;

    private static final int SIGNATURE_LETTERS = 64;
    private static final String EXTENSION = ";chunk-signature=";
    private static final String CRLF = "\r\n";

    private final Signature signature;
    private final int chunkBytes;
    private Flow.Subscriber<? super ByteBuffer> subscriber;

    // Guarded by this.
    private final ArrayDeque<ByteBuffer> ready = new ArrayDeque<>();
    private List<ByteBuffer> gathered = new ArrayList<>();
    private long gatheredBytes;
    private String before;
    private boolean isFirst = true;
    private Flow.Subscription source;
    private long demand;
    private boolean asked;
    private boolean isComplete;
    private Throwable failure;
    private boolean isOver;
    private boolean isDraining;

    SignedChunks(Signature signature) {
        this(signature, CHUNK_BYTES);
    }

    SignedChunks(Signature signature, int chunkBytes) {
        this.signature = signature;
        this.chunkBytes = chunkBytes;
        this.before = signature.text();
    }

    /** What a payload of that length is as chunks. */
    static long encodedLength(long length) {
        return encodedLength(length, CHUNK_BYTES);
    }

    static long encodedLength(long length, int chunkBytes) {
        long whole = length / chunkBytes * (chunkBytes + overhead(chunkBytes));
        long rest = length % chunkBytes;
        return whole + (rest == 0 ? 0 : rest + overhead(rest)) + overhead(0);
    }

    private static long overhead(long bytes) {
        return Long.toHexString(bytes).length() + EXTENSION.length() + SIGNATURE_LETTERS
                + 2L * CRLF.length();
    }

    // the subscriber's side

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long count) {
        synchronized (this) {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        }
        drain();
    }

    @Override
    public void cancel() {
        Flow.Subscription cancelled;
        synchronized (this) {
            isOver = true;
            ready.clear();
            gathered.clear();
            cancelled = isComplete ? null : source;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    // the publisher's side

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean isUnwanted;
        synchronized (this) {
            isUnwanted = isOver || source != null;
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
    public void onNext(ByteBuffer piece) {
        synchronized (this) {
            asked = false;
            ByteBuffer rest = piece.slice();
            while (rest.hasRemaining() && !isOver) {
                int count = (int) Math.min(rest.remaining(), chunkBytes - gatheredBytes);
                gathered.add(rest.slice(rest.position(), count));
                gatheredBytes += count;
                rest.position(rest.position() + count);
                if (gatheredBytes == chunkBytes) {
                    seal();
                }
            }
        }
        drain();
    }

    @Override
    public void onError(Throwable cause) {
        synchronized (this) {
            failure = cause;
        }
        drain();
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            if (!isOver && !isComplete) {
                isComplete = true;
                if (gatheredBytes > 0) {
                    seal();
                }
                seal();
                ready.add(bytes(CRLF));
            }
        }
        drain();
    }

    /** Makes a chunk of what has been gathered; of nothing, the one that ends all. */
    private void seal() {
        before = signature.ofChunk(before, Hashing.hash(gathered));
        ready.add(bytes((isFirst ? "" : CRLF) + Long.toHexString(gatheredBytes) + EXTENSION
                + before + CRLF));
        ready.addAll(gathered);
        isFirst = false;
        gathered = new ArrayList<>();
        gatheredBytes = 0;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Passes on what may be passed on, by one thread at a time and without the lock. */
    private void drain() {
        synchronized (this) {
            if (isDraining) {
                return; // which looks again, with the lock, before it ends
            }
            isDraining = true;
        }
        while (true) {
            ByteBuffer next = null;
            Flow.Subscription more = null;
            Throwable failed = null;
            boolean isEnd = false;
            synchronized (this) {
                if (isOver) {
                    isDraining = false;
                    return;
                }
                if (failure != null) {
                    failed = failure;
                    isOver = true;
                } else if (ready.isEmpty() && isComplete) {
                    isEnd = true;
                    isOver = true;
                } else if (!ready.isEmpty() && demand > 0) {
                    next = ready.poll();
                    demand--;
                } else if (ready.isEmpty() && demand > 0 && !asked && source != null) {
                    asked = true;
                    more = source;
                } else {
                    isDraining = false;
                    return;
                }
            }
            if (failed != null) {
                subscriber.onError(failed);
            } else if (isEnd) {
                subscriber.onComplete();
            } else if (next != null) {
                subscriber.onNext(next);
            } else {
                more.request(1);
            }
        }
    }
}
