package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transfer.OpeningException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Connections over TLS that end in another way than by the alert that says so. */
class TlsEndTest {

    private static final String NEW = "TLSv1.3";
    private static final int PIECE_BYTES = 64 << 10;

    private static void assertEnds(TlsClient client) throws IOException {
        client.channel.ended = true;
        client.visit();
        assertEquals(-1, client.lastRead);
        client.layer.beginVisit();
        assertFalse(client.layer.hasInput(), "nobody visits it for ever");
        client.layer.endVisit();
    }

    @Test
    void socketThatEndsIsTheEnd() throws IOException {
        assertEnds(new TlsClient(NEW, PIECE_BYTES).open());
    }

    @Test
    void socketThatEndsBeforeOrWithinTheHandshakeIsTheEnd() throws IOException {
        assertEnds(new TlsClient(NEW, PIECE_BYTES));
        TlsClient begun = new TlsClient(NEW, PIECE_BYTES);
        begun.channel.append(new byte[] {22, 3, 3, 0, 100, 1});
        assertEnds(begun);
        assertTrue(begun.layer.isOpening());
    }

    @Test
    void socketThatEndsWithinARecordIsTheEnd() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        byte[] record = client.encrypted("hello");
        client.channel.append(record, 0, record.length - 1);
        assertEnds(client);
        assertEquals("", client.taken.toString());
    }

    // A client that hears why it can't connect has to have the time to read it.
    @Test
    void handshakeThatFailsEndsTheOpeningWithAnAlert() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES);
        client.channel.append(new byte[] {22, 3, 3, 0, 4, 99, 0, 0, 0});
        OpeningException e = assertThrows(OpeningException.class, client::visit);
        assertNull(e.refusal);
        client.layer.endVisit();
        assertEquals(21, client.channel.out.toByteArray()[0]);
        assertFalse(client.layer.isOpening());
        assertEquals(0, client.layer.keptBytes());
    }

    @Test
    void alertTakesNothingFromWhatTheSocketHasYetToTake() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        String text = "x".repeat(1000);
        byte[] broken = client.encrypted("hello");
        broken[broken.length - 1] ^= 1;
        client.channel.room = 10;
        assertEquals(1000, client.write(text));
        client.channel.append(broken);
        assertThrows(SSLException.class, client::visit);
        client.layer.endVisit();
        client.channel.room = Integer.MAX_VALUE;
        client.layer.beginVisit();
        client.layer.flush();
        client.layer.endVisit();
        assertEquals(text, client.receive());
    }

    // What is read beyond that has to be kept.
    @Test
    void littleIsReadFromTheSocketForLittle() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("x".repeat(100_000));
        client.layer.beginVisit();
        assertEquals(1, client.layer.read(ByteBuffer.allocate(1)));
        client.layer.endVisit();
        assertTrue(client.layer.keptBytes() <= TlsBuffers.encryptedBytes(1),
                client.layer.keptBytes() + " bytes");
    }

    @Test
    void whatWasDecryptedAndNotTakenIsDroppedAtTheEndOfOutput() throws IOException {
        TlsClient client = new TlsClient(NEW, PIECE_BYTES).open();
        client.send("hello");
        client.layer.beginVisit();
        assertEquals(2, client.layer.read(ByteBuffer.allocate(2)));
        client.layer.endVisit();
        assertEquals(3, client.layer.keptBytes());
        client.layer.endOutput();
        assertEquals(0, client.layer.keptBytes());
    }
}
