package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS at the bounds of its records and of the buffers for them. */
class TlsBoundsTest {

    private static final String NEW = "TLSv1.3";
    private static final int PIECE_BYTES = 16 << 10;

    private static TlsClient clientWithHead(int recordBytes) throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.channel.append(
                new byte[] {22, 3, 3, (byte) (recordBytes >> 8), (byte) recordBytes});
        return client;
    }

    @Test
    void recordOfTheMostBytesIsWaitedForAndOneOfAByteMoreIsRefusedByItsHead() throws IOException {
        int most = TlsBuffers.RECORD_BYTES - 5;
        TlsClient client = clientWithHead(most);
        client.visit();
        assertEquals(0, client.lastRead);
        assertFalse(client.layer.hasInput(), "nobody visits it for ever");
        assertThrows(IOException.class, clientWithHead(most + 1)::visit);
    }

    // What is read at once has to fit, or a record would never be whole.
    @ParameterizedTest
    @ValueSource(ints = {1, 16_383, 16_384, 16_385, 32_768, 100_000})
    void bytesThatAreAskedForHaveRoomWhenTheyAreEncryptedAndHardlyMore(int bytes)
            throws IOException {
        for (String protocol : new String[] {NEW, "TLSv1.2"}) {
            TlsClient client = new TlsClient(protocol, PIECE_BYTES).open();
            int encrypted = client.encrypted("x".repeat(bytes)).length;
            int room = TlsBuffers.encryptedBytes(bytes) - TlsBuffers.RECORD_BYTES;
            assertTrue(encrypted <= room, encrypted + " of " + room);
            assertTrue(room - encrypted <= 128 * (1 + bytes / (16 << 10)),
                    encrypted + " of " + room);
        }
    }

    @Test
    void readOfAByteTakesNoMoreFromTheSocketThanTwoRecords() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("0123456789".repeat(20_000));
        client.layer.beginVisit();
        assertEquals(1, client.layer.read(ByteBuffer.allocate(1)));
        client.layer.endVisit();
        int kept = client.layer.keptBytes();
        assertTrue(kept > 16_000 && kept < TlsBuffers.encryptedBytes(1), "kept " + kept);
    }

    @Test
    void whatIsUnsentIsKnownDuringAVisitAndBehindIt() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.channel.room = 100;
        client.layer.beginVisit();
        assertEquals(0, client.layer.unsentBytes());
        client.layer.write(ByteBuffer.allocate(5000));
        int unsent = client.layer.unsentBytes();
        assertTrue(unsent > 4900, "unsent " + unsent);
        client.layer.endVisit();
        assertEquals(unsent, client.layer.unsentBytes());
    }

    // Else a worker would go round and round until the client reads.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void newKeysOfAClientThatReadsNothingWaitForTheSocket() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.channel.room = 0;
        assertEquals(5, client.write("hello"));
        client.engine.beginHandshake();
        client.send("");
        client.send("more");
        client.visit();
        client.channel.room = Integer.MAX_VALUE;
        client.visit();
        assertEquals("more", client.taken.toString());
        assertEquals(0, client.layer.unsentBytes());
        assertEquals("hello", client.receive());
    }

    @Test
    void bytesThatStandBeforeInABufferDoNotCount() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("hello");
        client.layer.beginVisit();
        assertEquals(5, client.layer.read(ByteBuffer.allocate(100).position(7)));
        assertEquals(3, client.layer.write(ByteBuffer.wrap("good day".getBytes()).position(5)));
        client.layer.endVisit();
        assertEquals("day", client.receive());
    }

    @Test
    void alertThatCannotBeSentHidesNotWhatIsWrong() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] record = client.encrypted("hello");
        record[record.length - 1] ^= 1;
        client.channel.append(record);
        client.channel.broken = new IOException("reset");
        SSLException wrong = assertThrows(SSLException.class, client::visit);
        assertSame(client.channel.broken, wrong.getSuppressed()[0]);
    }

    @Test
    void connectionIsBusyUntilItsTaskIsDoneAndTheNextVisitBegins() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        TlsLayer layer = client.layer;
        assertFalse(layer.isBusy());
        client.engine.beginHandshake();
        client.send("");
        layer.beginVisit();
        layer.read(ByteBuffer.allocate(100));
        assertTrue(layer.isBusy());
        Runnable task = layer.task();
        layer.endVisit();
        layer.beginVisit();
        assertTrue(layer.isBusy(), "it has not been run");
        layer.endVisit();
        task.run();
        layer.beginVisit();
        assertFalse(layer.isBusy());
        layer.endVisit();
    }
}
