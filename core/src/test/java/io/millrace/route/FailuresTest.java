package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a handler can fail by, each seen by a filter of failures. */
class FailuresTest {

    private static final Request HEAD = Request.of("PUT", "/a").withBody(3);
    private static final IOException FAILURE = new IOException("disk on fire");
    private static final HttpException REFUSAL = new HttpException(Status.CONFLICT, "not now");

    private final ExchangeStub scripted = new ExchangeStub();
    private final List<Throwable> seen = new ArrayList<>();
    /** Responds to I/O failures only. */
    private final Filter filter = Filter.failures((request, failure) -> {
        assertSame(HEAD, request);
        seen.add(failure);
        return failure instanceof IOException
                ? Response.text("sorry").with(Status.BAD_GATEWAY) : null;
    });

    private static Handler throwing(Throwable failure) {
        return request -> {
            if (failure instanceof Exception exception) {
                throw exception;
            }
            throw (Error) failure;
        };
    }

    private static Handler failingLater(Throwable failure) {
        return request -> Response.later(CompletableFuture.failedFuture(failure));
    }

    private void assertSorry(Response response) {
        assertEquals(Status.BAD_GATEWAY, response.status());
        assertEquals(List.of(FAILURE), seen);
    }

    private Throwable failureOf(Exchange later) {
        return assertThrows(CompletionException.class,
                () -> later.stage().toCompletableFuture().join()).getCause();
    }

    @Test
    void whatAHandlerThrowsGetsAResponse() throws Exception {
        assertSorry((Response) filter.around(throwing(FAILURE)).handle(HEAD));
    }

    @Test
    void nullPassesOnWhatAHandlerThrows() {
        for (Throwable failure : List.of(REFUSAL, new IllegalStateException("x"),
                new AssertionError("x"))) {
            assertSame(failure, assertThrows(Throwable.class,
                    () -> filter.around(throwing(failure)).handle(HEAD)));
        }
        assertEquals(3, seen.size());
    }

    @Test
    void handlerThatReturnsNullHasFailed() throws Exception {
        Filter all = Filter.failures((request, failure) -> Response.text(failure.getMessage()));
        assertEquals("the handler returned null",
                Told.text((Response) all.around(request -> null).handle(HEAD)));
    }

    @Test
    void stageThatFailsGetsAResponseAlsoThroughACompletionException() throws Exception {
        assertSorry(Told.now(filter.around(failingLater(FAILURE)).handle(HEAD)));
        seen.clear();
        assertSorry(Told.now(filter.around(failingLater(new CompletionException(FAILURE)))
                .handle(HEAD)));
        seen.clear();
        Exchange later = filter.around(request ->
                Exchange.later(CompletableFuture.failedFuture(FAILURE))).handle(HEAD);
        assertSorry((Response) later.stage().toCompletableFuture().getNow(null));
    }

    @Test
    void nullPassesOnTheFailureOfAStage() throws Exception {
        assertSame(REFUSAL, failureOf(filter.around(failingLater(REFUSAL)).handle(HEAD)));
        assertEquals(List.of(REFUSAL), seen);
    }

    @Test
    void exchangeThatComesLaterIsFollowedToItsEnd() throws Exception {
        scripted.atComplete = FAILURE;
        Exchange later = filter.around(request ->
                Exchange.later(CompletableFuture.completedFuture(scripted))).handle(HEAD);
        Exchange exchange = later.stage().toCompletableFuture().getNow(null);
        assertSame(scripted.sink, exchange.sink());
        assertSorry(exchange.complete());
    }

    @Test
    void sinkThatFailsGetsAResponseAndNoBody() throws Exception {
        scripted.atSink = FAILURE;
        Exchange exchange = filter.around(request -> scripted).handle(HEAD);
        assertNull(exchange.sink());
        assertSorry(exchange.complete());
        assertEquals(List.of("sink"), scripted.calls);
        scripted.atSink = REFUSAL;
        assertSame(REFUSAL, assertThrows(HttpException.class,
                filter.around(request -> scripted).handle(HEAD)::sink));
    }

