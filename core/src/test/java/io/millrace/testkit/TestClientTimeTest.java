package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.PacedSink;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.http.Withdrawable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The limit of the time that an application takes. */
class TestClientTimeTest {

    private final List<String> told = new ArrayList<>();

    private static Handler within20Ms(Handler handler) {
        return handler.within(Duration.ofMillis(20));
    }

    @Test
    void stageThatOutlastsTheApplicationsLimitIs503() {
        CountingBody body = new CountingBody(Body.empty());
        CompletableFuture<Response> stage = new CompletableFuture<>();
        TestClient.of(within20Ms(request -> Response.later(stage))).get("/").assertStatus(503);
        stage.complete(Response.of(Status.OK).with(body));
        assertEquals(1, body.closes);
        ExchangeStub exchange = new ExchangeStub();
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        TestClient.of(within20Ms(request -> Exchange.later(decision))).get("/").assertStatus(503);
        decision.complete(exchange);
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
        TestClient.of(request -> {
            request.applicationTimeout(Duration.ofMillis(1));
            request.applicationTimeout(Duration.ofMinutes(1));
            return Response.later(CompletableFuture.supplyAsync(() -> Response.text("in time"),
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)));
        }).get("/").assertStatus(200);
    }

    @Test
    void stageThatIsCarriedOutAllTheSameHasNoResponse() {
        Undone stage = new Undone();
        TestResponse response = TestClient.of(within20Ms(request -> Response.later(stage)))
                .get("/");
        assertFalse(response.hasResponse());
        assertEquals("the stage given to Response.later did not complete within 20 ms",
                response.failure().getMessage());
    }

    /** Can't be taken back. */
    private static final class Undone extends CompletableFuture<Response>
            implements Withdrawable {

        @Override
        public boolean withdraw() {
            return false;
        }
    }

    @Test
    void sinkWithoutRoomThatOutlastsTheLimitAbandonsTheExchange() {
        ExchangeStub exchange = new ExchangeStub(new FullSink());
        TestClient.of(within20Ms(request -> exchange)).put("/", "abc").assertStatus(503);
        assertEquals(List.of(Abandonment.APPLICATION_TOO_SLOW), exchange.whys);
    }

    /** Never has room. */
    private record FullSink() implements PacedSink {

        @Override
        public int room() {
            return 0;
        }

        @Override
        public void whenRoom(Runnable callback) {
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new AssertionError("there is no room");
        }

        @Override
        public void close() {
        }
    }

    @Test
    void bodyThatOutlastsTheLimitIsCut() {
        TestResponse response = TestClient.of(within20Ms(request -> {
            request.whenGone(() -> told.add("gone"));
            return Response.of(Status.OK).with(Body.of(new SubmissionPublisher<>()));
        })).get("/");
        assertTrue(response.isCut());
        assertEquals(200, response.code());
        assertEquals(List.of("gone"), told);
    }

    @Test
    void bodyThatHasSomethingToSayAtTheLimitGoesOn() {
        TestResponse response = TestClient.of(within20Ms(
                request -> Response.of(Status.OK).with(new Heartbeats()))).get("/");
        assertEquals("::", response.text());
    }

    /** Has a byte at each stall, and ends behind the second. */
    private static final class Heartbeats implements Body {

        private boolean hasByte;

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (!hasByte) {
                return position == 2 ? -1 : 0;
            }
            hasByte = false;
            target.put((byte) ':');
            return 1;
        }

        @Override
        public void whenReadable(Runnable callback) {
        }

        @Override
        public boolean onStall() {
            hasByte = true;
            return true;
        }
    }

    @Test
    void limitIsPositive() {
        TestClient client = TestClient.of(TestClientBodyTest::echo);
        assertThrows(IllegalArgumentException.class, () -> client.within(Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> client.within(Duration.ofNanos(-1)));
        client.within(Duration.ofNanos(1)).put("/", "no wait").assertStatus(200);
    }
}
