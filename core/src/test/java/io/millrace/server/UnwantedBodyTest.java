package io.millrace.server;

import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ExchangeStub;
import io.millrace.http.Response;
import io.millrace.transfer.Phase;
import io.millrace.transfer.Want;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes behind a response that didn't wait for it. */
class UnwantedBodyTest {

    private static final String CHUNKED =
            "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String LAST =
            "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final int MOST_SKIPPED = 1000;

    /** It responds with the path and takes no body. */
    private static Conversation conversation() {
        return new Conversation(ServerOptions.builder().port(0).maxSkipBytes(MOST_SKIPPED),
                request -> Response.text(request.path()));
    }

    @Test
    void requestBehindASkippedChunkedBodyIsAnsweredWhereverBothAreCut() {
        String body = "5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\nX: y\r\n\r\n";
        String requests = CHUNKED + body + get("/next") + get("/after");
        String expected = ok("/x") + ok("/next") + ok("/after");
        for (int cut = 1; cut < requests.length(); cut++) {
            for (int piece : new int[] {1, 7, requests.length()}) {
                Conversation conversation = conversation();
                conversation.send(requests.substring(0, cut));
                for (int at = cut; at < requests.length(); at += piece) {
                    conversation.send(requests.substring(at,
                            Math.min(requests.length(), at + piece)));
                }
                assertEquals(expected, conversation.sent(), "cut at " + cut + ", then " + piece);
            }
        }
    }

    // What has come before the response could leave is kept on the heap, what comes then is not.
    @Test
    void requestBehindASkippedChunkedBodyIsAnsweredThoughTheResponseHadToWait() {
        String body = "5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n";
        for (int cut = 0; cut <= body.length(); cut++) {
            Conversation conversation = conversation();
            conversation.peer.room = 0;
            conversation.send(CHUNKED + body.substring(0, cut));
            conversation.peer.append(body.substring(cut) + get("/next"));
            conversation.take(Integer.MAX_VALUE);
            assertEquals(ok("/x") + ok("/next"), conversation.sent(), "cut at " + cut);
        }
    }

    @Test
    void requestBehindASkippedBodyOfKnownLengthIsAnsweredWhereverBothAreCut() {
        String requests = put(10) + "hello, you" + get("/next");
        for (int cut = 1; cut < requests.length(); cut++) {
            Conversation conversation = conversation();
            conversation.send(requests.substring(0, cut)).send(requests.substring(cut));
            assertEquals(ok("/x") + ok("/next"), conversation.sent(), "cut at " + cut);
        }
    }

    @Test
    void bodyOfKnownLengthIsSkippedUpToTheLimitAndEndsTheConnectionBeyondIt() {
        Conversation conversation = conversation();
        conversation.send(put(MOST_SKIPPED)).send(letters(MOST_SKIPPED) + get("/next"));
        assertEquals(ok("/x") + ok("/next"), conversation.sent());
        conversation.send(put(MOST_SKIPPED + 1L));
        assertEquals(closing("200 OK", "/x"), conversation.sent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "5\r\nhelloX", "5\r\nhello\r\n-1\r\n", "0\r\n: \r\n\r\n"})
    void skippedBodyThatIsMalformedShutsTheSendingSideFirst(String body) {
        for (int cut = 0; cut <= body.length(); cut++) {
            Conversation conversation = conversation();
            conversation.send(CHUNKED + body.substring(0, cut)).send(body.substring(cut));
            assertEquals(ok("/x"), conversation.sent());
            assertTrue(conversation.peer.shut, "cut at " + cut);
            assertNull(conversation.closed);
            // What is behind it is no request, whatever it looks like.
            assertEquals("", conversation.send(get("/next")).sent());
            conversation.end();
            assertNotNull(conversation.closed);
        }
    }

    // A side that is shut before the socket has taken the response takes the rest of it with it.
    @Test
    void responseLeavesWholeBeforeAMalformedBodyBehindItEndsTheConnection() {
        for (int room : new int[] {0, 1, ok("/x").length() - 1}) {
            Conversation conversation = conversation();
            conversation.peer.room = room;
            conversation.send(CHUNKED + "x\r\n");
            assertEquals(Want.WRITE, conversation.want);
            conversation.take(Integer.MAX_VALUE);
            assertEquals(ok("/x"), conversation.sent());
            assertTrue(conversation.peer.shut, room + " bytes at first");
        }
    }

