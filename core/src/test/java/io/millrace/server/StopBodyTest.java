package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A body that the application wants no more of: {@code RequestHead.stopBody}. */
class StopBodyTest {

    private static final String EXPECT = "Expect: 100-continue\r\n";
    private static final String UNAVAILABLE = closing("503 Service Unavailable",
            "the rest of the body is no longer wanted; retry the request\n");

    private final ExchangeStub exchange = new ExchangeStub();
    private RequestHead head;
    private final Conversation conversation = new Conversation(request -> {
        head = request;
        return request.path().equals("/next") ? Response.text("next") : decision(exchange);
    });

    private Exchange decision(Exchange decided) {
        return decided;
    }

    private void stopOnAnotherThread() throws InterruptedException {
        Thread other = new Thread(head::stopBody);
        other.start();
        other.join();
    }

    private void assertStopped() {
        exchange.assertAbandonedOnce();
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
    }

    @Test
    void bodyEndsWithTheExchangesOwnResponseWhenAnotherThreadStopsIt() throws Exception {
        exchange.onAbandon = Response.text("newer").with(Status.CONFLICT);
        conversation.send(put(100) + "hello");
        stopOnAnotherThread();
        assertEquals(List.of("sink", "progress 5"), exchange.calls, "it is the worker's to do");
        assertEquals(closing("409 Conflict", "newer"), conversation.go().sent());
        assertStopped();
        assertEquals("hello", exchange.bytes.toString());
        assertEquals(Want.LINGER, conversation.want);
    }

    @Test
    void bodyThatNoResponseIsMadeForGets503() {
        conversation.send(put(100) + "hello");
        head.stopBody();
        assertEquals(UNAVAILABLE, conversation.go().sent());
        assertStopped();
    }

    @Test
    void silentClientIsNotWaitedFor() {
        conversation.send(put(100));
        assertEquals(Want.READ, conversation.want);
        head.stopBody();
        assertEquals(UNAVAILABLE, conversation.go().sent());
        assertStopped();
    }

    @Test
    void shortRestIsNotSkippedForTheNextRequest() {
        conversation.send(put(6) + "hello");
        head.stopBody();
        assertEquals(UNAVAILABLE, conversation.go().sent());
        assertEquals("", conversation.send("6" + get("/next")).sent());
        assertStopped();
    }

    @Test
    void bodyMayBeStoppedAnyNumberOfTimes() throws Exception {
        conversation.send(put(100));
        for (int i = 0; i < 10; i++) {
            stopOnAnotherThread();
            head.stopBody();
        }
        assertEquals(UNAVAILABLE, conversation.go().sent());
        assertStopped();
    }

    @Test
    void bodyThatIsWholeBeforeIsCompleted() {
        RequestHead[] own = new RequestHead[1];
        Conversation other = new Conversation(request -> {
            own[0] = request;
            return new ExchangeStub() {
                @Override
                public Response complete() {
                    own[0].stopBody();
                    return onComplete;
                }
            };
        });
        assertEquals(ok("taken") + ok("taken"), other.send(put("hello") + put("world")).sent());
    }

    @Test
    void bodyIsCompletedIfItsLastByteComesFirst() {
        conversation.send(put(5));
        conversation.peer.append("hello");
        head.stopBody();
        conversation.visit(); // a worker visits what is ready before it hears of the stop
        assertEquals(ok("taken") + ok("next"), conversation.send(get("/next")).sent());
        assertEquals(List.of(), exchange.whys);
    }

