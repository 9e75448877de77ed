package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A connection without a worker: what hangs on when exactly the socket takes or gives bytes. */
class ConnectionTest {

    private final Completions completions = new Completions(() -> { });

    private Connection connection(MemoryChannel channel, Handler handler) {
        return new Connection(channel, Layer.NONE, new Resources(
                ServerOptions.builder().port(0).build(), handler, new Counters(), completions));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static int answers(String written) {
        return written.split("HTTP/1.1 200 OK\r\n", -1).length - 1;
    }

    @Test
    void requestThatArrivesByteByByteIsAnsweredAfterItsLast() throws Exception {
        MemoryChannel channel = new MemoryChannel().append(get("/1"));
        channel.bytesPerRead = 1;
        Connection connection = connection(channel, request -> Response.text("one"));
        while (channel.isReadable()) {
            assertEquals("", channel.written());
            assertEquals(Want.READ, connection.visit());
        }
        assertTrue(channel.written().endsWith("\r\n\r\none"), channel.written());
        channel.ended = true;
        assertEquals(Want.CLOSE, connection.visit());
    }

    @Test
    void headOfTheMostBytesThatMayBeAllowedIsRead() {
        int most = 1 << 20;
        String start = "GET / HTTP/1.1\r\nHost: a\r\nLong: ";
        String end = "\r\n\r\n";
        Conversation conversation = new Conversation(ServerOptions.builder().port(0)
                .maxHeadBytes(most), request -> Response.text("one"));
        conversation.send(get("/1"));
        conversation.send(start + "x".repeat(most - start.length() - end.length()) + end);
        assertNull(conversation.closed);
        assertEquals(2, answers(conversation.sent()));
    }

    @Test
    void answerLeavesWholeThroughASocketThatTakesOneByteAtATime() throws Exception {
        MemoryChannel channel = new MemoryChannel().append(get("/1"));
        channel.room = 0;
        Connection connection = connection(channel, request -> Response.text("one"));
        while (connection.visit() == Want.WRITE) {
            channel.room = 1;
        }
        assertTrue(channel.written().endsWith("\r\n\r\none"), channel.written());
        assertEquals(1, answers(channel.written()));
    }

    @Test
    void laterAnswerStandsBehindWhatTheSocketHasNotTakenYet() throws Exception {
        CompletableFuture<Response> later = new CompletableFuture<>();
        MemoryChannel channel = new MemoryChannel().append(get("/1") + get("/2"));
        channel.room = 10;
        Connection connection = connection(channel, request -> request.path().equals("/1")
                ? Response.text("one") : Response.later(later));
        assertEquals(Want.WRITE, connection.visit());
        later.complete(Response.text("two"));
        connection.onCompletion(completions.poll());
        channel.room = Integer.MAX_VALUE;
        connection.visit();
        assertEquals(2, answers(channel.written()), channel.written());
        assertTrue(channel.written().contains("\r\n\r\noneHTTP/1.1"), channel.written());
        assertTrue(channel.written().endsWith("\r\n\r\ntwo"), channel.written());
    }

    @Test
    void pipelinedAnswersAreNotAllGivenInOneVisit() throws Exception {
        int budgetBytes = 200_000;
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes),
                request -> Response.text(Wire.letters(10_000)));
        conversation.peer.append(get("/1").repeat(100));
        conversation.want = conversation.connection.visit();
        assertEquals(Want.WRITE, conversation.want);
        int sentBytes = conversation.peer.out.size();
        assertTrue(sentBytes <= budgetBytes + 2 * Resources.OUT_BYTES, () -> sentBytes + " bytes");
        assertTrue(conversation.connection.link.budget.isUsedUp());
        assertFalse(conversation.connection.link.budget.isLongTransfer(),
                "they are many and small");
        assertEquals(100, answers(conversation.go().sent()));
    }

    // A GET beside six clients that pipelined PUTs of one byte took 15 s.
    @Test
    void pipelinedRequestsThatTakeLongAreNotAllAnsweredInOneVisit() throws Exception {
        Duration time = Duration.ofMillis(1);
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).timePerVisit(time), request -> {
                    long endNs = System.nanoTime() + time.toNanos();
                    while (System.nanoTime() - endNs < 0) {
                        Thread.onSpinWait();
                    }
                    return Response.text("one");
                });
        conversation.peer.append(get("/1").repeat(10));
        conversation.want = conversation.connection.visit();
        assertEquals(Want.WRITE, conversation.want);
        assertEquals(2, answers(conversation.peer.written()));
        assertTrue(conversation.connection.link.waitsForTurn());
        assertEquals(10, answers(conversation.go().sent()));
        assertFalse(conversation.connection.link.waitsForTurn());
    }

    @Test
    void uploadIsALongTransferFromTheVisitThatUsesUpItsBudgetUntilItsEnd() {
        int budgetBytes = 64 * 1024;
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes),
                request -> Exchange.discard(receivedBytes -> Response.text("")));
        int bodyBytes = 3 * budgetBytes;
        conversation.send(Wire.put(bodyBytes));
        assertFalse(conversation.connection.link.budget.isLongTransfer());
        conversation.send(Wire.letters(budgetBytes - 1));
        assertFalse(conversation.connection.link.budget.isLongTransfer());
        conversation.send(Wire.letters(budgetBytes));
        assertTrue(conversation.connection.link.budget.isLongTransfer());
        conversation.send(Wire.letters(1));
        assertFalse(conversation.connection.link.budget.isUsedUp());
        assertTrue(conversation.connection.link.budget.isLongTransfer());
        conversation.send(Wire.letters(budgetBytes));
        assertEquals(1, answers(conversation.sent()));
        assertFalse(conversation.connection.link.budget.isLongTransfer());
    }

    @Test
    void answerThatIsUnderWayWhenTheServerStopsIsTheLast() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 10;
        conversation.send(get("/1"));
        conversation.resources.isDraining = true;
        conversation.take(Integer.MAX_VALUE);
        assertEquals(1, answers(conversation.sent()));
        assertEquals(Want.LINGER, conversation.want);
    }

    @Test
    void headThatIsUnderWayWhenTheServerStopsIsAnswered() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.send(get("/1").substring(0, 10));
        conversation.resources.isDraining = true;
        conversation.send(get("/1").substring(10, 20)).send(get("/1").substring(20));
        String sent = conversation.sent();
        assertEquals(1, answers(sent));
        assertTrue(sent.contains("\r\nConnection: close\r\n"), sent);
        assertEquals(Want.LINGER, conversation.want);
    }

    @Test
    void exchangeWhoseAbandonFailsIsNotAbandonedAgain() throws Exception {
        ExchangeStub exchange = new ExchangeStub(SinkStub.failing("closed")) {
            @Override
            protected void note(String call) {
                super.note(call);
                if (call.startsWith("abandon")) {
                    throw new StackOverflowError("meant to be thrown");
                }
            }
        };
        MemoryChannel channel = new MemoryChannel().append(
                "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        Connection connection = connection(channel, request -> exchange);
        try {
            connection.visit();
        } catch (Error e) {
            // As the worker does.
        }
        try {
            connection.close(Abandonment.PEER_LEFT, new EOFException());
        } catch (Error e) {
            // As the worker does.
        }
        assertEquals(List.of("abandon closed"), exchange.ends());
    }

    @Test
    void exchangeThatFailedToCompleteIsNotAbandonedThoughItsFailureCannotEvenBeLogged() {
        RuntimeException unspeakable = new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                throw new OutOfMemoryError("a test's");
            }
        };
        ExchangeStub exchange = new ExchangeStub();
        exchange.atComplete = unspeakable;
        Conversation conversation = new Conversation(request -> exchange);
        conversation.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        assertEquals(Wire.text("500 Internal Server Error", "internal server error\n"),
                conversation.sent());
        assertEquals(List.of("complete"), exchange.ends());
    }

    @Test
    void bodyThatCannotTellItsLengthIsClosedAndLeavesNothingInFlight() {
        AtomicInteger closes = new AtomicInteger();
        Body lengthless = new Body() {
            @Override
            public long length() {
                throw new IllegalStateException("meant");
            }

            @Override
            public int read(long position, ByteBuffer target) {
                throw new AssertionError();
            }

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        Conversation conversation = new Conversation(request -> request.path().equals("/1")
                ? Response.text(Wire.letters(100_000)) : Response.text("").with(lengthless));
        conversation.send(get("/1")).sent();
        assertTrue(conversation.send(get("/2")).sent().startsWith("HTTP/1.1 500 "));
        assertNull(conversation.closed);
        assertEquals(1, closes.get());
        assertEquals(0, conversation.resources.counters.read(Counters.Figure.BYTES_IN_FLIGHT));
    }
}
