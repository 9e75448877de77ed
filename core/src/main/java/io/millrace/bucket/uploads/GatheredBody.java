package io.millrace.bucket.uploads;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Gathers a small body that comes from the engine. Threads: those of its publisher, one at a time.
 */
final class GatheredBody implements Flow.Subscriber<ByteBuffer> {

    private final int maxBytes;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private Flow.Subscription subscription;
    private int bytes;

    private GatheredBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** All bytes of a body; fails if it has more than the most, or doesn't come as a whole. */
    static CompletableFuture<byte[]> of(Flow.Publisher<ByteBuffer> body, int maxBytes) {
        GatheredBody gathered = new GatheredBody(maxBytes);
        body.subscribe(gathered);
        return gathered.whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {
        bytes += piece.remaining();
        if (bytes > maxBytes) {
            subscription.cancel();
            whole.completeExceptionally(new IOException("an object of an upload has more than "
                    + maxBytes + " bytes"));
        } else {
            pieces.add(piece);
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        try {
            whole.complete(all());
        } catch (OutOfMemoryError e) { // who waits for it is to hear of it
            whole.completeExceptionally(e);
        }
    }

    private byte[] all() {
        byte[] all = new byte[bytes];
        int from = 0;
        for (ByteBuffer piece : pieces) {
            int count = piece.remaining();
            piece.get(all, from, count);
            from += count;
        }
        return all;
    }
}
