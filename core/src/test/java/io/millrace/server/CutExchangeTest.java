package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.RequestParser;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Counters.Figure;
import java.io.EOFException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Exchanges that end with their connection are counted, unless their response has been sent. */
class CutExchangeTest {

    private static Conversation cut(Handler handler, int room, String text) {
        Conversation conversation = new Conversation(handler);
        conversation.peer.room = room;
        conversation.send(text);
        conversation.close(new EOFException("meant"));
        return conversation;
    }

    private static void assertCut(int cut, Conversation conversation) {
        assertEquals(cut, conversation.resources.counters.read(Figure.CUT));
    }

    @Test
    void exchangesInEveryStateBeforeTheEndOfTheirResponseAreCounted() {
        Handler discarding = request -> Exchange.discard(bytes -> Response.text("taken"));
        assertCut(1, cut(discarding, Integer.MAX_VALUE, put(10) + "hello"));
        assertCut(1, cut(request -> Response.later(new CompletableFuture<>()),
                Integer.MAX_VALUE, get("/")));
        assertCut(1, cut(request -> Response.text("one"), 0,
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void exchangeOfAResponseThatHasBeenSentIsNotCounted() {
        Handler answering = request -> Response.text("one");
        assertCut(0, cut(answering, Integer.MAX_VALUE, get("/")));
        assertCut(0, cut(answering, Integer.MAX_VALUE, put(10) + "hello")); // the rest is skipped
        assertCut(0, cut(answering, Integer.MAX_VALUE, "GET / HT"));
    }

    @Test
    void headOfARequestInProgressIsKeptForAsLongAsThat() {
        CompletableFuture<Response> later = new CompletableFuture<>();
        Conversation conversation = new Conversation(request -> Response.later(later));
        conversation.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + letters(10_000) + "\r\n\r\n");
        assertTrue(conversation.connection.keptBytes() >= 10_000);
        later.complete(Response.text("one"));
        conversation.go();
        assertEquals(0, conversation.connection.keptBytes());
    }

    @Test
    void closedConnectionKeepsNothingOfWhatWasReadAndUnsent() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        conversation.peer.room = 10;
        conversation.send(get("/") + "GET /2 HT");
        assertTrue(conversation.connection.keptBytes() > 0);
        conversation.close(new EOFException("meant"));
        assertEquals(0, conversation.connection.keptBytes());
    }

    @Test
    void parserOfARefusedRequestIsUsedAgainAndItsConnectionLingers() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        RequestParser parser = conversation.resources.borrowParser();
        conversation.resources.giveBack(parser);
        conversation.send("GET\r\n\r\n");
        assertSame(parser, conversation.resources.borrowParser());
        assertEquals(1, conversation.resources.counters.read(Figure.LINGERED));
    }

    @Test
    void parserOfAHeadThatIsCutIsUsedAgain() {
        Conversation conversation = new Conversation(request -> Response.text("one"));
        RequestParser parser = conversation.resources.borrowParser();
        conversation.resources.giveBack(parser);
        conversation.send("GET / HT");
        conversation.close(new EOFException("meant"));
        assertSame(parser, conversation.resources.borrowParser());
    }

    @Test
    void bodyThatIsCutIsNoLongerInFlight() {
        Conversation conversation =
                new Conversation(request -> Exchange.discard(bytes -> Response.text("taken")));
        conversation.send(put(1000) + "hello");
        assertEquals(995, conversation.resources.counters.read(Figure.BYTES_IN_FLIGHT));
        conversation.close(new EOFException("meant"));
        assertEquals(0, conversation.resources.counters.read(Figure.BYTES_IN_FLIGHT));
    }

    @Test
    void responseThatIsCutIsNoLongerInFlight() {
        Conversation conversation = new Conversation(
                request -> Response.of(Status.OK).with(Body.of(new byte[100_000])));
        conversation.peer.room = 40_000;
        String sent = conversation.send(get("/")).sent();
        int bodyBytes = sent.length() - sent.indexOf("\r\n\r\n") - 4;
        assertTrue(bodyBytes > 39_000, sent);
        assertEquals(100_000 - bodyBytes,
                conversation.resources.counters.read(Figure.BYTES_IN_FLIGHT));
        conversation.close(new EOFException("meant"));
        assertEquals(0, conversation.resources.counters.read(Figure.BYTES_IN_FLIGHT));
    }

    /** It may be one that never ends, and its worker would get no connection any more. */
    @Test
    void responseOfUnknownLengthHasNothingInFlight() {
        Conversation conversation = new Conversation(request -> Response.of(Status.OK)
                .with(new StepwiseBody(Body.UNKNOWN_LENGTH, "a")));
        assertTrue(conversation.send(get("/")).sent().endsWith("1\r\na\r\n"));
        assertEquals(0, conversation.resources.counters.read(Figure.BYTES_IN_FLIGHT));
        conversation.close(new EOFException("meant"));
    }
}
