package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.Limits;
import io.millrace.codec.ResponseEncoder;
import io.millrace.net.FileTransfers;
import io.millrace.transfer.Counters.Figure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What has come and was not used: how much is read of it, and what is kept. */
class InputBufferTest {

    private static final int HEAD_BYTES = 1000;
    private static final int PIECE_BYTES = 4096;

    private final Counters counters = new Counters();
    private final MemoryChannel socket = new MemoryChannel();
    private final InputBuffer in = new InputBuffer(socket, new TransferResources(
            new Limits(HEAD_BYTES, 500, 100, Long.MAX_VALUE, 256), PIECE_BYTES,
            new ResponseEncoder(0), counters, FileTransfers::fastest));

    private String unused() {
        return StandardCharsets.US_ASCII.decode(in.bytes().duplicate()).toString();
    }

    private void assertRead(int bytes) {
        assertEquals(bytes, counters.read(Figure.BYTES_IN));
    }

    @Test
    void bodiesAreReadFromTheSameSocket() {
        assertSame(socket, in.socket());
    }

    @Test
    void readGetsNoMoreThanAHeadMayHave() throws IOException {
        socket.append("x".repeat(HEAD_BYTES + 1));
        in.beginVisit();
        assertFalse(in.hasBytes());
        assertEquals(HEAD_BYTES, in.fill());
        assertTrue(in.hasBytes());
        assertFalse(in.isDrained());
        assertRead(HEAD_BYTES);
        in.drop();
        assertFalse(in.hasBytes());
        assertEquals(1, in.fill());
        assertTrue(in.isDrained(), "it got less than it asked for");
        assertRead(HEAD_BYTES + 1);
        in.endVisit();
        in.beginVisit();
        assertFalse(in.isDrained(), "there may be more by now");
    }

    @Test
    void endIsNoBytesAndStays() throws IOException {
        socket.ended = true;
        in.beginVisit();
        assertEquals(0, in.fill());
        assertTrue(in.isEnded());
        assertFalse(in.hasRoomAhead());
        assertRead(0);
        in.endVisit();
        in.beginVisit();
        assertTrue(in.isEnded());
    }

    /** Reads ahead at the beginning of a visit, as is done there only. */
    private int readAhead() throws IOException {
        in.beginVisit();
        return in.readAhead();
    }

    @Test
    void bytesThatAreReadAheadStandBehindThoseThatAreUnused() throws IOException {
        socket.append("hello");
        assertEquals(5, readAhead());
        in.bytes().get();
        in.endVisit();
        assertTrue(in.hasKept());
        assertEquals(4, in.keptBytes());
        socket.append(", you");
        assertEquals(5, readAhead());
        assertFalse(in.hasKept());
        assertTrue(in.isDrained());
        assertEquals("ello, you", unused());
        assertRead(10);
        in.endVisit();
        socket.ended = true;
        assertEquals(0, readAhead());
        assertTrue(in.isEnded());
        assertEquals("ello, you", unused());
        assertRead(10);
    }

    @Test
    void noMoreIsReadAheadThanAHeadMayHave() throws IOException {
        socket.append("x".repeat(2 * HEAD_BYTES));
        socket.bytesPerRead = 600;
        assertEquals(600, readAhead());
        assertTrue(in.hasRoomAhead());
        in.endVisit();
        assertEquals(HEAD_BYTES - 600, readAhead());
        assertFalse(in.isDrained());
        assertFalse(in.hasRoomAhead());
    }

    @Test
    void whatWasKeptIsKeptAgainWithoutACopyUntilItIsDiscarded() throws IOException {
        socket.append("hello");
        in.beginVisit();
        in.fill();
        in.endVisit();
        in.beginVisit();
        in.bytes().get();
        in.endVisit();
        assertEquals(5, in.keptBytes(), "the same memory");
        in.discard();
        assertFalse(in.hasKept());
        assertEquals(0, in.keptBytes());
    }

    @Test
    void dropEndsWithTheBudgetTheSocketOrTheEnd() throws IOException {
        socket.append("hello");
        socket.filler = 10 * PIECE_BYTES;
        in.beginVisit();
        in.fill();
        assertEquals(2 * PIECE_BYTES, in.dropFromSocket(PIECE_BYTES + 1));
        assertFalse(in.hasBytes());
        assertFalse(in.isDrained());
        socket.filler = 100;
        assertEquals(100, in.dropFromSocket(PIECE_BYTES));
        assertTrue(in.isDrained());
        assertEquals(0, in.dropFromSocket(PIECE_BYTES));
        assertFalse(in.isEnded());
        assertEquals(0, in.dropFromSocket(0));
        socket.ended = true;
        assertEquals(0, in.dropFromSocket(PIECE_BYTES));
        assertTrue(in.isEnded());
    }

    @Test
    void droppedBytesCountAsRead() throws IOException {
        socket.filler = 100;
        in.beginVisit();
        in.dropFromSocket(1);
        assertRead(100);
        in.countBody(3);
        in.countBody(4);
        assertEquals(7, in.bodyBytes());
    }
}
