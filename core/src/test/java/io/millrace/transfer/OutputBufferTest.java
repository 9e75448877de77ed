package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.Limits;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.Body;
import io.millrace.net.FileTransfers;
import io.millrace.transfer.Counters.Figure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is to be sent: in which order it leaves, and what of it can be taken back. */
class OutputBufferTest {

    private final Counters counters = new Counters();
    private final MemoryChannel socket = new MemoryChannel();
    private final OutputBuffer out = new OutputBuffer(socket, Layer.NONE, new TransferResources(
            new Limits(1000, 500, 100, Long.MAX_VALUE, 256), 4096,
            new ResponseEncoder(0), counters, FileTransfers::fastest));

    private final int mostForAHead =
            ResponseSender.MAX_HEAD_BYTES + new ResponseEncoder(0).continueBytes();

    private void put(String text) {
        out.bytes().put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void assertSent(String text) {
        assertEquals(text, socket.written());
        assertEquals(text.length(), out.sent());
        assertEquals(text.length(), counters.read(Figure.BYTES_OUT));
    }

    @Test
    void whatTheSocketDoesNotTakeLeavesBeforeWhatComesThen() throws IOException {
        out.beginVisit();
        put("hello");
        socket.room = 2;
        assertFalse(out.flush());
        assertSent("he");
        assertTrue(out.hasUnsent());
        assertEquals(3, out.keptBytes());
        out.beginVisit();
        socket.room = 2;
        assertFalse(out.flush());
        assertSent("hell");
        assertTrue(out.hasUnsent());
        socket.room = Integer.MAX_VALUE;
        assertTrue(out.flush());
        assertFalse(out.hasUnsent());
        assertEquals(0, out.keptBytes());
        put(", you");
        assertTrue(out.flush());
        assertSent("hello, you");
        assertTrue(out.flush(), "nothing is left");
        assertSent("hello, you");
    }

    @Test
    void roomForAHeadAndAContinueIsMadeWhereThereIsNone() throws IOException {
        VisitBudget budget = new VisitBudget(1 << 20, 0);
        budget.begin(false, false);
        out.beginVisit();
        out.bytes().position(TransferResources.OUT_BYTES - mostForAHead);
        assertTrue(out.makeRoom(budget));
        assertEquals(0, socket.out.size());
        out.bytes().position(TransferResources.OUT_BYTES - mostForAHead + 1);
        assertTrue(out.makeRoom(budget));
        assertEquals(TransferResources.OUT_BYTES - mostForAHead + 1, socket.out.size());
    }

    @Test
    void whatIsDiscardedNeverLeaves() throws IOException {
        out.beginVisit();
        put("hello");
        socket.room = 2;
        out.flush();
        out.discard();
        assertFalse(out.hasUnsent());
        out.beginVisit();
        socket.room = Integer.MAX_VALUE;
        assertTrue(out.flush());
        assertSent("he");
    }

    @Test
    void responseThatIsInTheBufferIsTakenBackAndNothingBeforeIt() throws IOException {
        out.beginVisit();
        assertFalse(out.takeBack(), "none has begun");
        put("one");
        out.mark();
        put("two");
        assertTrue(out.takeBack());
        put("three");
        assertTrue(out.flush());
        assertSent("onethree");
    }

    @Test
    void responseIsNotTakenBackOnceBytesOfItMayHaveLeft() throws IOException {
        out.beginVisit();
        out.mark();
        put("one");
        socket.room = 0;
        out.flush();
        assertFalse(out.takeBack());
        out.beginVisit();
        out.mark();
        out.beginVisit();
        assertFalse(out.takeBack(), "the visit is another one");
    }

    @Test
    void bytesThatGoStraightToTheSocketCount() throws IOException {
        out.beginVisit();
        assertEquals(3, out.transfer(Body.of("hello".getBytes(StandardCharsets.US_ASCII)), 2, 9));
        assertSent("llo");
        socket.room = 0;
        assertEquals(0, out.transfer(Body.of(new byte[10]), 0, 10));
        assertSent("llo");
    }
}
