package io.millrace.server;

import static io.millrace.server.Streamed.CHUNKED;
import static io.millrace.server.Streamed.LAST;
import static io.millrace.server.Streamed.LONG;
import static io.millrace.server.Streamed.bytes;
import static io.millrace.server.Streamed.chunk;
import static io.millrace.server.Streamed.data;
import static io.millrace.server.Streamed.ok;
import static io.millrace.server.Streamed.whole;
import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that a publisher brings. */
class PublishedBodyTest {

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    @Test
    void publishersBuffersAreSentAsTheyCome() {
        PublisherStub source = new PublisherStub();
        Conversation conversation = new Conversation(request ->
                request.path().equals("/") ? ok(Body.of(source)) : Response.text("next"));
        conversation.send(get("/") + get("/2"));
        assertEquals(CHUNKED, conversation.sent());
        source.next("hello");
        assertEquals(chunk("hello"), conversation.go().sent());
        source.next("");
        source.next("wor");
        source.next("ld");
        assertEquals(chunk("world"), conversation.go().sent());
        assertEquals(2, source.demand);
        source.next("!");
        source.subscriber.onComplete();
        assertEquals(chunk("!") + LAST + Wire.ok("next"), conversation.go().sent());
        assertEquals(0, source.cancels);
    }

    @Test
    void publisherIsAskedForNoMoreThanTheClientTakes() {
        PublisherStub source = new PublisherStub();
        Conversation conversation = new Conversation(request -> ok(Body.of(source)));
        conversation.send(get("/")).take(0);
        conversation.sent();
        int published = 0;
        while (source.demand > 0) {
            source.next(LONG.substring(0, 50_000));
            conversation.go();
            published++;
        }
        assertTrue(published <= 4, () -> "too many");
        conversation.take(Integer.MAX_VALUE);
        assertTrue(source.demand > 0);
    }

    @Test
    void publishersBuffersAreLeftAsTheyAre() {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        ByteBuffer shared = ByteBuffer.wrap(bytes("hello"));
        source.subscriber.onNext(shared);
        source.subscriber.onNext(shared);
        assertEquals(CHUNKED + chunk("hellohello"), conversation.go().sent());
        assertEquals(5, shared.remaining());
    }

    @Test
    void publisherThatFailsIsSentThusFarAndThenCut() throws Exception {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            source.next("hello");
            conversation.go();
            source.subscriber.onError(new IllegalStateException("meant"));
            conversation.go();
            assertEquals(1, logged.lines().size());
        }
        assertEquals(CHUNKED + chunk("hello"), conversation.sent());
        assertNotNull(conversation.closed);
        assertEquals(0, source.cancels);
    }

    // Reactive streams 1.1: what nobody has asked for would fill the heap.
    @Test
    void publisherOfMoreThanItIsAskedForIsCancelledAndItsResponseCut() throws Exception {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            while (source.demand > 0) {
                source.next("hello");
            }
            assertEquals(0, source.cancels);
            source.subscriber.onNext(ByteBuffer.wrap(bytes("more")));
            conversation.go();
            assertEquals(1, logged.lines().size());
        }
        assertEquals(1, source.cancels);
        assertNotNull(conversation.closed);
        assertFalse(conversation.sent().contains("more"));
    }

    // Reactive streams 1.7.
    @Test
    void whatIsPublishedBehindTheEndIsNotSent() {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        source.next("hello");
        source.subscriber.onComplete();
        source.next("late");
        assertEquals(CHUNKED + chunk("hello") + LAST, conversation.go().sent());
    }

    @Test
    void whatIsPublishedBehindAFailureIsNotSent() {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        source.next("hello");
        conversation.go();
        source.subscriber.onError(new IllegalStateException("meant"));
        source.next("late");
        assertEquals(CHUNKED + chunk("hello"), conversation.go().sent());
        assertNotNull(conversation.closed);
    }

    @Test
    void subscriptionIsCancelledOnceWhenTheClientLeaves() {
        PublisherStub source = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(source))).send(get("/"));
        source.next("hello");
        conversation.go();
        conversation.close(new IOException("reset"));
        assertEquals(1, source.cancels);
        source.next("late");
        source.subscriber.onComplete();
        conversation.deliverLate();
        assertEquals(1, source.subscriptions);
    }

    @Test
    void secondSubscriptionIsCancelled() {
        PublisherStub first = new PublisherStub();
        PublisherStub second = new PublisherStub();
        Conversation conversation =
                new Conversation(request -> ok(Body.of(first))).send(get("/"));
        first.subscriber.onSubscribe(second);
        assertEquals(1, second.cancels);
        assertEquals(0, second.demand);
        first.next("hello");
        assertEquals(CHUNKED + chunk("hello"), conversation.go().sent());
    }

    @Test
    void publisherOnThreadsOfItsOwnIsSentWhole() throws Exception {
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(executor, 4);
        Conversation conversation =
                new Conversation(request -> ok(Body.of(publisher))).send(get("/"));
        executor.execute(() -> {
            for (int at = 0; at < LONG.length(); at += 1000) {
                publisher.submit(ByteBuffer.wrap(bytes(LONG.substring(at, at + 1000))));
            }
            publisher.close();
        });
        assertEquals(LONG, data(whole(conversation)));
    }
}
