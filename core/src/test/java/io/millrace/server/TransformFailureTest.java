package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Transformation;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transformations that fail, and their streams. */
class TransformFailureTest {

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private Conversation converse(Transformation transformation) {
        return new Conversation(request -> request.path().equals("/next") ? Response.text("next")
                : Exchange.transform(executor, Response.text(""), transformation));
    }

    private static String sent(Conversation conversation) throws Exception {
        return conversation.goUntil(() -> conversation.peer.out.size() > 0
                || conversation.closed != null).sent();
    }

    @Test
    void errorBeforeTheHeadIs500AndTheConnectionGoesOn() throws Exception {
        Conversation conversation = converse((in, out) -> {
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
        Conversation conversation = converse((in, out) -> {
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
        Conversation conversation = converse((in, out) -> {
            out.write('a');
            out.close();
            out.close();
            assertThrows(IOException.class, () -> out.write('b'));
        });
        assertEquals(ok("a"), sent(conversation.send(put("hello"))));
    }
}
