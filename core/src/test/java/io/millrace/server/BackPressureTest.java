package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** Bodies that the application takes piece by piece: the socket is read only as far as it wants. */
class BackPressureTest extends CollectedBodies {

    private static final int PIPE_BYTES = 64 * 1024;

    @Test
    void subscriberThatAsksForAllGetsAllOfIt() {
        for (String body : new String[] {"x", "hello world", LONG}) {
            Collector one = new Collector(Long.MAX_VALUE, 1);
            assertEquals(ok(body), new Conversation(request -> one.exchange())
                    .send(put(body)).sent());
            Collector two = new Collector(Long.MAX_VALUE, 0);
            assertEquals(ok(body + body), new Conversation(request -> two.exchange())
                    .send(chunked(body, body)).sent());
        }
    }

    @Test
    void subscriberThatAsksForOneAtATimeMissesNothingWhereverTheInputIsCut() {
        String request = put("hello world") + chunked("hello", " w", "orld") + get("/");
        String expected = ok("hello world") + ok("hello world") + ok("");
        for (int cut = 0; cut <= request.length(); cut++) {
            Conversation conversation =
                    new Conversation(head -> new Collector(1, 1).exchange());
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            assertEquals(expected, conversation.sent(), "cut at " + cut);
        }
        Conversation conversation = new Conversation(head -> new Collector(1, 1).exchange());
        conversation.peer.bytesPerRead = 1;
        assertEquals(expected, conversation.send(request).sent());
    }

