package io.millrace.s3;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * A response's body that is read into memory, up to a bound; what follows is left.
 *
 * <p>Threads: one of the HTTP client's at a time.
 */
final class CollectedBody implements HttpResponse.BodySubscriber<ReplyBody> {

    private final int maxBytes;
    private final Runnable onProgress;
    private final CompletableFuture<ReplyBody> whole = new CompletableFuture<>();
    private Flow.Subscription subscription;
    private byte[] bytes = new byte[0];
    private int length;

    /** @param onProgress called for each piece */
    CollectedBody(int maxBytes, Runnable onProgress) {
        this.maxBytes = maxBytes;
        this.onProgress = onProgress;
    }

    @Override
    public CompletionStage<ReplyBody> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        onProgress.run();
        for (ByteBuffer piece : pieces) {
            if (whole.isDone()) {
                return;
            }
            int count = Math.min(piece.remaining(), maxBytes - length);
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(maxBytes,
                        Math.max(length + count, 2 * bytes.length)));
            }
            piece.get(bytes, length, count);
            length += count;
            if (piece.hasRemaining()) {
                subscription.cancel();
                whole.complete(new ReplyBody(bytes, true, null));
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(new ReplyBody(Arrays.copyOf(bytes, length), false, null));
    }
}
