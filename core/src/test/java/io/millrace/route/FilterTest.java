package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, and the ways in which a handler can answer, each seen by a filter of answers. */
class FilterTest {

    private static final Request HEAD = Request.of("PUT", "/").withBody(3);
    private static final HttpException REFUSAL = new HttpException(Status.CONFLICT, "not now");
    private static final Filter MARK = Filter.answers(response -> response.with("Mark", "1"));

    private static void assertMarked(Status status, Response response) {
        assertNull(response.stage());
        assertEquals(status, response.status());
        assertEquals(List.of("1"), response.headers().all("Mark"));
    }

    private static Handler throwing(Throwable failure) {
        return request -> {
            if (failure instanceof Exception exception) {
                throw exception;
            }
            throw (Error) failure;
        };
    }

    private final ExchangeStub scripted = new ExchangeStub();

    private Exchange marked() throws Exception {
        return MARK.around(request -> scripted).handle(HEAD);
    }

    @Test
    void firstNamedFilterSeesTheRequestFirstAndTheAnswerLast() throws Exception {
        List<String> seen = new ArrayList<>();
        Filter a = next -> request -> {
            seen.add("a");
            return Filter.answers(r -> r.add("By", "a")).around(next).handle(request);
        };
        Filter b = next -> request -> {
            seen.add("b");
            return Filter.answers(r -> r.add("By", "b")).around(next).handle(request);
        };
        Response response = Told.by(
                a.then(b).around(request -> Response.text("").with("By", "handler")), HEAD);
        assertEquals(List.of("a", "b"), seen);
        assertEquals(List.of("handler", "b", "a"), response.headers().all("By"));
    }

    @Test
    void filtersInARowAreTheFirstAroundTheOthers() throws Exception {
        Filter a = Filter.answers(r -> r.add("By", "a"));
        Filter b = Filter.answers(r -> r.add("By", "b"));
        Handler handler = request -> Response.text("");
        assertEquals(List.of("b", "a"), Told.by(
                Filter.of(a, b).around(handler), HEAD).headers().all("By"));
        assertSame(handler, Filter.of().around(handler));
    }

    @Test
    void filterAroundNothingOrOfNothingIsRefused() {
        assertThrows(NullPointerException.class, () -> MARK.around(null));
        assertThrows(NullPointerException.class, () -> MARK.then(null));
        assertThrows(NullPointerException.class, () -> Filter.of(MARK, null));
        assertThrows(NullPointerException.class, () -> Filter.of().around(null));
        assertThrows(NullPointerException.class, () -> Filter.maxBodyBytes(1).around(null));
        assertThrows(NullPointerException.class, () -> Filter.answers(null));
        assertThrows(NullPointerException.class, () -> Filter.failures(null));
    }

    @Test
    void responseAtOnceIsSeenAndStaysAResponse() throws Exception {
        Exchange exchange = MARK.around(request -> Response.text("now")).handle(HEAD);
        assertMarked(Status.OK, assertInstanceOf(Response.class, exchange));
    }

    @Test
    void refusalByAnExceptionIsSeen() throws Exception {
        assertMarked(Status.CONFLICT, Told.by(MARK.around(throwing(REFUSAL)), HEAD));
    }

    // Else what gives refusals another body, such as the server, would not know it for one.
    @Test
    void refusalWhoseFieldsAreChangedStaysARefusal() {
        IOException cause = new IOException("x");
        HttpException refusal = new HttpException(Status.SERVICE_UNAVAILABLE, "not now",
                Headers.of("Retry-After", "5"), cause);
        HttpException changed = assertThrows(HttpException.class,
                () -> MARK.around(throwing(refusal)).handle(HEAD));
        assertFalse(changed.hasResponse());
        assertEquals("not now", changed.getMessage());
        assertSame(cause, changed.getCause());
        assertEquals(Headers.of("Retry-After", "5", "Mark", "1").toString(),
                changed.fields().toString());
        assertEquals(List.of("text/plain; charset=utf-8"),
                changed.response().headers().all("Content-Type"));
    }

    @Test
    void refusalThatIsNotChangedIsTheSame() {
        Filter nothing = Filter.answers(response -> response);
        assertSame(REFUSAL, assertThrows(HttpException.class,
                () -> nothing.around(throwing(REFUSAL)).handle(HEAD)));
    }

