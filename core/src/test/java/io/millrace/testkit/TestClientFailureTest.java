package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that end too early, on either side. */
class TestClientFailureTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void failedSinkAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub();
        exchange.atProgress = new IllegalStateException("enough");
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals(500, response.code());
        assertEquals(Abandonment.SINK_FAILED, response.abandonment());
        assertSame(exchange.atProgress, response.failure());
        exchange.assertAbandonedOnce();
        TestClient small = TestClient.of(request -> Exchange.collect(request, 2, bytes -> null));
        small.put("/", "abc").assertStatus(413);
        assertEquals(Abandonment.SINK_FAILED,
                small.send(TestRequest.put("/").body("abc").chunked()).assertStatus(413)
                        .abandonment());
    }

    @Test
    void earlyResponseThatIsNotPromisedAbandonsTheExchange() {
        IllegalStateException failure = new IllegalStateException("no promise");
        ExchangeStub exchange = new ExchangeStub() {
            @Override
            public CompletionStage<Response> earlyResponse() {
                throw failure;
            }
        };
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals(500, response.code());
        assertEquals(List.of("sink", "abandon no promise"), exchange.calls);
        assertEquals(Abandonment.SINK_FAILED, response.abandonment());
        assertSame(failure, response.failure());
    }

    @Test
    void earlyResponseThatFailsAbandonsTheExchangeBeforeTheRestOfTheBody() {
        EarlyExchange exchange = new EarlyExchange(Response.text("never"));
        IllegalStateException failure = new IllegalStateException("no promise");
        exchange.early.completeExceptionally(failure);
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals(500, response.code());
        assertEquals(List.of("sink", "abandon no promise"), exchange.calls);
        assertSame(failure, response.failure());
    }

    @Test
    void sinkThatFailsBesideAPromisedResponseIsAnsweredByThat() {
        EarlyExchange exchange = new EarlyExchange(Response.text("no").with(Status.CONFLICT));
        exchange.atProgress = new IllegalStateException("closed");
        TestClient.of(request -> exchange).put("/", "abc").assertStatus(409);
        exchange.assertAbandonedOnce();
    }

    @Test
    void refusalOfASinkWhoseResponseIsPromisedIsSentAtOnce() {
        EarlyExchange exchange = new EarlyExchange(Response.text("late"));
        exchange.atProgress = new IllegalStateException(
                new HttpException(Status.CONTENT_TOO_LARGE, "too much"));
        TestClient.of(request -> exchange).put("/", "abc").assertStatus(413);
        exchange.assertAbandonedOnce();
    }

    @Test
    void bodyThatIsStoppedBeforeItsPromisedResponseComesIs503AndThatIsClosed() {
        CountingBody body = new CountingBody(Body.empty());
        EarlyExchange exchange = new EarlyExchange(Response.of(Status.OK).with(body));
        TestClient.of(request -> {
            request.stopBody();
            return exchange;
        }).put("/", "abc").assertStatus(503);
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
        assertEquals(1, body.closes);
    }

    @Test
    void responseThatIsHereGoesOnThoughItsBodyIsStoppedOrFails() {
        for (boolean stops : new boolean[] {true, false}) {
            CountingBody own = new CountingBody(Body.empty());
            EarlyExchange exchange = new EarlyExchange(Response.text("on its way"));
            exchange.early.complete(exchange.promised);
            exchange.onAbandon = Response.of(Status.OK).with(own);
            exchange.atProgress = new IllegalStateException("closed");
            assertEquals("on its way", TestClient.of(request -> {
                if (stops) {
                    request.stopBody();
                }
                return exchange;
            }).put("/", "abc").text());
            exchange.assertAbandonedOnce();
            assertEquals(1, own.closes);
        }
    }

    @Test
    void promisedResponseOfAnExchangeThatFailsToCompleteIsClosed() {
        CountingBody body = new CountingBody(Body.empty());
        EarlyExchange exchange = new EarlyExchange(Response.of(Status.OK).with(body));
        exchange.atComplete = new IllegalStateException("no end");
        TestClient.of(request -> exchange).put("/", "abc").assertStatus(500);
        exchange.early.complete(exchange.promised);
        assertEquals(1, body.closes);
    }

    // Its head has left, so that the client sees a connection that is cut.
    @Test
    void exchangeThatFailsToCompleteBesideAResponseThatIsHereLeavesTheClientWithoutOne() {
        CountingBody body = new CountingBody(Body.empty());
        EarlyExchange exchange = new EarlyExchange(Response.of(Status.OK).with(body));
        exchange.early.complete(exchange.promised);
        exchange.atComplete = new IllegalStateException("no end");
        TestResponse response = TestClient.of(request -> {
            request.whenGone(() -> told.add("gone"));
            return exchange;
        }).put("/", "abc");
        assertThrows(AssertionError.class, response::status);
        assertSame(exchange.atComplete, response.failure());
        assertEquals(List.of("gone"), told);
        assertEquals(1, body.closes);
    }

    /** Promises a response, which comes when the exchange is abandoned. */
    private static final class EarlyExchange extends ExchangeStub {

        final CompletableFuture<Response> early = new CompletableFuture<>();
        final Response promised;

        EarlyExchange(Response promised) {
            this.promised = promised;
        }

        @Override
        public CompletionStage<Response> earlyResponse() {
            return early;
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            super.abandon(why, cause);
            early.complete(promised);
            return onAbandon;
        }
    }

    @Test
    void clientThatLeavesInTheBodyAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub();
        exchange.onAbandon = Response.text("unheard");
        Handler handler = request -> {
            request.whenGone(() -> told.add("gone"));
            request.whenHalfClosed(() -> told.add("half"));
            return exchange;
        };
        TestResponse response = TestClient.of(handler)
                .send(TestRequest.put("/").body("abcdef").leavesAfter(4).pieces(3));
        assertEquals(List.of("sink", "progress 3", "progress 4",
                "abandon the connection ended inside the request body"), exchange.calls);
        assertEquals(List.of(Abandonment.PEER_LEFT), exchange.whys);
        assertEquals(List.of("half", "gone"), told);
        assertFalse(response.hasResponse());
        assertEquals(Abandonment.PEER_LEFT, response.abandonment());
        assertThrows(AssertionError.class, response::code);
        assertEquals("there is no response: the client has left, or the server has closed the"
                + " connection", assertThrows(AssertionError.class, response::status).getMessage());
    }

    @Test
    void clientThatSendsLessThanItSaysLeaves() {
        ExchangeStub exchange = new ExchangeStub();
        assertFalse(TestClient.of(request -> exchange)
                .send(TestRequest.put("/").body("abc").bodyLength(4)).hasResponse());
        assertEquals("abc", exchange.bytes.toString());
        exchange.assertAbandonedOnce();
        TestClient.of(request -> Exchange.collect(request, 10, bytes -> null))
                .send(TestRequest.put("/").bodyLength(11)).assertStatus(413);
    }

    @Test
    void clientThatLeavesBehindItsBodyHasLeft() {
        CountingBody body = new CountingBody(Body.empty());
        CompletableFuture<Response> stage = new CompletableFuture<>();
        TestResponse response = TestClient.of(request -> {
            request.whenGone(() -> stage.complete(Response.of(Status.OK).with(body)));
            return Exchange.collect(request, 10, bytes -> Response.later(stage));
        }).send(TestRequest.put("/").body("abc").leavesAfter(3));
        assertFalse(response.hasResponse());
        assertNull(response.abandonment());
        assertEquals(1, body.closes);
    }

    @Test
    void exchangeDecidedTooLateIsAbandoned() {
        ExchangeStub exchange = new ExchangeStub();
        CompletableFuture<Exchange> stage = new CompletableFuture<>();
        TestResponse response = TestClient.of(request -> {
            request.whenGone(() -> stage.complete(exchange));
            return Exchange.later(stage);
        }).send(TestRequest.put("/").body("abc").leavesAfter(0));
        assertFalse(response.hasResponse());
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
    }

    @Test
    void bodyMayBeStopped() {
        ExchangeStub exchange = new ExchangeStub();
        TestResponse response = TestClient.of(request -> {
            request.stopBody();
            return exchange;
        }).put("/", "abc");
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
        response.assertStatus(503);
        exchange.onAbandon = Response.text("enough");
        assertEquals("enough", TestClient.of(request -> new StoppingExchange(request, exchange))
                .send(TestRequest.put("/").body("abc").pieces(1)).text());
    }

    @Test
    void bodyThatFailsBeforeItsFirstByteIs500() {
        TestResponse response = TestClient.of(request -> Response.of(Status.OK).with(
                Body.written(threads, out -> {
                    throw new IOException("no more");
                }))).get("/");
        assertEquals("internal server error\n", response.assertStatus(500).text());
        assertEquals("no more", response.failure().getMessage());
    }

    @Test
    void cutBodyIsNotTakenForTheWhole() {
        TestResponse response = TestClient.of(request -> Response.of(Status.OK).with(
                new FailingBody("abc"))).get("/");
        assertTrue(response.isCut());
        assertEquals("abc", new String(response.receivedBytes(), StandardCharsets.UTF_8));
        assertThrows(AssertionError.class, response::text);
        assertThrows(AssertionError.class, response::bytes);
    }

    /** Wants no more of the body after its second byte. */
    private record StoppingExchange(RequestHead request, ExchangeStub stub) implements Exchange {

        @Override
        public WritableByteChannel sink() throws Exception {
            return stub.sink();
        }

        @Override
        public void onProgress(long receivedBytes) {
            assertTrue(receivedBytes <= 2, "it goes on");
            if (receivedBytes == 2) {
                request.stopBody();
            }
        }

        @Override
        public Response complete() throws Exception {
            return stub.complete();
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            return stub.abandon(why, cause);
        }
    }

    /** Has these bytes, and then fails. */
    private record FailingBody(String text) implements Body {

        @Override
        public long length() {
            return text.length() + 1;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            if (position > 0) {
                throw new IOException("the disk is gone");
            }
            target.put(text.getBytes(StandardCharsets.UTF_8));
            return text.length();
        }
    }
}
