package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.PacedSink;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each breach of a contract fails the test that meets it, and is named. */
class ContractBreachTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private static String breach(Handler handler, TestRequest request) {
        return assertThrows(AssertionError.class,
                () -> TestClient.of(handler).within(SHORT).send(request)).getMessage();
    }

    private static String breachOfGet(Handler handler) {
        return breach(handler, TestRequest.get("/"));
    }

    private static String breachOfSink(WritableByteChannel sink) {
        ExchangeStub exchange = new ExchangeStub(sink);
        String breach = breach(request -> exchange, TestRequest.put("/").body("abc"));
        exchange.assertAbandonedOnce();
        assertEquals(Abandonment.SINK_FAILED, exchange.whys.get(0));
        return breach;
    }

    private static String breachOfBody(Body body) {
        CountingBody counted = new CountingBody(body);
        String breach = breachOfGet(request -> Response.of(Status.OK).with(counted));
        assertEquals(1, counted.closes);
        return breach;
    }

    private static void assertStarts(String start, String text) {
        assertTrue(text.startsWith(start), text);
    }

    private static void assertEnds(String end, String text) {
        assertTrue(text.endsWith(end), text);
    }

    @Test
    void nullInPlaceOfAnExchange() {
        assertEquals("the handler returned null; it must return a Response or another Exchange",
                breachOfGet(request -> null));
    }

    @Test
    void nullInPlaceOfAResponse() {
        ExchangeStub exchange = new ExchangeStub();
        exchange.onComplete = null;
        assertEquals("io.millrace.http.ExchangeStub.complete() returned null",
                breachOfGet(request -> exchange));
    }

    @Test
    void stageOfNull() {
        assertEquals("the stage given to Response.later completed with null", breachOfGet(
                request -> Response.later(CompletableFuture.completedFuture(null))));
        assertEquals("the stage given to Exchange.later completed with null", breachOfGet(
                request -> Exchange.later(CompletableFuture.completedFuture(null))));
    }

    @Test
    void stageThatDoesNotComplete() {
        assertEquals("the stage given to Response.later did not complete within 20 ms",
                breachOfGet(request -> Response.later(new CompletableFuture<>())));
        assertEquals("the stage given to Exchange.later did not complete within 20 ms",
                breachOfGet(request -> Exchange.later(new CompletableFuture<>())));
    }

    @Test
    void exchangeThatIsUsedTwice() {
        ExchangeStub exchange = new ExchangeStub();
        TestClient client = TestClient.of(request -> exchange);
        client.get("/");
        assertEquals("io.millrace.http.ExchangeStub: the handler returned this exchange twice; each"
                + " request needs a new one",
                assertThrows(AssertionError.class, () -> client.get("/")).getMessage());
        Response reusable = Response.text("again");
        TestClient repeating = TestClient.of(request -> reusable);
        repeating.get("/");
        assertEquals("again", repeating.get("/").text());
    }

    @Test
    void informationalResponseAsTheFinalOne() {
        assertEquals("a response with status 103 Early Hints can't be the final one: send it with"
                + " RequestHead.inform",
                breachOfGet(request -> Response.of(Status.EARLY_HINTS)));
    }

    @Test
    void abandonThatThrows() {
        Handler handler = request -> new ExchangeStub() {
            @Override
            public Response abandon(Abandonment why, Throwable cause) {
                throw new IllegalStateException("no clean-up");
            }
        };
        assertEnds("$1.abandon() threw java.lang.IllegalStateException: no clean-up",
                breach(handler, TestRequest.put("/").body("abc").leavesAfter(1)));
    }

    @Test
    void actionOfWhenGoneThatThrows() {
        assertEquals("what RequestHead.whenGone or whenHalfClosed was given threw"
                + " java.lang.IllegalStateException: no", breach(request -> {
                    request.whenGone(() -> {
                        throw new IllegalStateException("no");
                    });
                    return Response.text("");
                }, TestRequest.get("/").leavesAfter(0)));
    }

    @Test
    void fileThatStaysOpen() throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve("file"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            TestRequest request = TestRequest.put("/").body("abc");
            String message = "io.millrace.http.ExchangeStub: the sink is still open: the exchange"
                    + " closes it in complete() and in abandon(), the server never does";
            assertEquals(message, breach(head -> new ExchangeStub(file), request));
            assertEquals(message, breach(head -> new ExchangeStub(file), request.leavesAfter(1)));
            TestClient.of(head -> new ExchangeStub(file)).keepsSinksOpen().send(request)
                    .assertStatus(200);
        }
    }

    @Test
    void negativePositionOfAFile() throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve("file"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ExchangeStub exchange = new ExchangeStub(file) {
                @Override
                public long sinkPosition() {
                    return -1;
                }
            };
            assertEnds(": sinkPosition() returned -1",
                    breach(request -> exchange, TestRequest.put("/").body("abc")));
            exchange.assertAbandonedOnce();
        }
    }

    @Test
    void sinkThatMiscounts() {
        assertEnds(": write() took 3 bytes but returned 2", breachOfSink((SinkStub) source -> {
            source.position(source.limit());
            return 2;
        }));
        assertEnds(": write() took 0 bytes but returned 3",
                breachOfSink((SinkStub) source -> 3));
        assertEnds(": write() took no bytes; only a PacedSink may have no room",
                breachOfSink((SinkStub) source -> 0));
    }

    @Test
    void sinkThatWantsAnArray() {
        ExchangeStub exchange = new ExchangeStub((SinkStub) source -> source.array().length);
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals(500, response.code());
        assertEquals(UnsupportedOperationException.class, response.failure().getClass());
    }

    @Test
    void pacedSinkWithoutRoom() {
        assertEnds(" had no room and ran no callback of whenRoom() within 20 ms",
                breachOfSink(new Paced(0, true)));
        assertEnds(": room() returned -1", breachOfSink(new Paced(-1, true)));
    }

    @Test
    void closedPacedSinkFails() {
        ExchangeStub exchange = new ExchangeStub(new Paced(1, false));
        TestResponse response = TestClient.of(request -> exchange).put("/", "abc");
        assertEquals("closed", response.failure().getMessage());
        exchange.assertAbandonedOnce();
    }

    /** A sink that never says that it has room. */
    private record Paced(int room, boolean isOpen) implements PacedSink {

        @Override
        public void whenRoom(Runnable callback) {
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            throw new IOException("closed");
        }

        @Override
        public void close() {
        }
    }

    @Test
    void bodyThatEndsBeforeItsLength() {
        assertEnds(": it ended after 0 of 5 bytes, its length()", breachOfBody(new Odd(5, 0, -1)));
    }

    @Test
    void bodyThatMiscounts() {
        assertEnds(": read() wrote 2 bytes but returned 3", breachOfBody(new Odd(5, 2, 3)));
        assertEnds(": read() wrote 1 bytes but returned -1", breachOfBody(new Odd(-1, 1, -1)));
        assertEnds(": read() wrote 0 bytes but returned -2", breachOfBody(new Odd(-1, 0, -2)));
        assertEnds(": length() returned -2", breachOfGet(
                request -> Response.of(Status.OK).with(new Odd(-2, 0, -1))));
    }

    @Test
    void bodyWithoutBytesThatNeverCallsBack() {
        assertEnds(" read 0 bytes and ran no callback of whenReadable() within 20 ms",
                breachOfBody(new Odd(5, 0, 0)));
    }

    /** Puts some bytes and returns another number. */
    private record Odd(long length, int put, int result) implements Body {

        @Override
        public int read(long position, ByteBuffer target) {
            target.put(new byte[put]);
            return result;
        }

        @Override
        public void whenReadable(Runnable callback) {
        }
    }

    @Test
    void bodyThatMovesWhatItDoesNotSay() {
        assertEnds(": transferTo() wrote 10 bytes but returned 5 for a count of 65536",
                breachOfBody(new OddMover(10, 5)));
        assertEnds(": transferTo() wrote 0 bytes but returned 10 for a count of 65536",
                breachOfBody(new OddMover(0, 10)));
        assertEnds(": transferTo() returned 0 although its target takes bytes",
                breachOfBody(new OddMover(0, 0)));
        assertEnds(": transferTo() wrote 5 bytes but returned -1 for a count of 65536",
                breachOfBody(new OddMover(5, -1)));
        assertEnds(": transferTo() wrote 65537 bytes but returned 65537 for a count of 65536",
                breachOfBody(new OddMover(65_537, 65_537)));
    }

    /** Moves some bytes and returns another number. */
    private record OddMover(int put, long result) implements Body {

        @Override
        public long length() {
            return 100_000;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            throw new AssertionError("it moves");
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target)
                throws IOException {
            target.write(ByteBuffer.allocate(put));
            return result;
        }
    }

    @Test
    void bodyThatFailsToClose() {
        assertEnds(".close() threw java.io.IOException: stuck", breachOfGet(
                request -> Response.of(Status.OK).with(new Stuck())));
    }

    /** Can't be closed. */
    private record Stuck() implements Body {

        @Override
        public long length() {
            return 0;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            return -1;
        }

        @Override
        public void close() throws IOException {
            throw new IOException("stuck");
        }
    }

    @Test
    void trailersOfNull() {
        assertEquals("the supplier given to Response.withTrailers returned null", breachOfGet(
                request -> Response.text("abc").withTrailers(() -> null)));
    }

    @Test
    void headThatIsUsedTooLate() {
        CompletableFuture<RequestHead> kept = new CompletableFuture<>();
        TestClient.of(request -> {
            kept.complete(request);
            return Response.text(request.path());
        }).get("/a").assertStatus(200);
        IllegalStateException late = assertThrows(IllegalStateException.class,
                () -> kept.join().path());
        assertStarts("the request head of \"GET /a HTTP/1.1\" is used after its exchange has ended",
                late.getMessage());
    }

    @Test
    void assertionOfTheApplicationPassesThrough() {
        AssertionError own = new AssertionError("its own");
        assertSame(own, assertThrows(AssertionError.class, () -> TestClient.of(request -> {
            throw own;
        }).get("/")));
        ExchangeStub exchange = new ExchangeStub((SinkStub) source -> {
            throw own;
        });
        assertSame(own, assertThrows(AssertionError.class,
                () -> TestClient.of(request -> exchange).put("/", "abc")));
        exchange.assertAbandonedOnce();
    }
}
