package io.millrace.app.load.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection of the load tool over a wire that does what a test says. */
class LoadConnectionTest {

    private static final String REFUSAL =
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno";

    /** Takes some bytes at a time, and has what the server has sent. */
    private static final class FakeWire implements Wire {

        final StringBuilder sent = new StringBuilder();
        String arrived = "";
        int bytesPerWrite = 3;
        int bytesPerRead = 1000;
        /** After so many bytes a write fails. */
        int failsAfter = Integer.MAX_VALUE;
        boolean closed;
        boolean ended;
        boolean cut;
        /** What happens when it is closed. */
        Runnable onClose = () -> { };
        /** What happens at each write. */
        Runnable onWrite = () -> { };

        @Override
        public long write(ByteBuffer... buffers) throws IOException {
            onWrite.run();
            if (sent.length() >= failsAfter) {
                throw new IOException("reset");
            }
            int count = 0;
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining() && count < bytesPerWrite) {
                    sent.append((char) buffer.get());
                    count++;
                }
            }
            return count;
        }

        @Override
        public int read(ByteBuffer in) throws IOException {
            if (arrived.isEmpty()) {
                return -1;
            }
            int count = Math.min(bytesPerRead, Math.min(in.remaining(), arrived.length()));
            in.put(arrived.substring(0, count).getBytes(StandardCharsets.US_ASCII));
            arrived = arrived.substring(count);
            return count;
        }

        @Override
        public boolean isEnded() throws IOException {
            throw new IOException("reset");
        }

        @Override
        public void end() {
            ended = true;
            closed = true;
        }

        @Override
        public boolean hasArrived() {
            return !arrived.isEmpty();
        }

        @Override
        public void shutdownOutput() {
            cut = true;
        }

        @Override
        public void close() {
            onClose.run();
            closed = true;
        }
    }

    private final FakeWire wire = new FakeWire();
    private final AtomicLong nowNs = new AtomicLong(5);
    private final ClientProgress progress = new ClientProgress(nowNs::get);
    private final LoadConnection connection = new LoadConnection(wire, progress);
    private final ResponseParser response = new ResponseParser();
    private final ByteBuffer in = ByteBuffer.allocate(100);

    @BeforeEach
    void begin() {
        response.next(false);
    }

    private void send(String head, String body) throws IOException {
        connection.send(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)),
                new RequestBody() {
                    @Override
                    public long bytes() {
                        return body.length();
                    }

                    @Override
                    public ByteBuffer piece(long position) {
                        return ByteBuffer.wrap(body.substring((int) position)
                                .getBytes(StandardCharsets.US_ASCII));
                    }
                }, in, response);
    }

    @Test
    void headAndBodyLeaveWholeHoweverLittleIsTaken() throws Exception {
        for (int most = 1; most < 12; most++) {
            wire.bytesPerWrite = most;
            wire.sent.setLength(0);
            progress.onRequest(7);
            send("head:", "content");
            assertEquals("head:content", wire.sent.toString(), most + " at a time");
            assertEquals(12, progress.sentBytes());
        }
    }

    @Test
    void refusalThatArrivesEndsTheSending() throws Exception {
        wire.arrived = REFUSAL;
        send("head:", "content");
        assertEquals("head:c", wire.sent.toString(), "the body had begun");
        connection.receive(in, response);
        assertEquals(413, response.status());
        assertEquals(2, response.bodyBytes());
    }

    @Test
    void anyStatusFromARedirectOnIsARefusal() throws Exception {
        wire.arrived = "HTTP/1.1 300 Multiple Choices\r\n\r\n";
        send("head:", "content");
        assertEquals("head:c", wire.sent.toString());
    }

    @Test
    void responseThatIsCutIsNone() throws Exception {
        wire.arrived = REFUSAL.substring(0, REFUSAL.length() - 1);
        assertThrows(EOFException.class, () -> connection.receive(in, response));
        response.next(false);
        wire.arrived = "HTTP/1.1 200 OK\r\n\r\nuntil the end";
        connection.receive(in, response);
        assertEquals(13, response.bodyBytes());
    }

    @Test
    void refusalThatArrivesInPiecesEndsTheSendingOnceItsHeadIsHere() throws Exception {
        wire.arrived = REFUSAL;
        wire.bytesPerRead = 20;
        send("head:", "content that is long enough");
        assertTrue(wire.sent.length() < 20, wire.sent.toString());
        assertEquals(413, response.status());
    }

    @Test
    void successThatArrivesLetsTheBodyGoOn() throws Exception {
        wire.arrived = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
        send("head:", "content");
        assertEquals("head:content", wire.sent.toString());
        connection.receive(in, response);
        assertEquals(201, response.status());
    }

    @Test
    void failureBehindWhichARefusalIsReadIsNone() throws Exception {
        wire.failsAfter = 3;
        wire.onWrite = () -> wire.arrived = wire.sent.isEmpty() ? "" : REFUSAL;
        send("head:", "content");
        assertEquals(413, response.status());
    }

    @Test
    void failureBehindWhichASuccessOrNothingIsReadIsOne() {
        for (String arrived : new String[] {"", "HTTP/1.1 201 Created\r\n\r\n", "HTTP/1.1 413 "}) {
            wire.sent.setLength(0);
            wire.failsAfter = 3;
            wire.onWrite = () -> wire.arrived = wire.sent.isEmpty() ? "" : arrived;
            response.next(false);
            assertEquals("reset",
                    assertThrows(IOException.class, () -> send("head:", "content")).getMessage());
        }
    }

    @Test
    void failureOfARequestWithoutABodyIsOneWhateverIsRead() {
        wire.failsAfter = 3;
        wire.onWrite = () -> wire.arrived = wire.sent.isEmpty() ? "" : REFUSAL;
        assertThrows(IOException.class, () -> send("head:", ""));
        assertEquals(REFUSAL, wire.arrived);
    }

    @Test
    void requestThatHasTimedOutWaitsForNoRefusal() {
        wire.failsAfter = 3;
        wire.onWrite = () -> {
            wire.arrived = wire.sent.isEmpty() ? "" : REFUSAL;
            assertThrowsNothing(connection::expire);
        };
        assertThrows(IOException.class, () -> send("head:", "content"));
        assertTrue(connection.expired());
        assertTrue(wire.closed);
        assertEquals(REFUSAL, wire.arrived);
    }

    // What the close fails in the client's thread would else be another failure.
    @Test
    void requestHasTimedOutBeforeItFailsOfThat() throws Exception {
        wire.onClose = () -> assertTrue(connection.expired());
        connection.expire();
        assertTrue(wire.closed);
    }

    // TLS tells the server of its end; a cut would look like an attack.
    @Test
    void connectionThatIsNotNeededAnyMoreEndsInGoodOrder() throws Exception {
        connection.end();
        assertTrue(wire.ended);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void assertThrowsNothing(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void outputIsCutOnlyWhileItIsSentAndAResponseIsHere() throws Exception {
        connection.unblock();
        assertFalse(wire.cut, "nothing is sent");
        wire.onWrite = () -> {
            assertThrowsNothing(connection::unblock);
            assertFalse(wire.cut, "there is no response");
        };
        send("head:", "content");
        wire.bytesPerWrite = 1000;
        wire.onWrite = () -> {
            wire.arrived = REFUSAL;
            assertThrowsNothing(connection::unblock);
            assertTrue(wire.cut);
        };
        send("head:", "content");
        wire.cut = false;
        connection.unblock();
        assertFalse(wire.cut, "all is sent");
        wire.arrived = "";
        wire.failsAfter = 0;
        wire.onWrite = () -> { };
        assertThrows(IOException.class, () -> send("head:", "content"));
        wire.arrived = REFUSAL;
        connection.unblock();
        assertFalse(wire.cut, "the sending has failed");
    }

    @Test
    void bytesBehindAResponseAreMalformed() {
        wire.arrived = REFUSAL + "HTTP";
        assertEquals("malformed response: extra bytes after its end", assertThrows(
                MalformedResponse.class, () -> connection.receive(in, response)).getMessage());
    }

    @Test
    void connectionThatFailsWhileNothingWasAskedHasEnded() {
        assertTrue(connection.isEnded());
    }

    @Test
    void progressIsThatOfTheRequestUnderWayAndOfAll() throws Exception {
        assertEquals(5, progress.movedNs());
        progress.onRequest(7);
        assertEquals(7, progress.movedNs());
        assertTrue(progress.isBusy());
        nowNs.set(9);
        progress.onConnected();
        assertEquals(9, progress.movedNs());
        nowNs.set(11);
        send("head:", "content");
        assertEquals(11, progress.movedNs());
        assertEquals(12, progress.sentBytes());
        nowNs.set(13);
        wire.arrived = REFUSAL;
        connection.receive(in, response);
        assertEquals(13, progress.movedNs());
        assertEquals(12, progress.sentBytes());
        assertEquals(12 + REFUSAL.length(), progress.movedBytes());
        assertEquals(0, progress.doneRequests());
        progress.onDone();
        assertFalse(progress.isBusy());
        assertEquals(0, progress.sentBytes());
        assertEquals(1, progress.doneRequests());
        assertEquals(12 + REFUSAL.length(), progress.movedBytes());
    }
}
