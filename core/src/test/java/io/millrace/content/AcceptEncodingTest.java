package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 section 12.5.3: which content coding a client is sent. */
class AcceptEncodingTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gzip, deflate, br, zstd | br", // Chromium; the server's order
        "gzip | gzip",
        "GZip;Q=0.5 | gzip",
        "x-gzip | gzip",
        "gzip;q=1.0, br;q=0.5 | gzip",
        "gzip;q=0.001 | gzip", // whoever names it wants it rather than none
        "gzip;q=0.5, identity | identity",
        "gzip;q=0.5, identity;q=0.5 | gzip",
        "* | br",
        "br;q=0, * | gzip",
        "br;q=0.2, *;q=0.1 | br",
        "*;q=0, gzip | gzip",
        "*;q=0.5 | br",
        "identity;q=0, gzip | gzip",
        "identity | identity",
        "'' | identity",
        "deflate | identity",
        "gzip;q=0 | identity",
        "gzip;q=x | identity",
        "gzip;q=2, br;q=0.1 | br",
        "identity;q=0 | ",
        "*;q=0 | ",
        "*;q=0, identity;q=0.1 | identity"})
    void best(String field, String best) {
        AcceptEncoding accept = AcceptEncoding.of(Headers.of("Accept-Encoding", field));
        assertEquals(best, accept.best("br", "gzip", "identity"), field);
    }

    @Test
    void requestWithoutTheFieldGetsNoCoding() {
        AcceptEncoding accept = AcceptEncoding.of(Request.of("GET", "/"));
        assertEquals("identity", accept.best("gzip", "identity"));
        assertEquals(null, accept.best("gzip"));
        assertTrue(accept.accepts("identity"));
        assertFalse(accept.accepts("gzip"));
    }

    @Test
    void linesAreOneList() {
        AcceptEncoding accept = AcceptEncoding.of(
                Headers.of("Accept-Encoding", "br;q=0.1", "accept-encoding", "gzip"));
        assertEquals("gzip", accept.best("br", "gzip", "identity"));
        assertTrue(accept.accepts("X-GZIP"));
    }
}
