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

    @ParameterizedTest
    @CsvSource({"azAZ09-._~, azAZ09-._~", "a b, a%20b", "'', ''", "%2e, %252e", "+&=?#/:, "
            + "%2B%26%3D%3F%23%2F%3A", "\u00fc\u20ac, %C3%BC%E2%82%AC",
        "@[`{}|, %40%5B%60%7B%7D%7C", "\ud83d\ude00, %F0%9F%98%80",
        "'\u0001\u007f\u00ff', %01%7F%C3%BF"})
    void everythingButTheUnreservedIsEncoded(String segment, String encoded) {
        assertEquals(encoded, PercentEncoding.encode(segment));
    }
}
