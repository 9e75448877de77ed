package io.millrace.server;

import static io.millrace.server.Transforms.BEGUN;
import static io.millrace.server.Transforms.LONG;
import static io.millrace.server.Transforms.PIPE_BYTES;
import static io.millrace.server.Transforms.TEXT;
import static io.millrace.server.Transforms.chunksOf;
import static io.millrace.server.Transforms.dechunked;
import static io.millrace.server.Transforms.shout;
import static io.millrace.server.Transforms.until;
import static io.millrace.server.Wire.CONTINUE;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that are written while their request is read: {@code Exchange.transform}. */
class TransformTest {

    private final Transforms transforms = new Transforms();

    @AfterEach
    void end() {
        transforms.close();
    }

    @Test
    void shortResponseThatIsNotFlushedHasALength() throws Exception {
        for (String request : List.of(put("hello"), chunked("he", "llo"))) {
            Conversation conversation = transforms.converse((in, out) -> in.transferTo(out));
            conversation.send(request + get("/next"));
            assertEquals(ok("hello") + ok("next"), until(conversation, "next"));
        }
    }

    @Test
    void responseThatFitsIntoThePipeHasALengthAndOneByteMoreHasNone() throws Exception {
        Conversation conversation = transforms.converse(
                (in, out) -> out.write(new byte[PIPE_BYTES]));
        conversation.send(get("/"));
        assertEquals(ok("\0".repeat(PIPE_BYTES)), until(conversation, "\0".repeat(PIPE_BYTES)));
        Conversation more = transforms.converse((in, out) -> {
            out.write(new byte[PIPE_BYTES]);
            out.write(0);
        });
        more.send(get("/"));
        assertEquals("\0".repeat(PIPE_BYTES + 1), dechunked(until(more, "\r\n0\r\n\r\n")));
    }

