package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.SinkStub;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Exchanges that respond before their body is whole: {@code Exchange.earlyResponse}. */
class EarlyResponseTest {

    private static final String LONG = letters(3_000_000);

    private final EarlyExchange exchange = new EarlyExchange();
    private final Conversation conversation = new Conversation(request ->
            request.path().equals("/next") ? Response.text("next") : exchange);

    /** A body that has bytes when a test gives it some. */
    private static class Given implements Body {

        private final StringBuilder bytes = new StringBuilder();
        private Runnable callback;
        private boolean isEnded;
        boolean isClosed;

        void give(String text, boolean ends) {
            bytes.append(text);
            isEnded |= ends;
            if (callback != null) {
                Runnable told = callback;
                callback = null;
                told.run();
                told.run(); // once too often does no harm
            }
        }

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            assertNull(callback, "it is left alone until it says something");
            int count = Math.min(target.remaining(), bytes.length());
            for (int i = 0; i < count; i++) {
                target.put((byte) bytes.charAt(i));
            }
            bytes.delete(0, count);
            return count == 0 && isEnded ? -1 : count;
        }

        @Override
        public void whenReadable(Runnable callback) {
            assertNull(this.callback);
            this.callback = callback;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private void assertCompleted() {
        assertEquals("complete", exchange.calls.get(exchange.calls.size() - 1));
        assertEquals(List.of(), exchange.whys);
    }

    @Test
    void responseIsSentBeforeTheBodyIsWholeWhichIsStillTaken() {
        Given given = new Given();
        conversation.send(put(10) + "hello");
        assertEquals(List.of("sink", "early", "progress 5"), exchange.calls);
        exchange.response.complete(Response.of(Status.OK).with(given));
        assertTrue(conversation.go().sent().endsWith("Transfer-Encoding: chunked\r\n\r\n"));
        given.give("abc", false);
        assertTrue(conversation.go().sent().endsWith("abc\r\n"));
        conversation.send("wor");
        assertEquals("hellowor", exchange.bytes.toString());
        given.give("d", false);
        assertTrue(conversation.go().sent().endsWith("d\r\n"));
        conversation.send("ld" + get("/next"));
        assertEquals(List.of("sink", "early", "progress 5", "progress 8", "progress 10",
                "complete"), exchange.calls);
        assertEquals("", conversation.sent(), "the next response waits for its turn");
        given.give("", true);
        assertEquals("0\r\n\r\n" + ok("next"), conversation.go().sent());
        assertTrue(given.isClosed);
    }

    @Test
    void responseThatIsPromisedStillIsSentWhenTheBodyIsWhole() {
        conversation.send(put("hello"));
        assertEquals("", conversation.sent());
        assertEquals("complete", exchange.calls.get(exchange.calls.size() - 1));
        exchange.response.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
    }

    @Test
    void responseThatIsHereAtOnceIsSentBeforeAByteHasCome() {
        exchange.response.complete(Response.text("done").with(new Given()));
        assertTrue(conversation.send(put(5)).sent().startsWith("HTTP/1.1 200 OK\r\n"));
        assertEquals(Want.READ, conversation.want);
    }

    @Test
    void responseThatIsWholeFirstEndsTheBodyAndAShortRestIsSkipped() {
        conversation.send(put(10) + "hello");
        exchange.response.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
        assertEquals(List.of(Abandonment.STOPPED), exchange.whys);
        assertEquals(ok("next"), conversation.send("world" + get("/next")).sent());
        assertEquals("hello", exchange.bytes.toString());
    }

    @Test
    void responseThatIsMadeOfAnotherStageWaitsForThat() {
        CompletableFuture<Response> second = new CompletableFuture<>();
        conversation.send(put(10) + "hello");
        exchange.response.complete(Response.later(second));
        assertEquals("", conversation.go().sent());
        second.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
    }

    @Test
    void bytesThatComeMeanwhileAreTaken() {
        CompletableFuture<Response> second = new CompletableFuture<>();
        conversation.send(put(10) + "hello");
        exchange.response.complete(Response.later(second));
        conversation.go().send("wor").send("l");
        assertEquals("helloworl", exchange.bytes.toString());
        assertEquals("", conversation.sent());
        second.complete(Response.text("done"));
        assertEquals(ok("done"), conversation.go().sent());
    }

    @Test
    void stageThatFailsAbandonsTheExchangeAndIsTheResponse() {
        conversation.send(put(10) + "hello");
        exchange.response.completeExceptionally(new HttpException(Status.CONFLICT, "no"));
        assertTrue(conversation.go().sent().startsWith("HTTP/1.1 409 Conflict\r\n"));
        assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
        assertEquals(ok("next"), conversation.send("world" + get("/next")).sent());
    }

    @Test
    void responseThatCannotBeSentGets500() {
        Given body = new Given() {
            @Override
            public long length() {
                throw new IllegalStateException("bug");
            }
        };
        conversation.send(put(10) + "hello");
        exchange.response.complete(Response.of(Status.OK).with(body));
        assertEquals(INTERNAL, conversation.go().sent());
        exchange.assertAbandonedOnce();
        assertTrue(body.isClosed);
    }

    @Test
    void bothSidesMoveWhereNeitherWaitsForTheApplication() {
        Body body = Body.of(new byte[LONG.length()]);
        exchange.response.complete(Response.of(Status.OK).with(body));
        conversation.peer.room = 0;
        conversation.send(put(LONG.length() + 1) + LONG);
        assertEquals(LONG, exchange.bytes.toString(), "a full socket holds up the response only");
        assertEquals(Want.READ_WRITE, conversation.want);
        conversation.take(1_000_000);
        assertEquals(Want.READ_WRITE, conversation.want);
        conversation.take(Integer.MAX_VALUE);
        assertTrue(conversation.peer.out.size() > LONG.length());
    }

    // The side that goes first in a visit may leave nothing of its budget for the other.
    @Test
    void neitherSideWaitsForTheEndOfTheOther() {
        int budgetBytes = 64 * 1024;
        EarlyExchange early = new EarlyExchange(SinkStub.dropping());
        early.response.complete(Response.of(Status.OK).with(Body.of(new byte[16 << 20])));
        Conversation other = new Conversation(
                ServerOptions.builder().port(0).bytesPerVisit(budgetBytes), request -> early);
        other.peer.room = 0;
        other.send(put(1L << 30));
        other.peer.room = Integer.MAX_VALUE;
        other.peer.filler = 1L << 30;
        for (int i = 0; i < 20; i++) {
            other.visit();
        }
        long taken = other.connection.link.in.bodyBytes();
        assertTrue(taken >= 5 * budgetBytes, () -> "taken " + taken);
        assertTrue(other.peer.out.size() >= 5 * budgetBytes, () -> "sent " + other.peer.out.size());
    }

    @Test
    void fullSinkHoldsUpTheBodyOnly() throws Exception {
        PacedSinkStub sink = new PacedSinkStub();
        EarlyExchange paced = new EarlyExchange(sink);
        Given given = new Given();
        Conversation other = new Conversation(request -> paced);
        paced.response.complete(Response.of(Status.OK).with(given));
        other.send(put(10) + "hello");
        assertEquals(Want.APPLICATION_ALONE, other.want);
        for (char c = 'a'; c < 'f'; c++) {
            given.give(String.valueOf(c), false);
            assertTrue(other.go().sent().endsWith(c + "\r\n"));
            assertEquals(Want.APPLICATION_ALONE, other.want);
            sink.makeRoom(1);
            other.go();
            assertEquals(c - 'a' + 1, sink.bytes.size());
        }
        sink.makeRoom(1);
        other.go();
        assertEquals(Want.READ, other.want);
        other.send("world");
        other.peer.room = 0;
        given.give("more", false);
        other.go();
        assertEquals(Want.WRITE, other.want, "a full sink is not read for");
        sink.makeRoom(2);
        other.go();
        assertEquals(Want.WRITE, other.want);
        sink.makeRoom(2);
        other.go();
        assertEquals("helloworld", sink.bytes.toString());
        other.take(100);
        given.give("", true);
        assertTrue(other.go().sent().endsWith("0\r\n\r\n"));
    }

    // What is unsent stands in the way of what the response has more.
    @Test
    void pieceThatIsReadyWhileTheSocketIsFullFollowsTheOneBeforeIt() {
        Given given = new Given();
        exchange.response.complete(Response.of(Status.OK).with(given));
        conversation.send(put(10) + "hello").sent();
        conversation.peer.room = 2;
        given.give("abc", false);
        conversation.go();
        given.give("def", false);
        conversation.send("w").send("o");
        conversation.take(Integer.MAX_VALUE);
        assertEquals("0003\r\nabc\r\n0003\r\ndef\r\n", conversation.sent());
        assertEquals("hellowo", exchange.bytes.toString());
    }

    @Test
    void sinkThatFailsEndsTheBodyAndNotTheResponse() {
        Given given = new Given();
        exchange.response.complete(Response.of(Status.OK).with(given));
        conversation.send(put(10) + "hello");
        exchange.atProgress = new IllegalStateException("full");
        conversation.send("w");
        assertEquals(List.of(Abandonment.SINK_FAILED), exchange.whys);
        given.give("all the same", true);
        assertTrue(conversation.go().sent().endsWith("all the same\r\n0\r\n\r\n"));
        assertEquals(ok("next"), conversation.send("orld" + get("/next")).sent());
    }

    @Test
    void bodyOfTheResponseThatFailsBeforeItsHeadHasLeftGets500() {
        exchange.response.complete(Response.of(Status.OK).with(new Given() {
            @Override
            public int read(long position, ByteBuffer target) {
                throw new IllegalStateException("bug");
            }
        }));
        assertEquals(INTERNAL, conversation.send(put(10) + "hello").sent());
        exchange.assertAbandonedOnce();
        assertEquals(ok("next"), conversation.send("world" + get("/next")).sent());
    }

    @Test
    void completeThatFailsCutsTheConnection() {
        exchange.atComplete = new IOException("disk");
        exchange.response.complete(Response.of(Status.OK).with(new Given()));
        conversation.send(put(5)).send("hello");
        assertEquals("disk", conversation.closed.getMessage());
        assertCompleted();
    }

    @Test
    void bodyThatIsCutBeforeTheResponseIsAbandonedAndTheLateResponseClosed() {
        Given given = new Given();
        conversation.send(put(10) + "hello").expire();
        assertEquals(closing("408 Request Timeout", "the request arrived too slowly\n"),
                conversation.sent());
        exchange.response.complete(Response.of(Status.OK).with(given));
        conversation.go();
        assertTrue(given.isClosed);
        exchange.assertAbandonedOnce();
    }

    @Test
    void connectionThatEndsClosesTheEarlyResponseWhetherItHasBegunOrNot() {
        for (boolean hasBegun : new boolean[] {true, false}) {
            EarlyExchange ending = new EarlyExchange();
            Given given = new Given();
            Conversation other = new Conversation(request -> ending);
            other.send(put(10) + "hello");
            ending.response.complete(Response.of(Status.OK).with(given));
            if (hasBegun) {
                other.go();
            }
            other.close(new IOException("gone"));
            assertTrue(given.isClosed);
            ending.assertAbandonedOnce();
        }
    }

    @Test
    void earlyResponseThatIsHereWhenTheBodyIsCutIsClosed() {
        CountingBody body = new CountingBody(Body.of(new byte[1]));
        conversation.peer.room = 10;
        conversation.send(get("/next") + put(10) + "hello");
        conversation.peer.broken = new IOException("meant");
        exchange.response.complete(Response.of(Status.OK).with(body));
        conversation.go();
        assertNotNull(conversation.closed);
        assertEquals(1, body.closes);
        exchange.assertAbandonedOnce();
    }

    // Else it is never looked at, and nothing closes it.
    @Test
    void earlyResponseIsNotAskedForBeforeABodyIsTaken() {
        EarlyExchange refusing = new EarlyExchange(null);
        assertEquals(ok("taken"), new Conversation(request -> refusing).send(put("hello")).sent());
        assertEquals(List.of("sink", "complete"), refusing.calls);
    }

    @Test
    void chunkedBodyWithTrailersIsTakenBesideTheResponse() {
        exchange.response.complete(Response.of(Status.OK).with(new Given()));
        String body = chunked("hello", "world");
        conversation.send(body.substring(0, body.length() - 2) + "X-Sum: 1\r\n\r\n");
        assertEquals("helloworld", exchange.bytes.toString());
        assertCompleted();
    }
}
