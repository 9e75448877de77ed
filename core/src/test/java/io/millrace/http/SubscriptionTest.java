package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an application may do with a subscription at any time (reactive streams, section 3). */
class SubscriptionTest {

    /** What a subscriber of a request's body is told. */
    private static class Subscriber implements Flow.Subscriber<ByteBuffer> {

        private final List<String> told = new ArrayList<>();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            told.add(buffer.remaining() + " bytes");
        }

        @Override
        public void onError(Throwable failure) {
            told.add("error");
        }

        @Override
        public void onComplete() {
            told.add("end");
        }
    }

    private final Subscriber subscriber = new Subscriber();
    private final PublishingExchange exchange =
            new PublishingExchange(subscriber, new CompletableFuture<>());

    @Test
    void demandWithoutAnEndMayBeToldTwice() throws IOException {
        exchange.sink();
        assertEquals(0, exchange.room());
        subscriber.subscription.request(Long.MAX_VALUE);
        subscriber.subscription.request(Long.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            assertTrue(exchange.room() > 0);
            exchange.write(ByteBuffer.allocate(i + 1));
        }
        assertEquals(List.of("1 bytes", "2 bytes", "3 bytes"), subscriber.told);
    }

    @Test
    void responseBehindASubscriberThatFailsAtItsBeginIsClosed() {
        Subscriber failing = new Subscriber() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                throw new IllegalStateException("meant");
            }
        };
        for (boolean hasBody : new boolean[] {true, false}) {
            CountingBody body = new CountingBody(Body.empty());
            PublishingExchange failed = new PublishingExchange(failing,
                    CompletableFuture.completedFuture(Response.of(Status.OK).with(body)));
            assertThrows(IllegalStateException.class,
                    hasBody ? failed::sink : failed::complete);
            assertEquals(1, body.closes);
        }
    }

    @Test
    void requestBehindTheCancelIsNoMistake() {
        exchange.sink();
        subscriber.subscription.cancel();
        subscriber.subscription.request(0);
        exchange.complete();
        assertEquals(List.of(), subscriber.told);
    }

    // Both may come between the server's look and its wait.
    @Test
    void demandThatIsThereBeforeTheWaitEndsIt() {
        exchange.sink();
        AtomicInteger calls = new AtomicInteger();
        exchange.whenRoom(calls::incrementAndGet);
        assertEquals(0, calls.get());
        subscriber.subscription.request(1);
        assertEquals(1, calls.get());
        exchange.whenRoom(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    @Test
    void cancelThatIsThereBeforeTheWaitEndsIt() {
        exchange.sink();
        AtomicInteger closed = new AtomicInteger();
        exchange.whenClosed(closed::incrementAndGet);
        assertEquals(0, closed.get());
        subscriber.subscription.cancel();
        assertEquals(1, closed.get());
        exchange.whenClosed(closed::incrementAndGet);
        assertEquals(2, closed.get());
        AtomicInteger room = new AtomicInteger();
        exchange.whenRoom(room::incrementAndGet);
        assertEquals(1, room.get());
    }

    @Test
    void subscriberIsToldOfOneEnd() {
        exchange.sink();
        exchange.complete();
        exchange.abandon(Abandonment.PEER_LEFT, new IOException("reset"));
        assertEquals(List.of("end"), subscriber.told);
    }

    @Test
    void publisherThatSubscribesAfterTheCloseIsCancelled() throws IOException {
        List<Flow.Subscriber<? super ByteBuffer>> subscribers = new ArrayList<>();
        Body body = Body.of(subscribers::add);
        assertEquals(0, body.read(0, ByteBuffer.allocate(1)));
        body.close();
        boolean[] isCancelled = {false};
        subscribers.get(0).onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                isCancelled[0] = false;
            }

            @Override
            public void cancel() {
                isCancelled[0] = true;
            }
        });
        assertTrue(isCancelled[0]);
    }
}
