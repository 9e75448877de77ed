package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyLimitTest {

    private static final Request HEAD = Request.of("PUT", "/");
    private static final Request CHUNKED = HEAD.withBody(RequestHead.UNKNOWN_LENGTH);

    private final Taking taking =
            new Taking(Channels.newChannel(OutputStream.nullOutputStream()));

    private static final class Taking implements Exchange {

        private final WritableByteChannel sink;
        private final List<Long> progress = new ArrayList<>();
        private final List<Throwable> abandoned = new ArrayList<>();
        private Response onAbandon;

        Taking(WritableByteChannel sink) {
            this.sink = sink;
        }

        @Override
        public WritableByteChannel sink() {
            return sink;
        }

        @Override
        public void onProgress(long receivedBytes) {
            progress.add(receivedBytes);
        }

        @Override
        public Response complete() {
            return Response.text("taken");
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            abandoned.add(cause);
            return onAbandon;
        }
    }

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
        assertEquals(List.of(4L, 10L), taking.progress);
    }

    @Test
    void chunkedBodyOnePastIsRefusedAndTheExchangeAbandonedWithTheRefusal() throws Exception {
        Exchange exchange = limited(10).handle(CHUNKED);
        exchange.onProgress(10);
        RuntimeException failure = assertThrows(RuntimeException.class,
                () -> exchange.onProgress(11));
        Response response = exchange.abandon(Abandonment.SINK_FAILED, failure);
        assertEquals(Status.CONTENT_TOO_LARGE, response.status());
        assertEquals(List.of(10L), taking.progress);
        HttpException told = assertInstanceOf(HttpException.class, taking.abandoned.get(0));
        assertEquals(Status.CONTENT_TOO_LARGE, told.status());
        assertEquals(1, taking.abandoned.size());
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
        assertEquals(List.of(cause), taking.abandoned);
    }

    @Test
    void tighterOfTwoLimitsHolds() throws Exception {
        for (long[] limits : new long[][] {{10, 20}, {20, 10}}) {
            Exchange exchange = Filter.maxBodyBytes(limits[0])
                    .then(Filter.maxBodyBytes(limits[1])).around(r -> taking).handle(CHUNKED);
            exchange.onProgress(10);
            RuntimeException failure = assertThrows(RuntimeException.class,
                    () -> exchange.onProgress(11));
            assertEquals("the body is longer than 10 bytes\n",
                    Told.text(exchange.abandon(Abandonment.SINK_FAILED, failure)));
            assertInstanceOf(HttpException.class, taking.abandoned.remove(0));
        }
    }

    @Test
    void responseAndMissingSinkStayWhatTheyAre() throws Exception {
        Response response = Response.text("no");
        Filter limit = Filter.maxBodyBytes(10);
        assertSame(response, limit.around(request -> response).handle(CHUNKED));
        assertNull(limit.around(request -> new Taking(null)).handle(CHUNKED).sink());
    }

    @Test
    void negativeLimitIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> Filter.maxBodyBytes(-1));
    }
}
