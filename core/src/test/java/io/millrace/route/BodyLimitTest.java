package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyLimitTest {

    private static final Request HEAD = Request.of("PUT", "/");
    private static final Request CHUNKED = HEAD.withBody(RequestHead.UNKNOWN_LENGTH);

    private final ExchangeStub taking = new ExchangeStub();

    private Handler limited(long maxBodyBytes) {
        return Filter.maxBodyBytes(maxBodyBytes).around(request -> taking);
    }

    @Test
    void knownLengthAtTheLimitIsPassedOnAsItIs() throws Exception {
        assertSame(taking, limited(10).handle(HEAD.withBody(10)));
        assertSame(taking, limited(0).handle(HEAD));
    }

    @Test
    void knownLengthOnePastIsRefusedBeforeTheHandlerIsCalled() {
        Handler handler = Filter.maxBodyBytes(10).around(request -> {
            throw new AssertionError("called");
        });
        HttpException refusal = assertThrows(HttpException.class,
                () -> handler.handle(HEAD.withBody(11)));
        assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
    }

    @Test
    void chunkedBodyAtTheLimitIsTakenIntoTheSinkItself() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        assertSame(taking.sink, exchange.sink());
        exchange.onProgress(4);
        exchange.onProgress(10);
        assertEquals("taken", Told.text(exchange.complete()));
        assertEquals(List.of("sink", "progress 4", "progress 10", "complete"), taking.calls);
    }

    @Test
    void chunkedBodyOnePastIsRefusedAndTheExchangeAbandonedWithTheRefusal() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        exchange.onProgress(10);
        RuntimeException failure = assertThrows(RuntimeException.class,
                () -> exchange.onProgress(11));
        assertNull(exchange.abandon(Abandonment.SINK_FAILED, failure)); // the server's to make
        assertInstanceOf(HttpException.class, failure.getCause());
        assertEquals("progress 10", taking.calls.get(0));
        HttpException told = assertInstanceOf(HttpException.class, taking.causes.get(0));
        assertEquals(Status.CONTENT_TOO_LARGE, told.status());
        assertEquals(1, taking.causes.size());
    }

    @Test
    void exchangeThatIsKnownLaterIsLimitedAsWell() throws Exception {
        CompletableFuture<Exchange> stage = new CompletableFuture<>();
        Exchange later = Filter.maxBodyBytes(10).around(request -> Exchange.later(stage))
                .handle(CHUNKED);
        stage.complete(taking);
        Exchange exchange = later.stage().toCompletableFuture().getNow(null);
        assertThrows(RuntimeException.class, () -> exchange.onProgress(11));
    }

    @Test
    void whatCanBeTakenBackCanBehindALimitToo() throws Exception {
        Promise<Exchange> stage = new Promise<>(true);
        Exchange later = Filter.maxBodyBytes(10).around(request -> Exchange.later(stage))
                .handle(CHUNKED);
        assertTrue(((Withdrawable) later.stage()).withdraw());
    }

    @Test
    void answerOfTheAbandonedExchangeGoesBeforeTheLimits() throws Exception {
        taking.onAbandon = Response.of(Status.CONFLICT);
        Exchange exchange = limited(10).handle(CHUNKED);
        RuntimeException failure = assertThrows(RuntimeException.class,
                () -> exchange.onProgress(11));
        assertEquals(Status.CONFLICT, exchange.abandon(Abandonment.SINK_FAILED, failure).status());
    }

    @Test
    void otherReasonsToAbandonPassAsTheyAre() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        IOException cause = new IOException("left");
        assertNull(exchange.abandon(Abandonment.PEER_LEFT, cause));
        assertEquals(List.of(cause), taking.causes);
        taking.onAbandon = Response.text("my own");
        assertSame(taking.onAbandon, exchange.abandon(Abandonment.PEER_LEFT, cause));
    }

    @Test
    void tighterOfTwoLimitsHolds() throws Exception {
        for (long[] limits : new long[][] {{10, 20}, {20, 10}}) {
            Exchange exchange = Filter.maxBodyBytes(limits[0])
                    .then(Filter.maxBodyBytes(limits[1])).around(r -> taking).handle(CHUNKED);
            exchange.onProgress(10);
            RuntimeException failure = assertThrows(RuntimeException.class,
                    () -> exchange.onProgress(11));
            assertEquals("the body is longer than 10 bytes", failure.getMessage());
            assertNull(exchange.abandon(Abandonment.SINK_FAILED, failure));
            assertInstanceOf(HttpException.class, taking.causes.remove(0));
        }
    }

    @Test
    void responseAndMissingSinkStayWhatTheyAre() throws Exception {
        Response response = Response.text("no");
        Filter limit = Filter.maxBodyBytes(10);
        assertSame(response, limit.around(request -> response).handle(CHUNKED));
        assertNull(limit.around(request -> new ExchangeStub(null)).handle(CHUNKED).sink());
    }

    @Test
    void negativeLimitIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> Filter.maxBodyBytes(-1));
    }
}