    @Test
    void responseBeginsBeforeTheBodyIsWhole() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send(put(10) + "hello");
        assertEquals(BEGUN + "0005\r\nHELLO\r\n", chunksOf(until(conversation, "HELLO\r\n")));
        assertEquals(Want.READ, conversation.want);
        conversation.send("world" + get("/next"));
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n" + ok("next"),
                chunksOf(until(conversation, "next")));
        assertNull(transforms.ended());
    }

    @Test
    void longBodiesPassWholeThoughEachSideTakesLittle() throws Exception {
        for (String request : List.of(put(LONG), chunked(LONG.substring(0, 300_000),
                LONG.substring(300_000)))) {
            Conversation conversation = transforms.converse(Transforms::shout);
            conversation.peer.bytesPerRead = 1_000;
            conversation.peer.room = 0;
            conversation.send(request + get("/next"));
            StringBuilder all = new StringBuilder();
            while (all.indexOf("next") < 0) {
                conversation.goUntil(() -> conversation.want == Want.WRITE
                        || conversation.want == Want.READ_WRITE);
                conversation.take(3_000);
                all.append(conversation.sent());
            }
            assertEquals(LONG.toUpperCase(Locale.ROOT) + ok("next"), dechunked(all.toString()));
        }
    }

    @Test
    void requestMayBeCutAnywhere() throws Exception {
        String request = put("hello", "X: y\r\n") + chunked("wor", "ld") + get("/next");
        for (int cut = 0; cut <= request.length(); cut++) {
            Conversation conversation = transforms.converse(Transforms::shout);
            conversation.send(request.substring(0, cut)).send(request.substring(cut));
            String all = until(conversation, "next");
            assertEquals("HELLO", dechunked(all.substring(0, all.indexOf(BEGUN, 1))));
            assertEquals("WORLD" + ok("next"), dechunked(all.substring(all.indexOf(BEGUN, 1))));
        }
    }

    @Test
    void requestMayComeByteByByte() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        String request = chunked("hello", " wor", "ld") + put("again") + get("/next");
        for (char c : request.toCharArray()) {
            conversation.send(String.valueOf(c));
        }
        String all = until(conversation, "next");
        assertEquals("HELLO WORLD", dechunked(all.substring(0, all.indexOf(BEGUN, 1))));
        assertEquals("AGAIN" + ok("next"), dechunked(all.substring(all.indexOf(BEGUN, 1))));
    }

    /** The server can't keep the connection, as too much is left to discard. */
    @Test
    void responseThatLeavesALongBodyUnreadSaysThatTheConnectionEnds() throws Exception {
        for (int i = 0; i < 50; i++) {
            Conversation conversation = transforms.converse((in, out) -> out.write('n'));
            conversation.send(put(1 << 20) + "hello");
            assertEquals(closing("200 OK", "n"), until(conversation, "n"));
        }
    }

    @Test
    void requestWithoutABodyIsTransformedToo() throws Exception {
        Conversation conversation = transforms.converse(
                (in, out) -> out.write(in.read() < 0 ? 'e' : 'b'));
        assertEquals(ok("e"), until(conversation.send(get("/")), "e"));
    }

    @Test
    void responseKeepsItsStatusFieldsAndTrailers() throws Exception {
        Conversation conversation = new Conversation(request -> Exchange.transform(
                transforms.executor,
                Response.of(Status.ACCEPTED).with("X-A", "b").withTrailers(
                        () -> Headers.of("X-Sum", "1")), Transforms::shout));
        conversation.send(put("hello"));
        assertEquals("HTTP/1.1 202 Accepted\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0005\r\nHELLO\r\n0\r\nX-Sum: 1\r\n\r\n",
                chunksOf(until(conversation, "X-Sum: 1\r\n\r\n")).replace("0000\r\n", "0\r\n"));
    }

    @Test
    void responseThatIsMadeLaterIsRefused() {
        assertThrows(IllegalStateException.class, () -> Exchange.transform(transforms.executor,
                Response.later(new CompletableFuture<>()), Transforms::shout));
    }

    @Test
    void clientThatWaitsToBeAskedIsAskedBeforeTheResponseBegins() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            out.write('a');
            out.flush();
            shout(in, out);
        });
        conversation.send(put(5, "Expect: 100-continue\r\n"));
        assertEquals(CONTINUE + BEGUN + "0001\r\na\r\n",
                chunksOf(until(conversation, "a\r\n")));
        conversation.send("hello" + get("/next"));
        assertEquals("0005\r\nHELLO\r\n0\r\n\r\n" + ok("next"),
                chunksOf(until(conversation, "next")));
    }

    @Test
    void http10ClientGetsTheResponseUpToTheConnectionsEnd() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send("PUT /x HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 10\r\n\r\n"
                + "hello");
        assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Connection: close\r\n\r\nHELLO", until(conversation, "HELLO"));
        conversation.send("world");
        conversation.goUntil(() -> conversation.want == Want.LINGER);
        assertEquals("WORLD", conversation.sent());
    }

    @Test
    void http10ClientSeesACutAsAReset() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send("PUT /x HTTP/1.0\r\nContent-Length: 10\r\n\r\nhello");
        until(conversation, "HELLO");
        conversation.expire();
        assertTrue(conversation.reset);
    }

    @Test
    void responseToHeadHasNoBody() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> out.write(new byte[7]));
        conversation.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
        assertEquals(ok("1234567").replace("1234567", "") + ok("next"),
                until(conversation, "next"));
    }

    @Test
    void responseToHeadThatHasBegunEndsTheTransformation() throws Exception {
        Conversation begun = transforms.converse((in, out) -> {
            while (true) {
                out.write(new byte[1000]);
            }
        });
        begun.send("HEAD /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/next"));
        assertEquals(BEGUN + ok("next"), until(begun, "next"));
        assertInstanceOf(IOException.class, transforms.ended());
    }

    @Test
    void connectionThatTheClientEndsGoesOnUntilBothAreWhole() throws Exception {
        Conversation conversation = transforms.converse(Transforms::shout);
        conversation.send("PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Content-Length: 10\r\n\r\nhello");
        assertTrue(until(conversation, "HELLO\r\n").contains("Connection: close\r\n"));
        assertFalse(conversation.connection.isLingering());
        conversation.send("world");
        conversation.goUntil(() -> conversation.want == Want.LINGER);
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n", chunksOf(conversation.sent()));
    }

    @Test
    void threadsForWhatBlocksAreUsedIfNoOthersAreGiven() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        Conversation conversation = new Conversation(request ->
                Exchange.transform(TEXT, (in, out) -> {
                    thread.complete(Thread.currentThread().getName());
                    in.transferTo(out);
                }));
        assertEquals(ok("hello"), until(conversation.send(put("hello")), "hello"));
        assertTrue(thread.get().startsWith("millrace-blocking-"), thread.get());
    }

    @Test
    void handlerOnAnExecutorMayTransform() throws Exception {
        Conversation conversation = new Conversation(Handler.blocking(
                transforms.executor, transforms.handler(Transforms::shout)::handle));
        conversation.send(put(10) + "hello");
        until(conversation, "HELLO\r\n");
        conversation.send("world");
        assertEquals("0005\r\nWORLD\r\n0\r\n\r\n", chunksOf(until(conversation, "0\r\n\r\n")));
    }
}
