package io.millrace.bucket;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A body that is kept back behind its head, which is on its way, until a gate opens.
 *
 * <p>Threads: those of the engine's client, and the one that opens the gate.
 */
final class HeldBody implements Flow.Publisher<ByteBuffer> {

    private final byte[] bytes;
    private final CompletableFuture<Void> gate;
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    /** @param gate completed when the bytes may go */
    HeldBody(byte[] bytes, CompletableFuture<Void> gate) {
        this.bytes = bytes;
        this.gate = gate;
    }

    /** Completes once the client asks for bytes, which it does after the head, or wants none. */
    CompletableFuture<Void> asked() {
        return asked;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long count) {
                asked.complete(null);
            }

            @Override
            public void cancel() {
                asked.complete(null);
            }
        });
        asked.runAfterBoth(gate, () -> {
            subscriber.onNext(ByteBuffer.wrap(bytes)); // after a cancellation it is ignored
            subscriber.onComplete();
        });
    }
}
