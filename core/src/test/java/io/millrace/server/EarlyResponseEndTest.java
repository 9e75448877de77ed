package io.millrace.server;

import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.ExchangeStub;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an exchange ends that responds before its body is whole, and its connection with it. */
class EarlyResponseEndTest {

    private static final byte[] LARGE = new byte[1 << 20];

    private static final Response SILENT = Response.of(Status.OK).with(new SilentBody());

    private final EarlyExchange exchange = new EarlyExchange();
    private final Conversation conversation = new Conversation(request ->
            request.path().equals("/next") ? Response.text("next") : exchange);

    // The body.

    @Test
    void longRestOfABodyBehindItsWholeResponseEndsTheConnectionAtOnce() {
        conversation.send(put(1L << 30) + "hello");
        exchange.response.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
        assertTrue(conversation.peer.shut);
    }

    @Test
    void responseThatSaysCloseEndsTheConnectionThoughAShortRestIsOnItsWay() {
        conversation.send(put(10) + "hello");
        exchange.response.complete(Response.text("done").with("Connection", "close"));
        assertEquals(closing("200 OK", "done"), conversation.go().sent());
        assertTrue(conversation.peer.shut);
        assertEquals("", conversation.send("world" + get("/next")).sent());
    }

    @Test
    void sinkThatFailsWhileTheResponseIsPromisedIsAnsweredByThat() {
        conversation.send(put(10) + "hello");
        exchange.atProgress = new IllegalStateException("closed");
        conversation.send("w");
        assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
        assertEquals("", conversation.sent());
        exchange.response.complete(Response.text("no").with(Status.CONFLICT));
        assertEquals(text("409 Conflict", "no"), conversation.go().sent());
        assertEquals(ok("next"), conversation.send("orld" + get("/next")).sent());
    }

    @Test
    void sinkThatRefusesTheBodyWhileTheResponseIsPromisedIsAnsweredByItsRefusal() {
        conversation.send(put(10) + "hello");
        exchange.atProgress = new IllegalStateException(
                new HttpException(Status.CONTENT_TOO_LARGE, "too long"));
        conversation.send("w");
        assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
        assertEquals(text("413 Content Too Large", "too long\n"), conversation.sent());
        exchange.response.complete(Response.text("unheard"));
        assertEquals(ok("next"), conversation.send("orld" + get("/next")).sent());
    }

    // Exchange.earlyResponse: as an exception of a handler, of which only itself is a refusal.
    @Test
    void earlyResponseThatFailsBecauseOfARefusalIs500WhetherTheBodyHasEndedOrNot()
            throws ReflectiveOperationException {
        IOException failure = new IOException("failed",
                new HttpException(Status.CONFLICT, "of a system behind"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.send(put(10) + "hello");
            exchange.response.completeExceptionally(failure);
            String begun = conversation.go().sent();
            EarlyExchange whole = new EarlyExchange();
            Conversation ended = new Conversation(request -> whole).send(put(5) + "hello");
            whole.response.completeExceptionally(failure);
            String failed = text("500 Internal Server Error", "internal server error\n");
            assertEquals(failed, ended.go().sent());
            assertEquals(failed, begun);
            Conversation unpromised = new Conversation(request -> new ExchangeStub() {
                @Override
                public CompletionStage<Response> earlyResponse() {
                    throw new IllegalStateException(failure.getCause());
                }
            });
            assertEquals(failed, unpromised.send(put(5)).sent());
            assertEquals(3, logged.lines().size(), () -> logged.lines().toString());
        }
    }

    @Test
    void bodyThatIsStoppedEndsAndTheResponseBesideItGoesOn() {
        SilentBody response = new SilentBody();
        RequestHead[] head = new RequestHead[1];
        Conversation stopped = new Conversation(request -> {
            head[0] = request;
            return request.path().equals("/next") ? Response.text("next") : exchange;
        });
        exchange.response.complete(Response.of(Status.OK).with(response));
        stopped.send(put(10) + "hello");
        head[0].stopBody();
        stopped.go();
        exchange.assertAbandonedOnce();
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
        assertNull(stopped.closed);
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", stopped.sent());
        stopped.send("world");
        assertEquals("hello", exchange.bytes.toString());
    }

    // It was promised in place of what abandon() has promised since.
    @Test
    void earlyResponseThatComesAfterTheAbandonedExchangesOwnIsAwaitedIsClosed() {
        CompletableFuture<Response> own = new CompletableFuture<>();
        exchange.onAbandon = Response.later(own);
        conversation.send(put(10) + "hello").expire();
        CountingBody late = new CountingBody(Body.of(new byte[1]));
        exchange.response.complete(Response.of(Status.OK).with(late));
        assertEquals("", conversation.go().sent());
        assertEquals(1, late.closes);
        own.complete(Response.text("own").with(Status.CONFLICT));
        assertEquals(closing("409 Conflict", "own"), conversation.go().sent());
    }

    // The client may not read before its bytes have been taken, and no selector tells of those
    // that have been read already.
    @ParameterizedTest
    @ValueSource(ints = {10, 1000}) // some of the head, or some of the body
    void bytesThatAreHereAreTakenThoughTheClientReadsNoMore(int room) {
        String body = letters(12_000);
        exchange.response.complete(Response.of(Status.OK).with(Body.of(LARGE)));
        Conversation small = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(4096), request -> exchange);
        small.peer.room = room;
        small.send(put(body.length() + 1) + body);
        assertEquals(body, exchange.bytes.toString());
        assertEquals(Want.READ_WRITE, small.want);
    }

