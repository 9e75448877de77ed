package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {

    private static final Limits LIMITS = new Limits(100, 64, 3, 20, 16);

    private static String outcome(String text) {
        String escaped = text.replace("|", "\r\n");
        int length = escaped.length();
        String whole = outcome(escaped, 1000, length, length);
        assertEquals(whole, outcome(escaped, 1000, 1, 1), "byte by byte");
        assertEquals(whole, outcome(escaped, 1, length, length), "a byte of room");
        for (int cut = 1; cut < length; cut++) {
            assertEquals(whole, outcome(escaped, 1000, cut, length), "cut at " + cut);
        }
        return whole;
    }

    private static String outcome(String text, int room, int first, int then) {
        ChunkedDecoder decoder = new ChunkedDecoder(LIMITS);
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder data = new StringBuilder();
        int count = first;
        for (int at = 0; at < bytes.length; at += count, count = then) {
            count = Math.min(count, bytes.length - at);
            ByteBuffer in = ByteBuffer.wrap(bytes, at, count);
            try {
                int before;
                do {
                    before = in.remaining();
                    ByteBuffer out = ByteBuffer.allocate(room);
                    int moved = decoder.decode(in, out);
                    assertEquals(moved, out.position());
                    data.append(new String(out.array(), 0, moved, StandardCharsets.ISO_8859_1));
                } while (in.remaining() < before);
                if (decoder.isDone()) {
                    return data + " +" + (bytes.length - in.position());
                }
            } catch (HttpException e) {
                return Integer.toString(e.status().code());
            }
        }
        return data + " more";
    }

    @ParameterizedTest
    @CsvSource({
        "0||, ' +0'", "5|hello|0||, hello +0", "5|hello|6| world|0||GET, hello world +3",
        "A|0123456789|0||, 0123456789 +0", "00a|0123456789|000||, 0123456789 +0",
        "1;a|x|0;b=c||, x +0", "1;a=\"b;\\\"c\"|x|0||, x +0", "1 ; a = b|x|0||, x +0",
        "1;a;b=c|x|0||, x +0", "0|X: y||, ' +0'", "0|X:|Y: z||abc, ' +3'",
        "5|hel, hel more", "5|hello|, hello more", "5|hello|0|, hello more", "2|||0||, '\r\n +0'"
    })
    void wellFormedBodyIsUnwrapped(String text, String expected) {
        assertEquals(expected, outcome(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "|", "x|", "-1|", "+1|", "0x1|", "1\n", "1\rx", "1 x|", "1 |", "1;a=b |", "1;|", "1;=|",
        "1;a=|", "1;a=\"b|", "1;a=\"b\"c|", "1;a b|", "1|xy", "1|x\n", "1|x\r0", ";a|", " 1|",
        "0|X||", "0| X: y||", "0|X : y||", "0|: y||", "0|X: y\n", "0|X: y\u0000", "0|\rX",
        "8000000000000000|", "1|x||", "1|x|;a|",
        "1;a=\"\u0001\"|"
    })
    void malformedBodyIsRefused(String text) {
        String outcome = outcome(text);
        assertTrue(outcome.equals("400")
                || text.startsWith("8") && outcome.equals("413"), outcome);
    }

    @Test
    void bodyOfExactlyMaxBytesIsAcceptedAndOneMoreIsNot() {
        assertEquals("x".repeat(20) + " +0", outcome("14|" + "x".repeat(20) + "|0||"));
        assertEquals("413", outcome("15|"));
        assertEquals("x".repeat(20) + " +0",
                outcome("13|" + "x".repeat(19) + "|1|x|0||"));
        assertEquals("413", outcome("13|" + "x".repeat(19) + "|2|"));
        assertEquals("413", outcome("7fffffffffffffff|"));
    }

    @Test
    void chunkLineOfExactlyMaxBytesIsAcceptedAndOneMoreIsNot() {
        assertEquals("x +0", outcome("1;" + "a".repeat(14) + "|x|0||"));
        assertEquals("400", outcome("1;" + "a".repeat(15) + "|x|0||"));
        assertEquals("x +0", outcome("0".repeat(15) + "1|x|0||"));
        assertEquals("400", outcome("0".repeat(16) + "1|x|0||"));
        assertEquals("xx +0", outcome("1;" + "a".repeat(14) + "|x|1;" + "a".repeat(14)
                + "|x|0||"));
    }

    @Test
    void exactlyMaxTrailersAreAcceptedAndOneMoreIsNot() {
        assertEquals(" +0", outcome("0|" + "X: y|".repeat(3) + "|"));
        assertEquals("431", outcome("0|" + "X: y|".repeat(4) + "|"));
    }

    @Test
    void trailersOfExactlyMaxBytesAreAcceptedAndOneMoreIsNot() {
        assertEquals(" +0", outcome("0|X:" + "y".repeat(94) + "||"));
        assertEquals("431", outcome("0|X:" + "y".repeat(95) + "||"));
    }

    @Test
    void chunkOfTheLargestNumberIsTakenAndOneMoreRefusedWhereThereIsNoLimit() throws Exception {
        Limits none = new Limits(100, 64, 3, Long.MAX_VALUE, 17);
        ByteBuffer out = ByteBuffer.allocate(10);
        ByteBuffer most = ByteBuffer.wrap("7fffffffffffffff\r\nabc".getBytes(
                StandardCharsets.US_ASCII));
        assertEquals(3, new ChunkedDecoder(none).decode(most, out));
        ByteBuffer more = ByteBuffer.wrap("8000000000000000\r\n".getBytes(
                StandardCharsets.US_ASCII));
        assertEquals(Status.BAD_REQUEST, assertThrows(HttpException.class,
                () -> new ChunkedDecoder(none).decode(more, out)).status());
    }
}
