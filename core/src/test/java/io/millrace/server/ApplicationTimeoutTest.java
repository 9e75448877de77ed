package io.millrace.server;

import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The time limit that an application sets for one request. */
class ApplicationTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration SERVERS = Duration.ofSeconds(10);
    private static final String TOO_LONG = "the application took too long to respond\n";

    private static ServerOptions.Builder options() {
        return ServerOptions.builder().port(0).workers(1).drainTimeout(Duration.ZERO)
                .answerTimeout(SERVERS);
    }

    private static TimedConversation timed(Handler handler) {
        return new TimedConversation(options(), handler);
    }

    private static Response never() {
        return Response.later(new CompletableFuture<>());
    }

    private static TimedConversation waiting(Handler handler) {
        TimedConversation timed = timed(handler);
        timed.conversation.send(get("/"));
        timed.go();
        return timed;
    }

    // Over sockets, on a clock that runs.

    @Test
    void handlerThatTakesLongerThanItsLimitGets503AndTheConnectionGoesOn() throws Exception {
        Handler slow = request -> never();
        Handler within = slow.within(SHORT);
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options().build(), request ->
                        request.path().equals("/slow") ? within.handle(request)
                                : Response.text(request.path()));
                RawClient client = new RawClient(server)) {
            assertEquals(text("503 Service Unavailable", TOO_LONG),
                    client.send(get("/slow")).answer());
            assertEquals("the application timed out: GET /slow", logged.lines().get(0));
            assertEquals(ok("/next"), client.send(get("/next")).answer());
            assertEquals(1, server.stats().total().timeouts().get("application"));
        }
    }

    @Test
    void bodyThatBringsNothingWithinTheLimitIsCut() throws Exception {
        Handler silent = request -> Response.of(Status.OK).with(new SilentBody());
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options().build(), silent.within(SHORT));
                RawClient client = new RawClient(server)) {
            assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    client.send(get("/")).rest());
            assertEquals("response body stalled: GET /", logged.lines().get(0));
        }
    }

    @Test
    void sinkWithoutRoomWithinTheLimitIsAbandoned() throws Exception {
        ExchangeStub exchange = new ExchangeStub(new PacedSinkStub());
        Handler full = request -> exchange;
        try (Logged logged = new Logged(Connection.class);
                HttpServer server = HttpServer.start(options().build(), full.within(SHORT));
                RawClient client = new RawClient(server)) {
            assertEquals(closing("503 Service Unavailable", TOO_LONG),
                    client.send(put("hello")).rest());
            assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
            assertEquals(1, logged.lines().size());
        }
    }

    // In memory, on a clock that stands still.

    @Test
    void limitOfAnExchangeThatHasEndedIsForgotten() {
        CompletableFuture<Response> outcome = new CompletableFuture<>();
        Handler slow = request -> Response.later(outcome);
        TimedConversation timed = waiting(slow.within(SHORT));
        assertEquals(SHORT.toNanos(), timed.untilDueNs());
        outcome.complete(Response.text("done"));
        timed.go();
        assertEquals(ok("done"), timed.conversation.sent());
        timed.end();
        assertEquals(Long.MAX_VALUE, timed.untilDueNs());
    }

    @Test
    void limitShorterThanTheServersPassesAtItAndNotBefore() throws Exception {
        Handler slow = request -> never();
        TimedConversation timed = waiting(slow.within(SHORT));
        assertFalse(timed.isDueAfter(SHORT.toNanos() - 1));
        assertTrue(timed.isDueAfter(1));
        try (Logged logged = new Logged(Connection.class)) {
            timed.conversation.expire();
            assertEquals("the application timed out: GET /", logged.lines().get(0));
        }
        assertEquals(text("503 Service Unavailable", TOO_LONG), timed.conversation.sent());
    }

    @Test
    void limitLongerThanTheServersPassesAtItAndNotBefore() {
        Duration hour = Duration.ofHours(1);
        Handler slow = request -> never();
        TimedConversation timed = waiting(slow.within(hour));
        assertFalse(timed.isDueAfter(hour.toNanos() - 1));
        assertTrue(timed.isDueAfter(1));
    }

    @Test
    void timeInWhichTheServerStoodStillDoesNotCount() {
        Handler slow = request -> never();
        TimedConversation timed = timed(slow.within(SHORT));
        timed.standStill(SERVERS.toNanos());
        timed.conversation.send(get("/"));
        timed.go();
        assertEquals(SHORT.toNanos(), timed.untilDueNs());
        timed.standStill(SERVERS.toNanos());
        assertEquals(SHORT.toNanos(), timed.untilDueNs());
    }

    @Test
    void limitOfOneRequestIsNotThatOfTheNextPipelinedOne() {
        AtomicInteger number = new AtomicInteger();
        TimedConversation timed = timed(request -> {
            if (number.getAndIncrement() > 0) {
                return never();
            }
            request.applicationTimeout(SHORT);
            return Response.text("first");
        });
        timed.conversation.send(get("/1") + get("/2"));
        timed.go();
        assertEquals(ok("first"), timed.conversation.sent());
        assertEquals(SERVERS.toNanos(), timed.untilDueNs());
    }

    @Test
    void requestWithoutTimeoutIsNeverDue() {
        Handler slow = request -> never();
        TimedConversation timed = waiting(slow.within(RequestHead.NO_TIMEOUT));
        assertEquals(Long.MAX_VALUE, timed.untilDueNs());
        assertFalse(timed.isDueAfter(Duration.ofDays(365 * 30).toNanos()));
    }

    @Test
    void limitIsRoundedUpToMillisecondsAndFrom24DaysOnThereIsNone() {
        Handler slow = request -> never();
        long ms = 1_000_000;
        assertEquals(ms, waiting(slow.within(Duration.ofNanos(1))).untilDueNs());
        assertEquals(ms, waiting(slow.within(Duration.ofMillis(1))).untilDueNs());
        assertEquals(2 * ms, waiting(slow.within(Duration.ofNanos(ms + 1))).untilDueNs());
        Duration longest = Duration.ofMillis(Integer.MAX_VALUE - 1);
        assertEquals(longest.toNanos(), waiting(slow.within(longest)).untilDueNs());
        assertEquals(Long.MAX_VALUE,
                waiting(slow.within(longest.plusMillis(1))).untilDueNs());
    }

    @Test
    void requestWithoutTimeoutIsStillAnsweredAndTheNextOneTimed() {
        AtomicInteger number = new AtomicInteger();
        CompletableFuture<Response> first = new CompletableFuture<>();
        TimedConversation timed = timed(request -> {
            if (number.getAndIncrement() > 0) {
                return never();
            }
            request.applicationTimeout(RequestHead.NO_TIMEOUT);
            return Response.later(first);
        });
        timed.conversation.send(get("/"));
        timed.go();
        first.complete(Response.text("late"));
        timed.go();
        assertEquals(ok("late"), timed.conversation.sent());
        timed.conversation.send(get("/"));
        timed.go();
        assertEquals(SERVERS.toNanos(), timed.untilDueNs());
    }

    @Test
    void limitSetByAnotherThreadBeginsTheWaitAnew() throws Exception {
        AtomicReference<RequestHead> head = new AtomicReference<>();
        TimedConversation timed = waiting(request -> {
            head.set(request);
            return never();
        });
        assertFalse(timed.isDueAfter(SERVERS.toNanos() - 1));
        Thread other = new Thread(() -> head.get().applicationTimeout(SHORT));
        other.start();
        other.join();
        timed.go();
        assertEquals(SHORT.toNanos(), timed.untilDueNs());
        assertTrue(timed.isDueAfter(SHORT.toNanos()));
    }

    @Test
    void limitThatComesAfterTheExchangeHasEndedIsOfNoEffect() throws Exception {
        AtomicReference<RequestHead> head = new AtomicReference<>();
        CompletableFuture<Response> first = new CompletableFuture<>();
        AtomicInteger number = new AtomicInteger();
        TimedConversation timed = waiting(request -> {
            if (number.getAndIncrement() > 0) {
                return never();
            }
            head.set(request);
            return Response.later(first);
        });
        // Both wait for the worker, which ends the first exchange before it hears of the limit.
        first.complete(Response.text("done"));
        Thread other = new Thread(() -> head.get().applicationTimeout(SHORT));
        other.start();
        other.join();
        timed.conversation.send(get("/"));
        timed.go();
        assertEquals(ok("done"), timed.conversation.sent());
        assertEquals(SERVERS.toNanos(), timed.untilDueNs());
    }

    @Test
    void limitThatComesAfterItsTimeDoesNotLetTheNextRequestWaitForLonger() throws Exception {
        AtomicReference<RequestHead> head = new AtomicReference<>();
        TimedConversation timed = waiting(request -> {
            head.compareAndSet(null, request);
            return never();
        });
        try (Logged logged = new Logged(Connection.class)) {
            timed.conversation.expire();
            assertEquals(1, logged.lines().size());
        }
        timed.conversation.send(get("/"));
        timed.go();
        assertFalse(timed.isDueAfter(SERVERS.toNanos() - 1));
        Thread other = new Thread(() -> head.get().applicationTimeout(SHORT));
        other.start();
        other.join();
        timed.go();
        assertEquals(1, timed.untilDueNs());
    }

    @Test
    void eachWaitIsTimedByItself() throws Exception {
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        PacedSinkStub sink = new PacedSinkStub();
        Handler deciding = request -> Exchange.later(decision);
        TimedConversation timed = timed(deciding.within(SHORT));
        timed.conversation.send(put(1000)).send(new byte[999]);
        timed.go();
        assertFalse(timed.isDueAfter(SHORT.toNanos() - 1));
        decision.complete(new ExchangeStub(sink));
        timed.go();
        sink.makeRoomWhenAsked(1);
        timed.go();
        assertEquals(SHORT.toNanos(), timed.untilDueNs());
    }

    // What is refused.

    @Test
    void limitOfZeroOrLessIsRefusedWhereItIsSet() throws Exception {
        Handler handler = request -> Response.text("");
        for (Duration limit : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            String message = "the limit must be more than zero: " + limit
                    + "; use RequestHead.NO_TIMEOUT for none";
            assertEquals(message, assertThrows(IllegalArgumentException.class,
                    () -> handler.within(limit)).getMessage());
            assertEquals(message, assertThrows(IllegalArgumentException.class,
                    () -> Request.of("GET", "/").applicationTimeout(limit)).getMessage());
            Conversation conversation = new Conversation(request -> {
                request.applicationTimeout(limit);
                return Response.text("");
            });
            try (Logged logged = new Logged(Connection.class)) {
                assertEquals(Wire.INTERNAL, conversation.send(get("/")).sent());
                assertEquals("the handler failed: GET / | java.lang.IllegalArgumentException: "
                        + message, logged.lines().get(0));
            }
        }
        assertThrows(NullPointerException.class, () -> handler.within(null));
        handler.within(Duration.ofNanos(1)).handle(Request.of("GET", "/"));
    }
}
