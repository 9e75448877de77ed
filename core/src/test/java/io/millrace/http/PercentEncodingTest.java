package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({"a, a", "'', ''", "%61, a", "%2f, /", "%2F, /", "%252e, %2e", "+, +", "%20, ' '",
        "%c3%a9, \u00e9", "%F0%9F%98%80, \ud83d\ude00", "a%7eb, a~b", "%C2%85, \u0085"})
    void segmentIsDecodedOnce(String segment, String text) throws HttpException {
        assertEquals(text, PercentEncoding.decode(segment, 0, segment.length()));
    }

    @ParameterizedTest
    @CsvSource({
        "%, malformed percent-encoding", "%6, malformed percent-encoding",
        "%6g, malformed percent-encoding", "%%61, malformed percent-encoding",
        "a%\u0661\u0661, malformed percent-encoding",
        "%ff, percent-encoded bytes are not valid UTF-8",
        "%c3, percent-encoded bytes are not valid UTF-8",
        "%c0%af, percent-encoded bytes are not valid UTF-8",
        "%ed%a0%80, percent-encoded bytes are not valid UTF-8",
        "%00, control character", "%1F, control character", "%7f, control character",
        "'a\tb', control character", "'a\u007f', control character",
        "\u00e9, non-ASCII character that is not percent-encoded",
    })
    void anythingElseIsRefused(String segment, String why) {
        HttpException refusal = assertThrows(HttpException.class,
                () -> PercentEncoding.decode(segment, 0, segment.length()));
        assertEquals(Status.BAD_REQUEST, refusal.status());
        assertEquals(why, refusal.getMessage());
    }

    @Test
    void onlyTheSegmentIsLookedAt() throws HttpException {
        assertEquals("b", PercentEncoding.decode("/%zz/b/%", 5, 6));
        assertThrows(HttpException.class, () -> PercentEncoding.decode("/%61", 1, 3));
    }
}