    @Test
    void refusalThatIsChangedInAnythingElseIsAResponse() throws Exception {
        for (UnaryOperator<Response> change : List.<UnaryOperator<Response>>of(
                response -> response.with(Status.GONE),
                response -> response.with(Body.empty()),
                response -> response.set("Content-Type", "text/html"),
                response -> response.set("Connection", "close"))) {
            Response changed = (Response) Filter.answers(change).around(throwing(REFUSAL))
                    .handle(HEAD);
            assertEquals(change.apply(REFUSAL.response()).toString(), changed.toString());
        }
        HttpException own = new HttpException(Response.text("own").with(Status.CONFLICT));
        assertMarked(Status.CONFLICT, (Response) MARK.around(throwing(own)).handle(HEAD));
    }

    @Test
    void otherExceptionsAndErrorsPassAsTheyAre() {
        for (Throwable failure : List.of(new IOException("x"), new IllegalStateException("x"),
                new AssertionError("x"))) {
            assertSame(failure, assertThrows(Throwable.class,
                    () -> MARK.around(throwing(failure)).handle(HEAD)));
        }
    }

    @Test
    void laterResponseIsSeenWhenItArrives() throws Exception {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        Response later = (Response) MARK.around(r -> Response.later(stage)).handle(HEAD);
        assertFalse(later.stage().toCompletableFuture().isDone());
        stage.complete(Response.text("late"));
        assertMarked(Status.OK, Told.now(later));
    }

    @Test
    void laterResponseThatPromisesAnotherIsSeenOnce() throws Exception {
        CompletableFuture<Response> first = new CompletableFuture<>();
        CompletableFuture<Response> second = new CompletableFuture<>();
        Response later = (Response) MARK.around(r -> Response.later(first)).handle(HEAD);
        first.complete(Response.later(second));
        second.complete(Response.text("late"));
        assertMarked(Status.OK, Told.now(later));
    }

    @Test
    void laterRefusalIsSeenAlsoThroughACompletionException() throws Exception {
        for (Throwable failure : List.of(REFUSAL, new CompletionException(REFUSAL))) {
            Response later = (Response) MARK.around(
                    r -> Response.later(CompletableFuture.failedFuture(failure))).handle(HEAD);
            assertMarked(Status.CONFLICT, Told.now(later));
        }
    }

    @Test
    void laterFailureStaysAFailureWithItsCause() throws Exception {
        IOException failure = new IOException("x");
        Response later = (Response) MARK.around(
                r -> Response.later(CompletableFuture.failedFuture(failure))).handle(HEAD);
        assertSame(failure, assertThrows(CompletionException.class,
                () -> later.stage().toCompletableFuture().join()).getCause());
        Response none = (Response) MARK.around(
                r -> Response.later(CompletableFuture.completedFuture(null))).handle(HEAD);
        assertInstanceOf(NullPointerException.class, assertThrows(CompletionException.class,
                () -> none.stage().toCompletableFuture().join()).getCause());
    }