    @Test
    void skippedBodyOfExactlyTheLimitIsSkipped() {
        String body = "3c0;" + "x".repeat(27) + "\r\n" + letters(0x3c0) + "\r\n0\r\n\r\n";
        Conversation conversation = conversation();
        assertEquals(MOST_SKIPPED, body.length());
        conversation.send(CHUNKED).send(body + get("/next"));
        assertEquals(ok("/x") + ok("/next"), conversation.sent());
    }

    // The framing counts: it may be many times the data.
    @Test
    void skippedBodyOneBytePastTheLimitEndsTheConnection() {
        String body = "3c0;" + "x".repeat(28) + "\r\n" + letters(0x3c0) + "\r\n0\r\n\r\n";
        assertEquals(MOST_SKIPPED + 1, body.length());
        Conversation conversation = conversation();
        conversation.send(CHUNKED).send(body + get("/next"));
        assertEquals(ok("/x"), conversation.sent());
        assertTrue(conversation.peer.shut);
    }

    // Else a client that never stops would be read for as long as it likes.
    @Test
    void lingeringEndsWithItsBoundOfBytes() {
        int most = 100_000;
        Conversation conversation = new Conversation(ServerOptions.builder().port(0)
                .maxSkipBytes(0).lingerBytes(most), request -> Response.text("no"));
        conversation.peer.filler = 100_000_000;
        conversation.send(put(1_000_000_000L));
        assertNotNull(conversation.closed);
        long dropped = 100_000_000 - conversation.peer.filler;
        int piece = conversation.resources.options.pieceBytes(); // what is read at once
        assertTrue(dropped >= most && dropped <= most + piece, () -> dropped + " bytes");
    }

    @Test
    void restOfABodyThatWasAskedForIsSkipped() {
        ExchangeStub failing = new ExchangeStub();
        failing.atProgress = new IllegalStateException("meant");
        Conversation conversation = new Conversation(request ->
                request.path().equals("/next") ? Response.text("next") : failing);
        conversation.send(put(5, "Expect: 100-continue\r\n")).send("he");
        assertEquals(CONTINUE + INTERNAL, conversation.sent());
        assertEquals(ok("next"), conversation.send("llo" + get("/next")).sent());
    }

    @Test
    void bodyOfTheMostBytesIsTakenAndOneOfAByteMoreIsRefused() {
        ExchangeStub exchange = new ExchangeStub();
        Conversation conversation = new Conversation(
                ServerOptions.builder().port(0).maxBodyBytes(5), request -> exchange);
        assertEquals(ok("taken"), conversation.send(put("hello")).sent());
        assertEquals(text("413 Content Too Large", "the body is longer than 5 bytes\n"),
                conversation.send(put("hello!")).sent());
        assertEquals("hello", exchange.bytes.toString());
    }

    @Test
    void droppingABodyIsProgress() {
        Conversation conversation = conversation();
        conversation.send(put(500) + letters(100));
        long before = conversation.connection.link.progress();
        conversation.send(letters(300));
        assertEquals(before + 300, conversation.connection.link.progress());
    }

    // As a connection without a request it would be closed for another one.
    @Test
    void restOfABodyIsTimedLikeOneThatIsWanted() {
        Conversation conversation = conversation();
        conversation.send(put(500) + letters(100));
        assertEquals(Phase.PROGRESS, conversation.connection.phase(conversation.want));
        conversation.send(letters(400));
        assertEquals(Phase.IDLE, conversation.connection.phase(conversation.want));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_000})
    void bytesBehindTheLastRequestOfAConnectionAreDroppedAndNotKept(int count) {
        Conversation conversation = conversation();
        conversation.send(LAST + letters(count));
        assertEquals(closing("200 OK", "/last"), conversation.sent());
        assertTrue(conversation.peer.shut);
        assertEquals(0, conversation.connection.link.keptBytes());
        conversation.send(get("/no"));
        assertEquals(0, conversation.connection.link.keptBytes());
        assertEquals("", conversation.end().sent());
    }
}