    @Test
    void subscriberOfNoBodyIsCompletedWithoutAsking() {
        Collector collector = new Collector(0, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        assertEquals(ok(""), conversation.send(get("/")).sent());
        assertEquals(List.of("subscribe", "complete"), collector.calls);
    }

    @Test
    void socketIsNotReadWhileTheSubscriberAsksForNothing() {
        Collector collector = new Collector(1, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        conversation.send(put(LONG) + get("/next"));
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        int reads = conversation.peer.reads;
        long taken = conversation.peer.readBytes;
        assertTrue(taken <= PIECE_BYTES + PIPE_BYTES, () -> taken + " bytes");
        conversation.go().go();
        assertEquals(reads, conversation.peer.reads);

        int pieces = 1;
        while (collector.text().length() < LONG.length()) {
            assertEquals("", conversation.sent());
            assertEquals(Want.APPLICATION_ALONE, conversation.want);
            assertEquals("subscribe " + repeated("next", pieces),
                    String.join(" ", collector.calls));
            assertTrue(LONG.startsWith(collector.text()));
            collector.subscription.request(1);
            conversation.go();
            pieces++;
        }
        assertEquals(LONG, collector.text());
        assertTrue(conversation.sent().startsWith(ok(LONG)));
    }

    @Test
    void demandThatComesFromAnotherThreadGoesOn() throws Exception {
        Collector collector = new Collector(0, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        conversation.send(put(LONG) + put("second"));
        executor.execute(() -> {
            for (int i = 0; i < 100; i++) {
                collector.subscription.request(1);
            }
        });
        conversation.goUntil(() -> collector.calls.contains("complete"));
        assertEquals(LONG, collector.text().substring(0, LONG.length()));
    }

    @Test
    void exchangesBehindAPausedOneWaitAndAreAnsweredInOrder() {
        List<Collector> collectors = new ArrayList<>();
        List<String> handled = new ArrayList<>();
        Conversation conversation = new Conversation(request -> {
            handled.add(request.path());
            if (request.method().equals("GET")) {
                return Response.text(request.path());
            }
            collectors.add(new Collector(0, 0));
            return collectors.get(collectors.size() - 1).exchange();
        });
        conversation.send(get("/1") + put("two") + get("/3") + chunked("f", "our") + get("/5"));
        assertEquals(List.of("/1", "/x"), handled);
        assertEquals(ok("/1"), conversation.sent());
        collectors.get(0).subscription.request(1);
        conversation.go();
        assertEquals(ok("two") + ok("/3"), conversation.sent());
        collectors.get(1).subscription.request(1);
        conversation.go();
        assertEquals(ok("four") + ok("/5"), conversation.sent());
    }

    @Test
    void demandThatIsNotPositiveIsAnErrorOfTheSubscribers() throws Exception {
        for (long demand : new long[] {0, -1, Long.MIN_VALUE}) {
            Collector collector = new Collector(0, 0);
            CountingBody body = new CountingBody(Body.empty());
            Conversation conversation = new Conversation(request ->
                    request.method().equals("PUT") ? collector.exchange() : Response.text("next"));
            try (Logged logged = new Logged(Connection.class)) {
                conversation.send(put("hello") + get("/"));
                collector.subscription.request(demand);
                assertEquals(INTERNAL + ok("next"), conversation.go().sent());
                assertEquals(1, logged.lines().size());
            }
            assertEquals(List.of("subscribe",
                            "error Subscription.request: count must be positive: " + demand),
                    collector.calls);
            collector.answer.complete(Response.of(Status.OK).with(body));
            assertEquals(1, body.closes);
        }
    }

    @Test
    void wrongDemandIsToldThoughNothingMoreComes() throws Exception {
        Collector waiting = new Collector(1, 0);
        Conversation conversation = new Conversation(request -> waiting.exchange());
        try (Logged logged = new Logged(Connection.class)) {
            conversation.send(put(10) + "hello");
            waiting.subscription.request(5);
            waiting.subscription.request(0);
            assertEquals(INTERNAL, conversation.go().sent());
            Collector last = new Collector(1, -7);
            conversation = new Conversation(request -> last.exchange());
            assertEquals(INTERNAL, conversation.send(put("hello")).sent());
            assertEquals(List.of("subscribe", "next",
                            "error Subscription.request: count must be positive: -7"),
                    last.calls);
            assertEquals(2, logged.lines().size());
        }
    }

    @Test
    void demandAfterTheEndIsNothing() {
        Collector collector = new Collector(Long.MAX_VALUE, 0);
        Conversation conversation = new Conversation(request ->
                request.method().equals("PUT") ? collector.exchange() : Response.text("next"));
        assertEquals(ok("hello"), conversation.send(put("hello")).sent());
        collector.subscription.request(0);
        collector.subscription.request(1);
        collector.subscription.cancel();
        assertEquals(ok("next"), conversation.send(get("/")).sent());
        assertEquals(List.of("subscribe", "next", "complete"), collector.calls);
    }

    @Test
    void subscriberThatCancelsIsAnsweredAndAShortRestIsDropped() {
        Collector collector = new Collector(1, 0);
        Conversation conversation = new Conversation(request ->
                request.method().equals("PUT") ? collector.exchange() : Response.text("next"));
        conversation.send(put(10) + "hello");
        collector.subscription.cancel();
        collector.answer.complete(Response.text("enough"));
        // At once, although no byte comes that could be refused.
        assertEquals(ok("enough"), conversation.go().sent());
        assertEquals(ok("next"), conversation.send("world" + get("/")).sent());
        assertEquals(List.of("subscribe", "next"), collector.calls);
    }

    @Test
    void subscriberThatCancelsALongBodyGetsTheLastAnswerOfTheConnection() {
        Collector collector = new Collector(1, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        conversation.send(put(10_000_000) + "hello");
        collector.answer.complete(Response.text("enough"));
        collector.subscription.cancel();
        assertEquals(closing("200 OK", "enough"), conversation.go().sent());
        assertTrue(conversation.connection.isLingering());
        conversation.end();
        assertNotNull(conversation.closed);
        assertEquals(List.of("subscribe", "next"), collector.calls);
    }

    @Test
    void answerOfASubscriberThatCancelledMayComeLater() {
        Collector collector = new Collector(0, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        conversation.send(put("hello"));
        collector.subscription.cancel();
        assertEquals("", conversation.go().sent());
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        collector.answer.complete(Response.text("enough"));
        assertEquals(ok("enough"), conversation.go().sent());
    }

    @Test
    void subscriberThatThrowsIsToldAndAnsweredWith500() throws Exception {
        List<String> calls = new ArrayList<>();
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Flow.Subscriber<ByteBuffer> throwing = new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                throw new IllegalStateException("meant");
            }

            @Override
            public void onError(Throwable failure) {
                calls.add("error " + failure.getMessage());
            }

            @Override
            public void onComplete() {
                calls.add("complete");
            }
        };
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, new Conversation(request -> Exchange.publish(throwing, answer))
                    .send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(List.of("error meant"), calls);
    }

    @Test
    void subscriberIsToldWhenTheBodyIsCut() {
        Collector collector = new Collector(5, 0);
        Conversation conversation = new Conversation(request -> collector.exchange());
        conversation.send(put(10) + "hello").end();
        assertTrue(conversation.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertEquals(List.of("subscribe", "next",
                        "error the connection ended inside the request body"),
                collector.calls);
        CountingBody late = new CountingBody(Body.empty());
        collector.answer.complete(Response.of(Status.OK).with(late));
        assertEquals(1, late.closes);
    }

    @Test
    void subscriberOfAnExchangeThatCameTooLateIsSubscribedBeforeItIsToldOfTheEnd() {
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        Collector collector = new Collector(0, 0);
        Conversation conversation = new Conversation(request -> Exchange.later(decision));
        conversation.send(put("hello")).close(new EOFException("left"));
        decision.complete(collector.exchange());
        conversation.deliverLate();
        assertEquals(List.of("subscribe",
                "error the exchange ended before its stage completed"), collector.calls);
    }

    @Test
    void answerAfterWhichTheSubscriberFailsIsClosed() throws Exception {
        CountingBody body = new CountingBody(Body.empty());
        Flow.Subscriber<ByteBuffer> throwing = new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer piece) {
            }

            @Override
            public void onError(Throwable failure) {
            }

            @Override
            public void onComplete() {
                throw new IllegalStateException("meant");
            }
        };
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, new Conversation(request -> Exchange.publish(throwing,
                    CompletableFuture.completedFuture(Response.of(Status.OK).with(body))))
                    .send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(1, body.closes);
    }
}