    // Or the server would send 503 for a PUT that is carried out after all.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCanBeTakenBackCanBehindAFilterToo(boolean isWithdrawn) throws Exception {
        Promise<Response> response = new Promise<>(isWithdrawn);
        Exchange later = MARK.then(MARK).around(r -> Response.later(response)).handle(HEAD);
        assertEquals(isWithdrawn, ((Withdrawable) later.stage()).withdraw());
        assertEquals(1, response.withdrawals);
        response.complete(Response.text("late"));
        assertEquals("1", Told.now(later).headers().first("Mark"));
        Promise<Exchange> exchange = new Promise<>(isWithdrawn);
        later = MARK.around(r -> Exchange.later(exchange)).handle(HEAD);
        assertEquals(isWithdrawn, ((Withdrawable) later.stage()).withdraw());
        exchange.completeExceptionally(REFUSAL);
        assertMarked(Status.CONFLICT, Told.now(later));
    }

    @Test
    void failureOfWhatCanBeTakenBackKeepsItsCause() throws Exception {
        IOException failure = new IOException("x");
        Promise<Response> response = new Promise<>(false);
        Exchange later = MARK.around(r -> Response.later(response)).handle(HEAD);
        response.completeExceptionally(failure);
        assertSame(failure, assertThrows(CompletionException.class,
                () -> later.stage().toCompletableFuture().join()).getCause());
    }

    @Test
    void exchangeThatIsKnownLaterIsSeenToItsEnd() throws Exception {
        CompletableFuture<Exchange> stage = new CompletableFuture<>();
        Exchange later = MARK.around(request -> Exchange.later(stage)).handle(HEAD);
        stage.complete(scripted);
        Exchange exchange = later.stage().toCompletableFuture().getNow(null);
        assertMarked(Status.OK, exchange.complete());
        Exchange refused = MARK.around(request ->
                Exchange.later(CompletableFuture.failedFuture(REFUSAL))).handle(HEAD);
        assertMarked(Status.CONFLICT, Told.now(refused));
    }

    @Test
    void handlerOnAnExecutorIsSeen() throws Exception {
        Exchange later = MARK.around(Handler.blocking(task ->
                CompletableFuture.runAsync(task, work -> new Thread(work).start()).join(),
                request -> scripted))
                .handle(HEAD);
        Exchange exchange = later.stage().toCompletableFuture().getNow(null);
        assertMarked(Status.OK, Told.now(exchange));
    }

    @Test
    void progressIsPassedOn() throws Exception {
        marked().onProgress(7);
        assertEquals(List.of("progress 7"), scripted.calls);
    }

    @Test
    void exchangeKeepsItsSinkAndItsAnswerIsSeen() throws Exception {
        Exchange exchange = marked();
        assertSame(scripted.sink, exchange.sink());
        assertMarked(Status.OK, exchange.complete());
    }

    @Test
    void exchangeThatAnswersLaterIsSeenWhenItArrives() throws Exception {
        scripted.onComplete = Response.later(
                CompletableFuture.completedFuture(Response.of(Status.CREATED)));
        assertMarked(Status.CREATED, Told.now(marked()));
    }

    @Test
    void refusalOfASinkIsTheAnswerAndTheBodyIsNotAskedFor() throws Exception {
        scripted.atSink = REFUSAL;
        scripted.atComplete = new IllegalStateException("ended with its sink");
        assertMarked(Status.CONFLICT,
                assertThrows(HttpException.class, marked()::sink).response());
        Exchange exchange = Filter.answers(response -> response.with(Status.GONE))
                .around(request -> scripted).handle(HEAD);
        assertNull(exchange.sink());
        assertEquals(Status.GONE, exchange.complete().status());
    }

    @Test
    void refusalByACompleteExchangeIsSeen() throws Exception {
        scripted.atComplete = REFUSAL;
        assertMarked(Status.CONFLICT, Told.now(marked()));
    }

    @Test
    void failureOfASinkOrOfAnAnswerPassesAsItIs() throws Exception {
        scripted.atSink = new IOException("sink");
        scripted.atComplete = new IOException("complete");
        assertSame(scripted.atSink, assertThrows(IOException.class, marked()::sink));
        assertSame(scripted.atComplete, assertThrows(IOException.class, marked()::complete));
        scripted.atComplete = null;
        scripted.onComplete = null;
        assertThrows(NullPointerException.class, marked()::complete);
    }

    @Test
    void abandonedExchangeIsToldAndItsOwnAnswerSeen() throws Exception {
        scripted.onAbandon = Response.of(Status.INSUFFICIENT_STORAGE);
        IOException cause = new IOException("disk full");
        assertMarked(Status.INSUFFICIENT_STORAGE, marked().abandon(Abandonment.SINK_FAILED, cause));
        assertEquals(List.of(cause), scripted.causes);
    }

    @Test
    void refusalThatAbandonsAnExchangeIsSeen() throws Exception {
        for (Throwable cause : List.of(REFUSAL, new IOException(REFUSAL))) {
            assertMarked(Status.CONFLICT,
                    Told.now(marked().abandon(Abandonment.MALFORMED, cause)));
        }
        assertEquals(2, scripted.causes.size());
    }

    @Test
    void abandonmentWithoutAnAnswerIsLeftToTheServer() throws Exception {
        assertNull(marked().abandon(Abandonment.PEER_LEFT, new EOFException("left")));
    }

    @Test
    void bodyIsClosedIfTheChangeFails(@TempDir Path folder) throws Exception {
        FileChannel file = FileChannel.open(folder.resolve("f"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        Filter failing = Filter.answers(response -> {
            throw new IllegalStateException("x");
        });
        Handler handler = failing.around(
                r -> Response.of(Status.OK).with(Body.of(file, 0, 0)));
        assertThrows(IllegalStateException.class, () -> handler.handle(HEAD));
        assertFalse(file.isOpen());
    }
}
