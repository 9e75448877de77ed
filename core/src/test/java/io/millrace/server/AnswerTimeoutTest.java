package io.millrace.server;

import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Applications that take too long, over sockets and on a clock that runs; and those that don't, on
 * one that stands still between two steps.
 */
class AnswerTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String TOO_LONG = "the application took too long to respond\n";

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO);
    }

    private static HttpServer startImpatient(Handler handler) throws IOException {
        return HttpServer.start(options().answerTimeout(SHORT).build(), handler);
    }

    private static HttpServer start(Handler handler) throws IOException {
        return HttpServer.start(options().build(), handler);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    /** Tells when it is closed. */
    private static final class Late {

        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final Response response = Response.of(Status.OK).with(new Body() {
            @Override
            public long length() {
                return 0;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                throw new AssertionError();
            }

            @Override
            public void close() {
                closed.complete(null);
            }
        });
    }

    @Test
    void applicationThatNeverAnswersIsAnsweredForAndItsLateAnswerIsClosed() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Late late = new Late();
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = startImpatient(request -> request.path().equals("/slow")
                        ? Response.later(answer) : Response.text(request.path()));
                RawClient client = new RawClient(server); RawClient other = new RawClient(server)) {
            client.send(get("/slow"));
            assertEquals(text("503 Service Unavailable", TOO_LONG), client.answer());
            assertEquals("the application timed out: GET /slow",
                    logged.lines().get(0));
            answer.complete(late.response);
            await(late.closed);
            assertEquals(ok("/next"), client.send(get("/next")).answer());
            assertEquals(ok("/other"), other.send(get("/other")).answer());
        }
    }

    @Test
    void lateAnswerIsNoSecondOneWhileTheRefusalWaitsForTheSocket() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Late late = new Late();
        Conversation conversation = new Conversation(request -> Response.later(answer));
        conversation.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        conversation.peer.room = 0;
        conversation.expire();
        answer.complete(late.response);
        conversation.go();
        assertTrue(late.closed.isDone());
        assertEquals(closing("503 Service Unavailable", TOO_LONG),
                conversation.take(Integer.MAX_VALUE).sent());
    }

    @Test
    void applicationThatNeverDecidesIsAnsweredForAndItsExchangeAbandoned() throws Exception {
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        ExchangeStub exchange = new ExchangeStub();
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = startImpatient(request -> Exchange.later(decision));
                RawClient client = new RawClient(server)) {
            client.send(put(5, "Expect: 100-continue\r\n"));
            assertEquals(closing("503 Service Unavailable", TOO_LONG), client.rest());
            assertEquals(1, logged.lines().size());
            decision.complete(exchange);
            assertEquals("the exchange ended before its stage completed",
                    await(exchange.abandoned).getMessage());
            exchange.assertAbandonedOnce();
        }
    }

    @Test
    void sinkThatNeverMakesRoomIsAbandonedAndAnsweredFor() throws Exception {
        PacedSinkStub sink = new PacedSinkStub();
        ExchangeStub exchange = new ExchangeStub(sink);
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = startImpatient(request -> exchange);
                RawClient client = new RawClient(server)) {
            client.send(put("hello"));
            assertEquals(closing("503 Service Unavailable", TOO_LONG), client.rest());
            assertEquals("the application took too long to respond",
                    await(exchange.abandoned).getMessage());
            assertEquals(1, logged.lines().size());
        }
    }

    private static TimedConversation timed(Handler handler) {
        return new TimedConversation(options().answerTimeout(SHORT), handler);
    }

    @Test
    void sinkThatMakesALittleRoomAtATimeIsNotTimedOut() throws Exception {
        PacedSinkStub sink = new PacedSinkStub();
        ExchangeStub exchange = new ExchangeStub(sink);
        TimedConversation timed = timed(request -> exchange);
        timed.conversation.send(put(1000)).send(new byte[999]);
        timed.go();
        for (int taken = 1; taken <= 500; taken++) {
            assertFalse(timed.isDueAfter(SHORT.toNanos() - 1));
            sink.makeRoomWhenAsked(1);
            timed.go();
            assertEquals(taken, sink.writes.size());
        }
        assertTrue(timed.isDueAfter(SHORT.toNanos()));
    }

    private static Response publish(AtomicReference<Flow.Subscriber<? super ByteBuffer>> to) {
        return Response.of(Status.OK).with(Body.of((Flow.Publisher<ByteBuffer>) subscriber -> {
            to.set(subscriber);
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                }

                @Override
                public void cancel() {
                    to.set(null);
                }
            });
        }));
    }

    @Test
    void bodyThatStopsComingIsCut() throws Exception {
        AtomicReference<Flow.Subscriber<? super ByteBuffer>> to = new AtomicReference<>();
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = startImpatient(request -> publish(to));
                RawClient client = new RawClient(server)) {
            assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    client.send(get("/")).rest());
            assertEquals("response body stalled: GET /", logged.lines().get(0));
        }
    }

    @Test
    void bodyThatBringsALittleAtATimeIsNotTimedOut() {
        AtomicReference<Flow.Subscriber<? super ByteBuffer>> to = new AtomicReference<>();
        TimedConversation timed = timed(request -> publish(to));
        timed.conversation.send(get("/")).sent();
        timed.go();
        for (int i = 0; i < 500; i++) {
            assertFalse(timed.isDueAfter(SHORT.toNanos() - 1));
            to.get().onNext(ByteBuffer.wrap(new byte[] {'x'}));
            timed.go();
            assertEquals("0001\r\nx\r\n", timed.conversation.sent());
        }
        assertTrue(timed.isDueAfter(SHORT.toNanos()));
    }

    // The server's end.

    @Test
    void answerThatIsPendingWhenTheServerStopsIsClosedWhenItComes() throws Exception {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        Late late = new Late();
        HttpServer server = start(request -> {
            asked.complete(null);
            return Response.later(answer);
        });
        try (RawClient client = new RawClient(server)) {
            client.send(get("/"));
            await(asked);
            assertEquals(1, server.stop(Duration.ZERO));
            assertEquals("", client.rest());
        }
        answer.complete(late.response);
        await(late.closed);
    }

    @Test
    void pausedUploadIsAbandonedWhenTheServerStops() throws Exception {
        PacedSinkStub sink = new PacedSinkStub();
        ExchangeStub exchange = new ExchangeStub(sink);
        HttpServer server = start(request -> exchange);
        try (RawClient client = new RawClient(server)) {
            client.send(put(10_000_000)).send(new byte[100_000]);
            sink.makeRoomWhenAsked(1);
            assertTrue(sink.writes.poll(60, TimeUnit.SECONDS) != null);
            assertEquals(1, server.stop(Duration.ZERO));
            assertEquals("the server is shutting down", await(exchange.abandoned).getMessage());
        }
    }

    @Test
    void pausedUploadMayFinishWhileTheServerStops() throws Exception {
        PacedSinkStub sink = new PacedSinkStub();
        ExchangeStub exchange = new ExchangeStub(sink);
        HttpServer server = start(request -> exchange);
        CompletableFuture<Integer> cut;
        try (RawClient client = new RawClient(server)) {
            client.send(put("hello"));
            sink.makeRoomWhenAsked(1);
            assertTrue(sink.writes.poll(60, TimeUnit.SECONDS) != null);
            cut = CompletableFuture.supplyAsync(() -> server.stop(Duration.ofSeconds(60)));
            for (int left = 4; left > 0; left--) {
                sink.makeRoomWhenAsked(1);
                assertTrue(sink.writes.poll(60, TimeUnit.SECONDS) != null);
            }
            String whole = client.rest();
            assertTrue(whole.equals(ok("taken"))
                    || whole.equals(closing("200 OK", "taken")), whole);
        }
        assertEquals(0, await(cut));
    }
}