    @Test
    void completeThatFailsGetsAResponse() throws Exception {
        scripted.atComplete = FAILURE;
        assertSorry(filter.around(request -> scripted).handle(HEAD).complete());
        scripted.atComplete = REFUSAL;
        assertSame(REFUSAL, assertThrows(HttpException.class,
                filter.around(request -> scripted).handle(HEAD)::complete));
    }

    @Test
    void completeThatPromisesAResponseIsFollowed() throws Exception {
        scripted.onComplete = Response.later(CompletableFuture.failedFuture(FAILURE));
        assertSorry(Told.now(filter.around(request -> scripted).handle(HEAD)));
    }

    @Test
    void handlerOnAnExecutorIsFollowed() throws Exception {
        Exchange later = filter.around(Handler.blocking(task ->
                CompletableFuture.runAsync(task, work -> new Thread(work).start()).join(),
                throwing(FAILURE)::handle))
                .handle(HEAD);
        assertSorry((Response) later.stage().toCompletableFuture().getNow(null));
    }

    @Test
    void abandonedBodyIsNoFailureOfTheHandler() throws Exception {
        Exchange exchange = filter.around(request -> scripted).handle(HEAD);
        assertNull(exchange.abandon(Abandonment.SINK_FAILED, FAILURE));
        scripted.onAbandon = Response.of(Status.INSUFFICIENT_STORAGE);
        assertSame(scripted.onAbandon, exchange.abandon(Abandonment.SINK_FAILED, FAILURE));
        assertEquals(List.of(), seen);
        assertEquals(List.of(FAILURE, FAILURE), scripted.causes);
    }

    @Test
    void bodyThatIsRefusedOnItsWayIsSeenAsARefusal() throws Exception {
        Filter all = Filter.failures((request, failure) -> {
            seen.add(failure);
            return failure == REFUSAL ? Response.text("refused") : null;
        });
        Exchange exchange = all.around(request -> scripted).handle(HEAD);
        for (Throwable cause : List.of(REFUSAL, new IOException(REFUSAL))) {
            CountingBody body = new CountingBody(Body.empty());
            for (Response own : new Response[] {null, Response.of(Status.OK).with(body)}) {
                scripted.onAbandon = own;
                assertEquals("refused",
                        Told.text(exchange.abandon(Abandonment.SINK_FAILED, cause)));
            }
            assertEquals(1, body.closes);
        }
        assertEquals(List.of(REFUSAL, REFUSAL, REFUSAL, REFUSAL), seen);
        scripted.onAbandon = Response.of(Status.OK);
        assertSame(scripted.onAbandon, exchange.abandon(Abandonment.MALFORMED,
                new HttpException(Status.BAD_REQUEST, "another one")));
        scripted.onAbandon = null;
        assertNull(exchange.abandon(Abandonment.MALFORMED,
                new HttpException(Status.BAD_REQUEST, "another one")));
    }

    @Test
    void exceptionOfTheResponderForABodyIsARefusalOrPassedOn() throws Exception {
        for (Exception own : List.of(new HttpException(Status.GONE, "x"), new IOException("x"),
                new IllegalStateException("x"))) {
            Filter failing = Filter.failures((request, failure) -> {
                throw own;
            });
            Exchange exchange = failing.around(request -> scripted).handle(HEAD);
            CountingBody body = new CountingBody(Body.empty());
            scripted.onAbandon = Response.of(Status.OK).with(body);
            if (own instanceof HttpException) {
                assertEquals(Status.GONE,
                        Told.now(exchange.abandon(Abandonment.TOO_LARGE, REFUSAL)).status());
            } else {
                assertThrows(IllegalStateException.class,
                        () -> exchange.abandon(Abandonment.TOO_LARGE, REFUSAL));
            }
            assertEquals(1, body.closes);
        }
    }