    @Test
    void stopWhileAResponseIsPromisedChangesNothing() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        exchange.onComplete = Response.later(later);
        conversation.send(put("hello"));
        head.stopBody();
        assertEquals("", conversation.go().sent());
        later.complete(Response.text("whole"));
        assertEquals(ok("whole") + ok("next"), conversation.go().send(get("/next")).sent());
        assertEquals(List.of(), exchange.whys);
    }

    @Test
    void stopBeforeTheDecisionEndsTheBodyBeforeItBegins() {
        CompletableFuture<Exchange> stage = new CompletableFuture<>();
        Conversation pending = new Conversation(request -> {
            head = request;
            return Exchange.later(stage);
        }).send(put(5, EXPECT));
        head.stopBody();
        assertEquals("", pending.go().sent());
        stage.complete(exchange);
        assertEquals(UNAVAILABLE, pending.go().sent(), "and nobody was asked for the body");
        assertEquals("sink", exchange.calls.get(0));
        assertStopped();
    }

    @Test
    void stopInTheHandlerEndsTheBodyBeforeMoreThanAVisitsBytesAreTaken() {
        Conversation eager = new Conversation(request -> {
            request.stopBody();
            return exchange;
        });
        assertEquals(UNAVAILABLE, eager.send(put(100)).sent());
        assertStopped();
    }

    @Test
    void stopByProgressEndsTheBody() {
        Conversation eager = new Conversation(request -> {
            head = request;
            return new ExchangeStub() {
                @Override
                public void onProgress(long receivedBytes) {
                    request.stopBody();
                }

                @Override
                public Response abandon(Abandonment why, Throwable cause) {
                    return Response.text(why + " " + bytes).with(Status.CONFLICT);
                }
            };
        });
        assertEquals(closing("409 Conflict", "STOPPED hel"), eager.send(put(5) + "hel").sent());
    }

    @Test
    void stopAfterTheContinueEndsTheBody() {
        assertEquals(CONTINUE, conversation.send(put(5, EXPECT)).sent());
        head.stopBody();
        assertEquals(UNAVAILABLE, conversation.go().sent());
        assertStopped();
    }

    @Test
    void stopWhileTheSinkIsFullEndsTheBody() {
        PacedSinkStub sink = new PacedSinkStub();
        ExchangeStub paced = new ExchangeStub(sink);
        Conversation full = new Conversation(request -> {
            head = request;
            return paced;
        }).send(put(100) + "hello");
        assertEquals(Want.APPLICATION_ALONE, full.want);
        head.stopBody();
        assertEquals(UNAVAILABLE, full.go().sent());
        assertEquals(List.of(Abandonment.STOPPED), paced.whys);
    }

    @Test
    void peerThatReadsNothingIsCutAndTheExchangeHearsWhy() {
        conversation.take(0).send(get("/next") + put(100) + "hello");
        assertEquals(Want.WRITE, conversation.want);
        head.stopBody();
        conversation.go();
        assertStopped();
        assertEquals("the rest of the body is no longer wanted; retry the request",
                exchange.causes.get(0).getMessage());
        assertTrue(conversation.reset, "what the system keeps for it is of no use");
        assertEquals("", conversation.sent());
    }

    @Test
    void responseToAStoppedBodyLeavesThroughAFullSocket() {
        conversation.take(10).send(put(100) + "hello");
        head.stopBody();
        conversation.go();
        assertEquals(Want.WRITE, conversation.want);
        assertEquals(UNAVAILABLE, conversation.take(10).take(Integer.MAX_VALUE).sent());
        assertStopped();
    }

    @Test
    void stopOfAConnectionThatHasEndedChangesNothing() {
        conversation.send(put(100) + "hello");
        conversation.close(new EOFException("gone"));
        head.stopBody();
        conversation.deliverLate();
        exchange.assertAbandonedOnce();
        assertEquals(List.of(Abandonment.PEER_LEFT), exchange.whys);
    }

    @Test
    void bodyThatIsRefusedIsSkippedAllTheSame() {
        Conversation refusing = new Conversation(request -> {
            request.stopBody();
            return Response.text("no");
        });
        assertEquals(ok("no") + ok("no"), refusing.send(put("hello") + get("/next")).sent());
        assertNull(refusing.closed);
    }
}
