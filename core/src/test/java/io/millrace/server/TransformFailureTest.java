package io.millrace.server;

import static io.millrace.server.Transforms.BEGUN;
import static io.millrace.server.Transforms.TEXT;
import static io.millrace.server.Transforms.chunksOf;
import static io.millrace.server.Transforms.shout;
import static io.millrace.server.Transforms.until;
import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transformations that fail, and their streams. */
class TransformFailureTest {

    private final Transforms transforms = new Transforms();

    @AfterEach
    void end() {
        transforms.close();
    }

    private static String sent(Conversation conversation) throws Exception {
        return conversation.goUntil(() -> conversation.peer.out.size() > 0
                || conversation.closed != null).sent();
    }

    @Test
    void errorBeforeTheHeadIs500AndTheConnectionGoesOn() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            throw new StackOverflowError("meant");
        });
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, sent(conversation.send(put("hello"))));
            assertTrue(logged.lines().get(0).contains("meant"), logged.lines()::toString);
        }
        assertEquals(ok("next"), conversation.send(get("/next")).sent());
    }

    @Test
    void errorBehindTheHeadCutsTheConnection() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            out.write(new byte[5]);
            out.flush();
            in.read();
            throw new StackOverflowError("meant");
        });
        assertTrue(sent(conversation.send(put(5))).startsWith("HTTP/1.1 200 OK\r\n"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.send("hello").goUntil(() -> conversation.closed != null);
            assertTrue(logged.lines().get(0).contains("meant"), logged.lines()::toString);
        }
    }

    @Test
    void streamThatWasClosedTakesNoMoreAndWhatItHasTakenIsSent() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            out.write('a');
            out.close();
            out.close();
            assertThrows(IOException.class, () -> out.write('b'));
        });
        assertEquals(ok("a"), sent(conversation.send(put("hello"))));
    }

    @Test
    void exceptionBeforeTheHeadIsAResponse() throws Exception {
        Conversation refused = transforms.converse((in, out) -> {
            out.write(1);
            in.read();
            throw new HttpException(Status.UNPROCESSABLE_CONTENT, "no image");
        });
        refused.send(put("hello") + get("/next"));
        assertEquals(text("422 Unprocessable Content", "no image\n") + ok("next"),
                until(refused, "next"));
        Conversation failed = transforms.converse((in, out) -> {
            out.write(1);
            throw new IllegalArgumentException("bug");
        });
        try (Logged logged = new Logged(Connection.class)) {
            failed.send(put("hello") + get("/next"));
            assertEquals(INTERNAL + ok("next"), until(failed, "next"));
            assertTrue(logged.lines().get(0).contains("bug"), logged.lines()::toString);
        }
    }

    @Test
    void exceptionBeforeTheHeadRefusesTheRestOfALongBody() throws Exception {
        Conversation refused = transforms.converse((in, out) -> {
            throw new HttpException(Status.UNPROCESSABLE_CONTENT, "no image");
        });
        refused.send(put(1L << 40) + "hello");
        refused.goUntil(() -> refused.want == Want.LINGER);
        assertEquals(closing("422 Unprocessable Content", "no image\n"), refused.sent());
    }

    @Test
    void exceptionAfterTheHeadCutsTheConnection() throws Exception {
        Conversation conversation = transforms.converse((in, out) -> {
            out.write('a');
            out.flush();
            in.read();
            throw new IllegalArgumentException("bug");
        });
        conversation.send(put(10));
        until(conversation, "a\r\n");
        try (Logged logged = new Logged(Connection.class)) {
            conversation.send("hello");
            assertEquals("", until(conversation, "never"));
            assertTrue(conversation.closed.getMessage().contains("bug"));
            assertTrue(logged.lines().get(0).startsWith("response body failed: PUT /x"),
                    logged.lines()::toString);
        }
    }

    @Test
    void transformationThatReturnsEarlyEndsTheResponseAndAShortRestIsSkipped() throws Exception {
        for (boolean isFlushed : new boolean[] {true, false}) {
            Conversation conversation = transforms.converse((in, out) -> {
                out.write(in.read());
                if (isFlushed) {
                    out.flush();
                }
            });
            conversation.send(put(10) + "h");
            String all = until(conversation, isFlushed ? "0\r\n\r\n" : "h");
            assertEquals(isFlushed ? BEGUN + "0001\r\nh\r\n0\r\n\r\n" : ok("h"), chunksOf(all));
            conversation.send("ellohello" + get("/next"));
            assertEquals(ok("next"), until(conversation, "next"));
        }
    }

    @Test
    void transformationThatReturnsEarlyEndsTheConnectionOfALongRest() throws Exception {
        for (boolean isFlushed : new boolean[] {true, false}) {
            Conversation conversation = transforms.converse((in, out) -> {
                out.write('h');
                if (isFlushed) {
                    out.flush();
                }
                in.read();
            });
            conversation.send(put(1L << 40) + "h");
            conversation.goUntil(() -> conversation.want == Want.LINGER);
            assertTrue(conversation.sent().endsWith(isFlushed ? "h\r\n0\r\n\r\n" : "h"));
        }
    }

    @Test
    void bodyThatTheApplicationStopsEndsForTheTransformationAndNotItsResponse() throws Exception {
        CompletableFuture<RequestHead> head = new CompletableFuture<>();
        Conversation conversation = new Conversation(request -> {
            head.complete(request);
            return transforms.transform((in, out) -> {
                out.write('a');
                out.flush();
                assertThrows(IOException.class, in::read);
                out.write('b');
            });
        });
        conversation.send(put(10));
        until(conversation, "a\r\n");
        head.get().stopBody();
        assertEquals("0001\r\nb\r\n0\r\n\r\n", chunksOf(until(conversation, "0\r\n\r\n")));
        assertNull(transforms.ended());
    }

    @Test
    void executorThatRejectsGets503AndOneThatRunsHereGets500() throws Exception {
        for (String request : List.of(put("hello"), get("/"))) {
            Conversation rejecting = new Conversation(head -> Exchange.transform(task -> {
                throw new RejectedExecutionException();
            }, TEXT, Transforms::shout));
            assertTrue(rejecting.send(request).sent().startsWith("HTTP/1.1 503 "));
            Conversation direct = new Conversation(head -> Exchange.transform(Runnable::run, TEXT,
                    Transforms::shout));
            assertEquals(INTERNAL, direct.send(request).sent());
        }
    }
}
