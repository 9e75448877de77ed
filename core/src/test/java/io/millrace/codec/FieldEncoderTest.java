package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldEncoderTest {

    private final FieldEncoder encoder = new FieldEncoder();

    private static String text(ByteBuffer out) {
        assertEquals(0, out.remaining(), "as long as it says");
        return new String(out.array(), StandardCharsets.ISO_8859_1);
    }

    private static String once(Headers headers) {
        ByteBuffer out = ByteBuffer.allocate(FieldEncoder.bytes(headers));
        FieldEncoder.encode(headers, out);
        return text(out);
    }

    private String again(Headers headers) {
        return new String(encoder.linesAgain(headers), StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesAreEncodedAsTheyAreSent() {
        Headers headers = Headers.of("A", "1", "b", "", "C", "\u00e9, \"x\"");
        assertEquals("A: 1\r\nb: \r\nC: \u00e9, \"x\"\r\n", once(headers));
        assertEquals("", once(Headers.empty()));
    }

    @Test
    void headersThatComeAgainAreEncodedTheSame() {
        Headers first = Headers.of("A", "1");
        Headers second = Headers.of("B", "2");
        for (Headers headers : new Headers[] {first, first, first, second, first, second, second,
            Headers.empty(), Headers.empty(), first}) {
            assertEquals(once(headers), again(headers));
        }
    }
}
