package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Status;
import io.millrace.transfer.OpeningException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over a channel in memory: whatever comes and goes, and in whatever pieces. */
class TlsLayerTest {

    private static final String NEW = "TLSv1.3";
    private static final String OLD = "TLSv1.2";
    private static final int PIECE_BYTES = 16 << 10;

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void bytesGoBothWays(String protocol) throws IOException {
        TlsClient client = new TlsClient(protocol, PIECE_BYTES).open();
        client.send("hello");
        client.visit();
        assertEquals("hello", client.taken.toString());
        assertEquals(8, client.write("good day"));
        assertEquals("good day", client.receive());
        ConnectionInfo info = client.layer.tell(ConnectionInfo.unknown());
        assertTrue(info.isSecure());
        assertEquals(protocol, info.tlsProtocol());
    }

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void handshakeThatComesAndGoesByteByByteEnds(String protocol) throws IOException {
        TlsClient client = new TlsClient(protocol, PIECE_BYTES);
        client.channel.bytesPerRead = 1;
        client.open();
        client.send("x");
        client.visit();
        assertEquals("x", client.taken.toString());
    }

    @Test
    void systemMovesNoBytesPastTheLayer() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        assertNull(client.layer.direct(client.channel));
    }

    @Test
    void nothingHasBegunBeforeTheFirstByte() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.visit();
        assertFalse(client.layer.hasBegun());
    }

    @Test
    void costlyStepsAreLeftToATask() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        assertTrue(client.tasks > 0, "tasks " + client.tasks);
    }

    @Test
    void nothingIsDoneWhileATaskIsUnderWay() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.engine.beginHandshake();
        client.send("");
        client.channel.append(new byte[] {20, 3, 3, 0, 1, 1}); // a whole record that waits
        TlsLayer layer = client.layer;
        layer.beginVisit();
        assertEquals(0, layer.read(ByteBuffer.allocate(100)));
        assertTrue(layer.isBusy());
        assertNotNull(layer.task());
        assertNull(layer.task(), "it is being run");
        assertEquals(0, layer.read(ByteBuffer.allocate(100)));
        assertNull(layer.task(), "there is no other beside it");
        assertFalse(layer.hasInput());
        layer.endVisit();
    }

    @Test
    void taskOfAClosedConnectionIsNotDone() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.engine.beginHandshake();
        client.send("");
        TlsLayer layer = client.layer;
        layer.beginVisit();
        layer.read(ByteBuffer.allocate(100));
        layer.endVisit();
        client.channel.close();
        layer.task().run();
        assertNotNull(client.server.getDelegatedTask(), "it was not even taken");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 16_383, 16_384, 16_385, 40_000})
    void recordsLargerThanWhatIsAskedForAreNotLost(int targetBytes) throws IOException {
        TlsClient client = new TlsClient(NEW, targetBytes).open();
        String text = "0123456789".repeat(10_000);
        client.send(text);
        client.visit();
        assertEquals(text, client.taken.toString());
        assertEquals(0, client.layer.keptBytes());
    }

    @Test
    void idleConnectionKeepsNoBuffer() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("hello");
        client.visit();
        client.write("good day");
        assertEquals(0, client.layer.keptBytes());
        assertEquals(0, client.layer.unsentBytes());
    }

    @Test
    void partOfARecordIsKeptAndNoMore() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] record = client.encrypted("hello");
        client.channel.append(record, 0, record.length - 1);
        client.visit();
        assertEquals("", client.taken.toString());
        assertEquals(record.length - 1, client.layer.keptBytes());
        client.channel.append(record, record.length - 1, record.length);
        client.visit();
        assertEquals("hello", client.taken.toString());
    }

    @Test
    void whatIsReadBeyondWhatIsAskedForIsReportedAsInput() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("hello");
        TlsLayer layer = client.layer;
        layer.beginVisit();
        assertEquals(2, layer.read(ByteBuffer.allocate(2)));
        assertTrue(layer.hasInput());
        assertEquals(3, layer.read(ByteBuffer.allocate(3)));
        assertFalse(layer.hasInput());
        layer.endVisit();
    }

    @Test
    void socketThatTakesNoMoreHasTheRestLater() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.channel.room = 100;
        String text = "0123456789".repeat(20_000);
        int taken = client.write(text);
        assertTrue(taken < text.length(), "taken " + taken);
        assertTrue(client.layer.unsentBytes() > 0);
        assertTrue(client.layer.keptBytes() > 0);
        client.channel.room = Integer.MAX_VALUE;
        assertEquals(text.length() - taken, client.write(text.substring(taken)));
        assertEquals(0, client.layer.unsentBytes());
        assertEquals(0, client.layer.keptBytes());
        assertEquals(text, client.receive());
    }

    @Test
    void whatASlowReaderTakesIsNoLongerUnsent() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.channel.room = 100;
        client.write("0123456789".repeat(20_000));
        int unsent = client.layer.unsentBytes();
        client.channel.room = 1000;
        assertEquals(0, client.write("more"));
        assertEquals(unsent - 1000, client.layer.unsentBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "\r\nGET / HTTP/1.1", "\nGET / HTTP/1.1", "A", "Z"})
    void plainRequestIsToldWhatIsSpokenHere(String begun) throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.channel.append(begun);
        OpeningException e = assertThrows(OpeningException.class, client::visit);
        assertEquals(Status.BAD_REQUEST, e.refusal.status());
        client.layer.endVisit();
        assertEquals(0, client.layer.keptBytes(), "it is of no use");
        client.layer.beginVisit();
        assertEquals(2, client.layer.write(ByteBuffer.wrap(new byte[] {'n', 'o'})));
        assertEquals("no", client.channel.written());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 21, 23, 0x80, 0xff, 'g', '{'})
    void nonsenseIsToldNothing(int first) throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.channel.append(new byte[] {(byte) first, 3, 3, 0, 1, 0});
        OpeningException e = assertThrows(OpeningException.class, client::visit);
        assertNull(e.refusal);
        assertEquals("no TLS handshake but byte " + first, e.getMessage());
        assertEquals("", client.channel.written());
        client.layer.endVisit();
        assertEquals(0, client.layer.keptBytes());
    }

    @Test
    void recordThatIsTooLongIsRefusedByItsHead() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.channel.append(new byte[] {22, 3, 3, (byte) 0xff, (byte) 0xff});
        assertThrows(IOException.class, client::visit);
    }

    @Test
    void brokenRecordEndsAllWithAnAlert() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] record = client.encrypted("hello");
        record[record.length - 1] ^= 1;
        int before = client.channel.out.size();
        client.channel.append(record);
        SSLException e = assertThrows(SSLException.class, client::visit);
        assertNotNull(e.getMessage());
        assertTrue(client.channel.out.size() > before, "an alert");
        assertThrows(SSLException.class, client::receive);
        client.layer.beginVisit();
        assertThrows(EOFException.class,
                () -> client.layer.write(ByteBuffer.wrap(new byte[1])));
        client.layer.endVisit();
        assertEquals(0, client.layer.keptBytes(), "what has come is dropped");
    }

    @Test
    void endOfTheClientIsReadOnce() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.engine.closeOutbound();
        client.send("");
        client.layer.beginVisit();
        assertEquals(-1, client.layer.read(ByteBuffer.allocate(1)));
        assertFalse(client.layer.hasInput(), "nobody visits it for ever");
        client.layer.endVisit();
    }

    @Test
    void endBehindBytesIsReportedAsInput() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] bytes = client.encrypted("hello");
        client.engine.closeOutbound();
        client.channel.append(bytes);
        client.send("");
        client.layer.beginVisit();
        assertEquals(5, client.layer.read(ByteBuffer.allocate(100)));
        assertTrue(client.layer.hasInput(), "no selector reports the end");
        assertEquals(-1, client.layer.read(ByteBuffer.allocate(100)));
        client.layer.endVisit();
    }

    @Test
    void newClientThatHasEndedGetsItsResponse() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.engine.closeOutbound();
        client.send("");
        client.visit();
        assertEquals(-1, client.lastRead);
        assertEquals(8, client.write("response"));
        assertEquals("response", client.receive());
    }

    @Test
    void oldClientThatHasEndedGetsNoMore() throws IOException { // RFC 5246 s7.2.1
        TlsClient client = new TlsClient(OLD, PIECE_BYTES).open();
        client.engine.closeOutbound();
        client.send("");
        client.visit();
        assertEquals(-1, client.lastRead);
        client.write("response");
        assertThrows(EOFException.class, () -> client.write("response"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void endOfOutputIsTold(String protocol) throws IOException {
        TlsClient client = new TlsClient(protocol, PIECE_BYTES).open();
        client.layer.endOutput();
        client.receive();
        assertTrue(client.engine.isInboundDone());
        int sent = client.channel.out.size();
        client.layer.endOutput();
        assertEquals(sent, client.channel.out.size(), "once");
    }

    @Test
    void whatHasComeInPartIsDroppedAtTheEndOfOutput() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] record = client.encrypted("hello");
        client.channel.append(record, 0, record.length - 1);
        client.visit();
        client.layer.endOutput();
        assertEquals(0, client.layer.keptBytes());
        client.channel.append(record, record.length - 1, record.length);
        client.visit();
        assertEquals(1, client.lastRead, "it passes as it is");
    }

    @Test
    void clientMayNotShakeHandsAgain() throws IOException {
        TlsClient client = new TlsClient(OLD, PIECE_BYTES).open();
        client.engine.beginHandshake();
        client.send("");
        SSLException e = assertThrows(SSLException.class, client::visit);
        assertEquals("a client may not begin another handshake", e.getMessage());
        SSLException told = assertThrows(SSLException.class, client::receive);
        assertTrue(told.getMessage().endsWith("Received fatal alert: protocol_version"),
                told.getMessage());
    }

    @Test
    void newKeysMayBeAskedForAtAnyTime() throws IOException { // RFC 8446 s4.6.3
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.engine.beginHandshake();
        client.send("");
        client.send("hello");
        client.visit();
        assertEquals("hello", client.taken.toString());
        client.write("good day");
        assertEquals("good day", client.receive());
    }

    @Test
    void dataBetweenAllowsNewKeysAgain() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        renewKeys(client, TlsLayer.MOST_EMPTY_RECORDS);
        client.send("x");
        client.visit();
        renewKeys(client, TlsLayer.MOST_EMPTY_RECORDS);
        client.send("y");
        client.visit();
        assertEquals("xy", client.taken.toString());
    }

    @Test
    void newKeysWithoutDataBetweenEndTheConnection() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        renewKeys(client, TlsLayer.MOST_EMPTY_RECORDS);
        SSLException e = assertThrows(SSLException.class, () -> renewKeys(client, 1));
        assertEquals("more than 32 records without data in a row", e.getMessage());
    }

    private static void renewKeys(TlsClient client, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client.engine.beginHandshake();
            client.send("");
            client.visit();
            client.receive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void readEndsAfterManyTinyRecords(int more) throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        for (int i = 0; i < TlsLayer.RECORDS_PER_READ + more; i++) {
            client.send("x");
        }
        client.layer.beginVisit();
        assertEquals(TlsLayer.RECORDS_PER_READ,
                client.layer.read(ByteBuffer.allocate(PIECE_BYTES)));
        assertEquals(more > 0, client.layer.hasInput());
        assertEquals(more, client.layer.read(ByteBuffer.allocate(PIECE_BYTES)));
        assertFalse(client.layer.hasInput());
        client.layer.endVisit();
    }

    @Test
    void handshakeCutAnywhereWaitsForTheRest() throws IOException {
        TlsClient whole = new TlsClient(NEW, PIECE_BYTES);
        whole.engine.beginHandshake();
        byte[] hello = whole.encrypted("");
        for (int cut = 1; cut < hello.length; cut++) {
            TlsClient client = new TlsClient(NEW, PIECE_BYTES);
            client.channel.append(Arrays.copyOf(hello, cut));
            client.visit();
            assertTrue(client.layer.isOpening());
            assertTrue(client.layer.hasBegun());
            assertEquals(0, client.tasks);
            assertEquals(0, client.channel.out.size());
        }
    }
}
