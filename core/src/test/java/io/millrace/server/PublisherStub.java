package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;

/** Publishes what it is told, as far as it is asked for. */
final class PublisherStub implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    Flow.Subscriber<? super ByteBuffer> subscriber;
    long demand;
    int subscriptions;
    int cancels;

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriptions++;
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long count) {
        demand += count;
    }

    @Override
    public void cancel() {
        cancels++;
    }

    void next(String text) {
        assertTrue(demand > 0, "nobody has asked");
        demand--;
        subscriber.onNext(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
