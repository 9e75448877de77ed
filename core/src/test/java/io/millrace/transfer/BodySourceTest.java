package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.Limits;
import io.millrace.codec.RequestParser;
import io.millrace.codec.ResponseEncoder;
import io.millrace.net.FileTransfers;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a body says of its bytes to those who take them from the socket themselves. */
class BodySourceTest {

    private final Counters counters = new Counters();
    private final TransferResources resources = new TransferResources(
            new Limits(16_384, 8192, 100, Long.MAX_VALUE, 256), 4096,
            new ResponseEncoder(0), counters, FileTransfers::fastest);
    private final MemoryChannel socket = new MemoryChannel().append("hello");
    private int calls;

    /** @param buffered how many bytes have come along with the head */
    private BodySource source(String framing, int buffered) throws Exception {
        String head = "PUT /x HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
        BodySource source = new BodySource(socket, resources, new RequestParser(resources.limits)
                .parse(StandardCharsets.US_ASCII.encode(head)).framing());
        source.visit(ByteBuffer.allocate(buffered));
        return source;
    }

    @Test
    void bytesOfABodyWithALengthMayBeTakenToItsEnd() throws Exception {
        BodySource source = source("Content-Length: 5", 0);
        assertSame(socket, source.socket());
        assertEquals(5, source.direct());
        source.taken(3, 3);
        assertFalse(source.isSocketDrained());
        assertEquals(2, source.direct());
        source.taken(2, 0);
        assertTrue(source.isSocketDrained());
        source.taken(2, 2);
        assertEquals(0, source.direct());
        assertTrue(source.isEnded());
        assertEquals(5, source.wireBytes());
        assertEquals(5, counters.read(Counters.Figure.BYTES_IN));
        assertEquals(0, counters.read(Counters.Figure.BYTES_IN_FLIGHT));
    }

    @Test
    void bytesThatCameWithTheHeadAreReadBeforeOthersMayBeTaken() throws Exception {
        BodySource source = source("Content-Length: 5", 2);
        assertEquals(0, source.direct());
        assertEquals(2, source.read(ByteBuffer.allocate(5)));
        assertEquals(3, source.direct());
    }

    @Test
    void chunksMayNotBeTaken() throws Exception {
        assertEquals(0, source("Transfer-Encoding: chunked", 0).direct());
    }

    @Test
    void endOfTheStreamBeforeTheBodysEndIsAnError() throws Exception {
        BodySource source = source("Content-Length: 5", 0);
        assertThrows(EOFException.class, () -> source.taken(5, -1));
    }

    @Test
    void actionRunsOnceWhenTheSourceIsClosed() throws Exception {
        BodySource source = source("Content-Length: 5", 0);
        source.beforeReadOrClose(() -> calls++);
        source.taken(5, 3);
        assertEquals(0, calls);
        source.close();
        assertEquals(1, calls);
    }

    @Test
    void actionRunsOnceBeforeTheSocketIsRead() throws Exception {
        BodySource source = source("Content-Length: 5", 2);
        socket.bytesPerRead = 1;
        source.beforeReadOrClose(() -> calls++);
        assertEquals(2, source.read(ByteBuffer.allocate(5))); // what was read long ago
        assertEquals(0, calls);
        assertEquals(1, source.read(ByteBuffer.allocate(5)));
        assertEquals(1, source.read(ByteBuffer.allocate(5)));
        source.close();
        assertEquals(1, calls);
    }
}
