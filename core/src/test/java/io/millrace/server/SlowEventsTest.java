package io.millrace.server;

import static io.millrace.server.Wire.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventStream;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Streams whose client takes few bytes, visit by visit. */
class SlowEventsTest {

    private static final int QUEUED_BYTES = 256 * 1024;
    private static final String LAST = "0\r\n\r\n";

    private final List<EventStream> streams = new ArrayList<>();
    private final Handler handler = request -> EventStream.open(request, streams::add);

    /** Has the head, and takes no more. */
    private Conversation begin() {
        Conversation conversation = new Conversation(handler);
        assertTrue(conversation.send(get("/")).sent().endsWith("\r\n\r\n"));
        return conversation.take(0);
    }

    /** Sends events until one is not taken; the number of those that were. */
    private int fill(String event) {
        int count = 0;
        while (streams.get(0).send(event)) {
            count++;
        }
        return count;
    }

    @Test
    void streamEndsBehindWhatTheSocketIsToTakeYet() {
        Conversation conversation = begin();
        EventStream stream = streams.get(0);
        String event = "x".repeat(1016);
        stream.send(event);
        conversation.go(); // it waits for the socket now, in the connection's own buffer
        assertEquals(QUEUED_BYTES / 1024, fill(event));
        assertFalse(stream.isOpen());
        assertNull(conversation.go().closed, "the client may still read");
        assertEquals("0400\r\ndata: " + event + "\n\n\r\n" + LAST,
                conversation.take(1 << 20).sent());
        assertNull(conversation.closed);
        assertTrue(conversation.connection.isIdle());
    }

    @Test
    void clientThatNeverReadsIsCutWhenItsTimeIsUp() {
        Conversation conversation = begin();
        streams.get(0).send("x");
        conversation.go();
        fill("x".repeat(1000));
        conversation.go().visitOverdue();
        assertNull(conversation.closed);
        conversation.expire();
        assertNotNull(conversation.closed);
        assertTrue(conversation.reset, "so that the system keeps nothing for it");
    }

    // Half an event is in the client's hands: what follows is its other half.
    @Test
    void eventsAreWholeHoweverLittleTheClientTakes() {
        Conversation conversation = begin();
        StringBuilder wire = new StringBuilder();
        streams.get(0).send("one");
        streams.get(0).send("two");
        for (int i = 0; i < 40; i++) {
            wire.append(conversation.take(1).sent());
        }
        streams.get(0).send("three");
        wire.append(conversation.take(1000).sent());
        assertEquals("0016\r\ndata: one\n\ndata: two\n\n\r\n000d\r\ndata: three\n\n\r\n",
                wire.toString());
    }

    @Test
    void quietStreamKeepsNoBuffer() {
        Conversation conversation = begin();
        conversation.take(1 << 20);
        streams.get(0).send("one");
        conversation.go();
        conversation.visitOverdue();
        assertEquals("000b\r\ndata: one\n\n\r\n0003\r\n:\n\n\r\n", conversation.sent());
        Conversation pending = new Conversation(
                request -> Response.later(new CompletableFuture<>()));
        assertEquals(pending.send(get("/")).connection.keptBytes(),
                conversation.connection.keptBytes(), "the head and nothing else");
    }
}
