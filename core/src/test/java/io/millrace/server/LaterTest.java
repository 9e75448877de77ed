package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Decisions and answers that come later, and from other threads. */
class LaterTest {

    private final CompletableFuture<Exchange> decision = new CompletableFuture<>();
    private final Conversation conversation = new Conversation(request ->
            request.path().equals("/next") ? Response.text("next") : Exchange.later(decision));

    private Conversation decide(Exchange exchange) {
        decision.complete(exchange);
        return conversation.go();
    }

    @Test
    void bodyWaitsInTheSocketUntilTheDecisionIsMade() {
        conversation.send(put(5, "Expect: 100-continue\r\n"));
        assertEquals("", conversation.sent());
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        int reads = conversation.peer.reads;
        conversation.send("hel");
        assertEquals(reads, conversation.peer.reads);
        ThreadStub taking = new ThreadStub();
        assertEquals(CONTINUE, decide(taking).sent());
        assertEquals(ok("taken") + ok("next"), conversation.send("lo" + get("/next")).sent());
        assertEquals("hello", taking.bytes.toString());
    }

    @Test
    void responseMayBeTheDecisionAndTheBodyIsDropped() {
        conversation.send(put("hello") + get("/next"));
        assertEquals("", conversation.sent());
        assertEquals(ok("no") + ok("next"), decide(Response.text("no")).sent());
    }

    @Test
    void refusalBeforeTheContinueIsTheLastAnswer() {
        conversation.send(put(5, "Expect: 100-continue\r\n"));
        assertEquals(closing("403 Forbidden", "no"),
                decide(Response.text("no").with(Status.FORBIDDEN)).sent());
    }