    // The connection.

    @Test
    void cutOfALargeResponseThatTheSocketDoesNotTakeIsAReset() {
        conversation.send(put(10) + "hello");
        conversation.peer.room = 1000;
        exchange.response.complete(Response.of(Status.OK).with(Body.of(LARGE)));
        conversation.go();
        assertFalse(conversation.connection.link.out.hasUnsent());
        conversation.close(new IOException("closed"));
        assertTrue(conversation.reset);
        exchange.assertAbandonedOnce();
    }

    @Test
    void responseThatIsWholeLeavesThroughAFullSocketAndTheNextRequestIsAnswered() {
        conversation.send(put(10) + "hello");
        conversation.peer.room = 10;
        exchange.response.complete(Response.text("done"));
        conversation.go();
        assertEquals(Want.WRITE, conversation.want);
        conversation.take(Integer.MAX_VALUE);
        assertEquals(ok("done"), conversation.sent());
        assertEquals(ok("next"), conversation.send("world" + get("/next")).sent());
        assertNull(conversation.closed);
    }

    // Its failures. No response can tell of them: one has begun.

    private static Conversation expired(EarlyExchange early, Response response, int room) {
        early.response.complete(response);
        Conversation late = new Conversation(request -> early).send(put(10) + "hello");
        late.sent();
        late.peer.room = room;
        return late.go().expire();
    }

    private static void assertCut(EarlyExchange early, Abandonment why, String message,
            Conversation late) {
        assertEquals(List.of(why), early.whys);
        assertEquals(message, late.closed.getMessage());
        assertEquals("", late.sent());
    }

    @Test
    void clientThatSendsNoMoreIsCut() {
        Conversation late = expired(exchange, SILENT, Integer.MAX_VALUE);
        assertCut(exchange, Abandonment.TOO_SLOW, "the request arrived too slowly", late);
    }

    @Test
    void clientThatEndsItsSideWithinTheBodyIsCut() {
        exchange.response.complete(SILENT);
        conversation.send(put(10) + "hello").sent();
        conversation.end();
        assertCut(exchange, Abandonment.PEER_LEFT,
                "the connection ended inside the request body", conversation);
    }

    @Test
    void clientWhoseBodyIsMalformedIsCut() {
        exchange.response.complete(SILENT);
        String body = chunked("hello");
        conversation.send(body.substring(0, body.length() - 5)).sent();
        conversation.send("x");
        assertEquals(List.of(Abandonment.MALFORMED), exchange.whys);
        assertNotNull(conversation.closed);
        assertEquals("", conversation.sent());
    }

    @Test
    void clientThatReadsNothingAsLongAsItSendsIsToldToTheExchange() {
        conversation.peer.room = 10;
        exchange.response.complete(SILENT);
        conversation.send(put(10) + "hello").expire();
        assertEquals("the response is read too slowly: a client has to read it while it sends the"
                + " request", exchange.causes.get(0).getMessage());
        assertEquals(List.of(Abandonment.TOO_SLOW), exchange.whys);
        assertTrue(conversation.reset);
    }

    @Test
    void applicationThatMovesNeitherSideIsTooSlow() {
        EarlyExchange full = new EarlyExchange(new PacedSinkStub());
        assertCut(full, Abandonment.APPLICATION_TOO_SLOW,
                "the application took too long to respond",
                expired(full, SILENT, Integer.MAX_VALUE));
    }

    @Test
    void fullSinkBesideAResponseThatIsNotReadIsTheClientsFault() {
        EarlyExchange full = new EarlyExchange(new PacedSinkStub());
        full.response.complete(Response.of(Status.OK).with(Body.of(LARGE)));
        Conversation late = new Conversation(request -> full);
        late.peer.room = 1000;
        late.send(put(10) + "hello").expire();
        assertEquals(List.of(Abandonment.TOO_SLOW), full.whys);
    }
}
