package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.chunked;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.http.ExchangeStub;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A sink of the application's own, which has room for so much. */
class SinkRoomTest extends CollectedBodies {

    @Test
    void noMoreIsWrittenThanThereIsRoomForAndNothingTwice() {
        Random random = new Random(6);
        for (String request : new String[] {put(LONG), chunked(LONG)}) {
            PacedSinkStub paced = new PacedSinkStub();
            ExchangeStub exchange = new ExchangeStub(paced);
            Conversation conversation = new Conversation(head -> exchange);
            conversation.send(request);
            while (paced.callback() != null) {
                Runnable stale = paced.callback();
                paced.makeRoom(1 + random.nextInt(40_000));
                conversation.go();
                stale.run();
            }
            assertEquals(ok("taken"), conversation.go().sent());
            assertEquals(LONG, paced.bytes.toString(StandardCharsets.ISO_8859_1));
            assertEquals(List.of("complete"), exchange.ends());
        }
    }

    @Test
    void sinkThatNeverHasRoomIsAbandonedWhenItsTimeIsUp() throws Exception {
        PacedSinkStub paced = new PacedSinkStub();
        ExchangeStub exchange = new ExchangeStub(paced);
        Conversation conversation = new Conversation(request -> exchange);
        conversation.send(put("hello") + get("/"));
        try (Logged logged = new Logged(Connection.class)) {
            conversation.expire();
            assertEquals(List.of("the application timed out: PUT /x"),
                    logged.lines());
        }
        assertEquals(closing("503 Service Unavailable",
                        "the application took too long to respond\n"),
                conversation.sent());
        assertEquals(List.of("abandon the application took too long to respond"), exchange.ends());
        paced.makeRoom(100);
        conversation.go();
        assertEquals("", paced.bytes.toString());
        assertFalse(conversation.peer.isReadable());
    }

    @Test
    void sinkWhoseRoomThrowsIsAbandonedAndAnsweredWith500() throws Exception {
        PacedSinkStub paced = new PacedSinkStub() {
            @Override
            public int room() {
                throw new IllegalStateException("meant");
            }
        };
        ExchangeStub exchange = new ExchangeStub(paced);
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL,
                    new Conversation(request -> exchange).send(put("hello")).sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(List.of("abandon meant"), exchange.ends());
    }
}