    @Test
    void responseIsPassedAsItIs() throws Exception {
        Response response = Response.text("fine");
        assertSame(response, filter.around(request -> response).handle(HEAD));
        assertEquals(List.of(), seen);
    }

    @Test
    void responseToAFailureMayComeLaterAndIsTheLastWord() throws Exception {
        CompletableFuture<Response> promised = new CompletableFuture<>();
        Filter later = Filter.failures((request, failure) -> {
            seen.add(failure);
            return Response.later(promised);
        });
        Exchange exchange = later.around(throwing(FAILURE)).handle(HEAD);
        IllegalStateException second = new IllegalStateException("x");
        promised.completeExceptionally(second);
        assertSame(second, assertThrows(CompletionException.class,
                exchange.stage().toCompletableFuture()::join).getCause());
        assertEquals(List.of(FAILURE), seen);
    }

    @Test
    void exceptionOfTheResponderReplacesTheFailureAndKeepsIt() {
        IllegalStateException own = new IllegalStateException("x");
        Filter failing = Filter.failures((request, failure) -> {
            throw own;
        });
        assertSame(own, assertThrows(IllegalStateException.class,
                () -> failing.around(throwing(FAILURE)).handle(HEAD)));
        assertArrayEquals(new Throwable[] {FAILURE}, own.getSuppressed());
        Filter wrapping = Filter.failures((request, failure) -> {
            throw new IllegalStateException(failure);
        });
        assertArrayEquals(new Throwable[0], assertThrows(IllegalStateException.class,
                () -> wrapping.around(throwing(FAILURE)).handle(HEAD)).getSuppressed());
        Filter same = Filter.failures((request, failure) -> {
            throw (Exception) failure;
        });
        assertSame(FAILURE, assertThrows(IOException.class,
                () -> same.around(throwing(FAILURE)).handle(HEAD)));
    }

    @Test
    void refusalByTheResponderIsARefusal() throws Exception {
        Filter refusing = Filter.failures((request, failure) -> {
            throw REFUSAL;
        });
        assertSame(REFUSAL, assertThrows(HttpException.class,
                () -> refusing.around(throwing(FAILURE)).handle(HEAD)));
        assertSame(REFUSAL, failureOf(refusing.around(failingLater(FAILURE)).handle(HEAD)));
    }

    @Test
    void filterOutsideSeesWhatTheOneInsidePassesOnAndWhatFiltersThrow() throws Exception {
        Filter broken = Filter.answers(response -> {
            throw new IllegalStateException("of a filter");
        });
        Filter outer = Filter.failures((request, failure) -> Response.text(failure.getMessage()));
        assertEquals("of a filter", Told.text(Told.by(
                Filter.of(outer, filter, broken).around(request -> Response.text("")), HEAD)));
        assertEquals(1, seen.size());
    }

    @Test
    void filterOfAnswersOutsideSeesTheResponse() throws Exception {
        Filter mark = Filter.answers(response -> response.with("Mark", "1"));
        assertEquals("1", Told.by(mark.then(filter).around(throwing(FAILURE)), HEAD).headers()
                .first("Mark"));
    }

    @Test
    void unknownPathIsOneOfTheFailures() throws Exception {
        Filter errors = Filter.failures((RequestHead request, Throwable failure) ->
                failure instanceof HttpException refusal
                        ? Response.text("{\"error\":" + refusal.status().code() + "}")
                                .with(refusal.status()) : null);
        Response response = Told.by(errors.around(Routes.builder().build()), HEAD);
        assertEquals(Status.NOT_FOUND, response.status());
        assertEquals("{\"error\":404}", Told.text(response));
    }

    @Test
    void whatCanBeTakenBackStillCan() throws Exception {
        Promise<Response> promise = new Promise<>(true);
        Exchange later = filter.around(request -> Response.later(promise)).handle(HEAD);
        assertEquals(true, ((Withdrawable) later.stage()).withdraw());
        assertEquals(1, promise.withdrawals);
    }
}