    @Test
    void decisionOfNothingIsAnsweredWith500() throws Exception {
        conversation.send(put("hello") + get("/next"));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL + ok("next"), decide(null).sent());
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void failureIsAnsweredLikeAHandlersOwn() throws Exception {
        conversation.send(put("hello") + get("/next"));
        decision.completeExceptionally(new HttpException(Status.CONFLICT, "not now"));
        assertEquals(text("409 Conflict", "not now\n") + ok("next"), conversation.go().sent());
        CompletableFuture<Exchange> failing = new CompletableFuture<>();
        Conversation other = new Conversation(request ->
                Exchange.later(failing.thenApply(exchange -> exchange))).send(get("/"));
        failing.completeExceptionally(new HttpException(Status.CONFLICT, "wrapped"));
        assertEquals(text("409 Conflict", "wrapped\n"), other.go().sent());
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, new Conversation(request -> Exchange.later(
                    CompletableFuture.failedFuture(new IllegalStateException("meant"))))
                    .send(get("/")).sent());
            assertEquals(List.of("the handler failed: GET / | "
                    + "java.lang.IllegalStateException: meant"), logged.lines());
        }
    }

    @Test
    void decisionMayComeLaterAgainAndAgain() {
        conversation.send(put("hello") + get("/next"));
        CompletableFuture<Exchange> second = new CompletableFuture<>();
        CompletableFuture<Response> third = new CompletableFuture<>();
        assertEquals("", decide(Exchange.later(second)).sent());
        ThreadStub taking = new ThreadStub();
        taking.onComplete = Response.later(third);
        second.complete(Exchange.later(CompletableFuture.completedFuture(taking)));
        assertEquals("", conversation.go().sent());
        assertEquals("hello", taking.bytes.toString());
        third.complete(Response.later(CompletableFuture.completedFuture(Response.text("third"))));
        assertEquals(ok("third") + ok("next"), conversation.go().sent());
    }

    @Test
    void sinkThatFailsLaterIsAnsweredLikeAHandler() throws Exception {
        conversation.send(put("hello") + get("/next"));
        ExchangeStub refusing = new ExchangeStub();
        refusing.atSink = new HttpException(Status.CONFLICT, "not now");
        assertEquals(text("409 Conflict", "not now\n") + ok("next"), decide(refusing).sent());
        assertEquals(List.of("sink"), refusing.calls);
    }

    // What comes too late.

    @Test
    void decisionAfterTheConnectionHasEndedIsAbandoned() {
        conversation.send(put("hello")).close(new EOFException("left"));
        ThreadStub taking = new ThreadStub();
        decision.complete(taking);
        conversation.deliverLate();
        assertEquals(List.of("abandon the exchange ended before its stage completed "
                + Thread.currentThread().getName()), taking.calls);
    }

    @Test
    void decisionThatWasMadeButNotTakenIsAbandonedWithTheConnection() {
        conversation.send(put("hello"));
        ThreadStub taking = new ThreadStub();
        decision.complete(taking);
        conversation.close(new EOFException("left"));
        assertEquals(1, taking.calls.size());
    }

    @Test
    void responseAfterTheConnectionHasEndedIsClosed() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        conversation.send(get("/")).close(new EOFException("left"));
        decision.complete(Response.of(Status.OK).with(body));
        conversation.deliverLate();
        assertEquals(1, body.closes);
    }

    @Test
    void laterResponseAfterTheConnectionHasEndedIsClosedWhenItComes() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        CompletableFuture<Response> nested = new CompletableFuture<>();
        conversation.send(get("/")).close(new EOFException("left"));
        decision.complete(Response.later(nested));
        conversation.deliverLate();
        nested.complete(Response.of(Status.OK).with(body));
        assertEquals(1, body.closes);
    }

    @Test
    void laterExchangeAfterTheConnectionHasEndedIsAbandonedWhenItComes() {
        CompletableFuture<Exchange> nested = new CompletableFuture<>();
        conversation.send(put("hello")).close(new EOFException("left"));
        decision.complete(Exchange.later(nested));
        conversation.deliverLate();
        ThreadStub taking = new ThreadStub();
        nested.complete(taking);
        conversation.deliverLate();
        assertEquals(1, taking.calls.size(), taking.calls.toString());
    }

    @Test
    void decisionThatCannotEvenBeGivenUpAfterTheEndIsLoggedAndNoMore() throws Exception {
        conversation.send(put("hello")).close(new EOFException("gone"));
        try (Logged logged = new Logged(Completions.class)) {
            decision.complete(new Exchange() {
                @Override
                public CompletionStage<Exchange> stage() {
                    throw new IllegalStateException("meant");
                }

                @Override
                public Response complete() {
                    throw new AssertionError();
                }
            });
            conversation.deliverLate();
            assertEquals(List.of("Exchange.abandon failed | "
                    + "java.lang.IllegalStateException: meant"), logged.lines());
        }
    }

    @Test
    void answerThatComesAfterItsTimeIsClosedAndNeverSent() throws Exception {
        CompletableFuture<Response> nextAnswer = new CompletableFuture<>();
        CompletableFuture<Response> late = new CompletableFuture<>();
        Conversation two = new Conversation(request ->
                Response.later(request.path().equals("/1") ? late : nextAnswer));
        two.send(get("/1") + get("/2"));
        try (Logged logged = new Logged(Connection.class)) {
            two.expire();
            assertEquals(List.of("the application timed out: GET /1"),
                    logged.lines());
        }
        assertEquals(text("503 Service Unavailable", "the application took too long to respond\n"),
                two.sent());
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        late.complete(Response.of(Status.OK).with(body));
        assertEquals("", two.go().sent());
        assertEquals(1, body.closes);
        nextAnswer.complete(Response.text("two"));
        assertEquals(ok("two"), two.go().sent());
        assertNull(two.closed);
    }

    /** A promise that the application keeps, or not, when the server gives up. */
    private static final class Promise extends CompletableFuture<Response>
            implements Withdrawable {

        private final boolean isWithdrawn;

        Promise(boolean isWithdrawn) {
            this.isWithdrawn = isWithdrawn;
        }

        @Override
        public boolean withdraw() {
            return isWithdrawn;
        }
    }

    @Test
    void promiseThatIsBeingKeptIsNoFailureAfterItsTimeNorASuccess() throws Exception {
        Promise promise = new Promise(false);
        Conversation one = new Conversation(request -> Response.later(promise));
        one.send(put("hello"));
        try (Logged logged = new Logged(Connection.class)) {
            one.expire();
            assertEquals(List.of("the application timed out: PUT /x"), logged.lines());
        }
        assertEquals("", one.sent());
        assertNotNull(one.closed);
    }

    @Test
    void promiseThatIsTakenBackIsRefusedAfterItsTime() throws Exception {
        Conversation one = new Conversation(request -> Response.later(new Promise(true)));
        one.send(put("hello"));
        try (Logged logged = new Logged(Connection.class)) {
            one.expire();
            assertEquals(1, logged.lines().size());
        }
        assertEquals(text("503 Service Unavailable", "the application took too long to respond\n"),
                one.sent());
        assertNull(one.closed);
    }

    @Test
    void exchangeThatIsDecidedAfterItsTimeIsAbandoned() throws Exception {
        conversation.send(put("hello") + get("/next"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.expire();
            assertEquals(1, logged.lines().size());
        }
        assertEquals(text("503 Service Unavailable", "the application took too long to respond\n")
                + ok("next"), conversation.sent());
        ThreadStub taking = new ThreadStub();
        assertEquals("", decide(taking).sent());
        assertEquals(1, taking.calls.size());
        assertTrue(taking.calls.get(0).startsWith("abandon "), taking.calls.toString());
    }

    @Test
    void headOfARequestThatTookTooLongIsNotUsedAgain() throws Exception {
        CompletableFuture<RequestHead> first = new CompletableFuture<>();
        Conversation two = new Conversation(request -> {
            if (first.complete(request)) {
                return Response.later(new CompletableFuture<>());
            }
            return Response.text(request.path());
        });
        two.send(get("/first") + get("/second"));
        try (Logged logged = new Logged(Connection.class)) {
            two.expire();
            assertEquals(1, logged.lines().size());
        }
        assertTrue(two.sent().endsWith(ok("/second")));
        assertEquals("/first", first.join().path());
    }

    @Test
    void clientThatSendsOnWhileTheApplicationWorksIsReadNoFurtherThanAHead() {
        int most = ServerOptions.builder().port(0).build().maxHeadBytes();
        conversation.send(get("/") + get("/next") + "x".repeat(10 * most));
        assertEquals(Want.APPLICATION_ALONE, conversation.want);
        assertTrue(conversation.peer.isReadable());
        assertTrue(conversation.peer.readBytes <= 2 * most);
        assertTrue(conversation.connection.keptBytes() <= 2 * most);
        assertTrue(decide(Response.text("at last")).sent().startsWith(ok("at last") + ok("next")));
    }

    @Test
    void responseThatIsHereWhenTheConnectionBreaksIsClosed() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        CompletableFuture<Response> later = new CompletableFuture<>();
        Conversation blocked = new Conversation(request -> request.path().equals("/first")
                ? Response.text("first") : Response.later(later));
        blocked.peer.room = 10;
        blocked.send(get("/first") + get("/second"));
        blocked.peer.broken = new IOException("meant");
        later.complete(Response.of(Status.OK).with(body));
        blocked.go();
        assertNotNull(blocked.closed);
        assertEquals(1, body.closes);
    }

    @Test
    void responseThatALateExchangeHasWhenItIsAbandonedIsClosed() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        ExchangeStub late = new ExchangeStub();
        late.onAbandon = Response.of(Status.OK).with(body);
        conversation.send(put("hello")).close(new EOFException("left"));
        decision.complete(late);
        conversation.deliverLate();
        late.assertAbandonedOnce();
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), late.whys);
        assertEquals(1, body.closes);
    }

    @Test
    void answersAreToldApartThoughTheyComeInAnyOrder() {
        List<CompletableFuture<Response>> answers = new CopyOnWriteArrayList<>();
        Handler handler = request -> {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            answers.add(answer);
            return Response.later(answer);
        };
        Conversation one = new Conversation(handler).send(get("/1"));
        Conversation two = new Conversation(handler).send(get("/2"));
        answers.get(1).complete(Response.text("two"));
        answers.get(0).complete(Response.text("one"));
        assertEquals(ok("one"), one.go().sent());
        assertEquals(ok("two"), two.go().sent());
        assertNotSame(one.connection, two.connection);
    }

    @Test
    void completionsAfterTheWorkersEndAreAbandonedAtOnce() {
        conversation.send(put("hello")).close(new EOFException("the server is shutting down"));
        conversation.completions.close();
        ThreadStub taking = new ThreadStub();
        decision.complete(taking);
        assertEquals(1, taking.calls.size());
        assertNull(conversation.completions.poll());

        CountingBody body = new CountingBody(Body.empty());
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Conversation other = new Conversation(request -> Response.later(answer)).send(get("/"));
        other.connection.close(Abandonment.PEER_LEFT,
                new EOFException("the server is shutting down"));
        answer.complete(Response.of(Status.OK).with(body));
        assertEquals(0, body.closes);
        other.completions.close();
        assertEquals(1, body.closes);
        assertSame(answer, Response.later(answer).stage());
    }
}
