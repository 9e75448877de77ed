package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BodyCheckTest {

    private static final int PERIOD = BodyPattern.PERIOD_BYTES;

    private final BodyPattern pattern = new BodyPattern(1);
    private final BodyCheck check = new BodyCheck(pattern);

    private byte[] body(int offset, int bytes) {
        OutgoingBody body = new OutgoingBody(pattern);
        body.next(offset, bytes);
        ByteBuffer all = ByteBuffer.allocate(bytes);
        while (all.hasRemaining()) {
            all.put(body.piece(all.position()));
        }
        return all.array();
    }

    private String faultOf(byte[] bytes, int offset, long expected, int pieceBytes) {
        check.next(offset, expected);
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            check.onBody(200, ByteBuffer.wrap(bytes, from,
                    Math.min(pieceBytes, bytes.length - from)));
        }
        return check.fault(200);
    }

    @Test
    void bodyOfItsKeyIsRightInPiecesOfAnySize() {
        byte[] bytes = body(PERIOD - 10, 3 * PERIOD);
        for (int piece : new int[] {3 * PERIOD, PERIOD, 65_536, 1009}) {
            assertEquals("", faultOf(bytes, PERIOD - 10, bytes.length, piece));
        }
    }

    @Test
    void everyByteCounts() {
        byte[] bytes = body(5, 1000);
        for (int wrong = 0; wrong < bytes.length; wrong++) {
            bytes[wrong]++;
            assertEquals("byte " + wrong + " differs", faultOf(bytes, 5, 1000, 100));
            bytes[wrong]--;
        }
    }

    @Test
    void pieceThatIsLostOrSentTwiceIsSeen() {
        for (int piece = 1024; piece <= 1 << 22; piece *= 2) {
            byte[] bytes = body(0, piece + (1 << 16));
            System.arraycopy(bytes, piece, bytes, 0, 1 << 16);
            assertNotEquals("", faultOf(bytes, 0, bytes.length, 8192), "piece of " + piece);
        }
    }

    @Test
    void lengthIsComparedIfItIsKnown() {
        byte[] bytes = body(7, 100);
        assertEquals("", faultOf(bytes, 7, 100, 100));
        assertEquals("", faultOf(bytes, 7, BodyCheck.ANY_LENGTH, 100));
        assertEquals("100 bytes, not 101", faultOf(bytes, 7, 101, 100));
        assertEquals("100 bytes, not 99", faultOf(bytes, 7, 99, 100));
    }

    @Test
    void bodiesOfOtherStatusCodesAreNotCompared() {
        check.next(0, 5);
        check.onBody(404, ByteBuffer.wrap(new byte[3]));
        assertEquals("", check.fault(404));
        check.skip();
        check.onBody(200, ByteBuffer.wrap(new byte[3]));
        assertEquals("", check.fault(200));
    }

    @Test
    void periodIsAPrime() {
        assertEquals(true, BigInteger.valueOf(PERIOD).isProbablePrime(50));
    }
}
