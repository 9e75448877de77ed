package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingTest {

    private static final Limits LIMITS = new Limits(4096, 64, 10, Long.MAX_VALUE, 32);

    private static String outcome(String version, String fields) {
        String text = "PUT / HTTP/" + version + "\r\n" + fields.replace("|", "\r\n")
                + (fields.isEmpty() ? "" : "\r\n") + "\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        String whole = outcome(bytes, bytes.length, bytes.length);
        assertEquals(whole, outcome(bytes, 1, 1), "byte by byte");
        for (int cut = 1; cut < bytes.length; cut++) {
            assertEquals(whole, outcome(bytes, cut, bytes.length), "cut at " + cut);
        }
        return whole;
    }

    private static String outcome(byte[] bytes, int first, int then) {
        RequestParser parser = new RequestParser(LIMITS);
        int count = first;
        for (int at = 0; at < bytes.length; at += count, count = then) {
            count = Math.min(count, bytes.length - at);
            try {
                ParsedHead head = parser.parse(ByteBuffer.wrap(bytes, at, count));
                if (head != null) {
                    Framing framing = head.framing();
                    return (framing.isChunked() ? "chunked" : framing.bodyLength())
                            + (framing.keepAlive() ? " keep" : " close")
                            + (framing.expectsContinue() ? " expects" : "");
                }
            } catch (HttpException e) {
                return Integer.toString(e.status().code());
            }
        }
        return "within";
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0 keep", "Content-Length: 0, 0 keep", "content-length: 12, 12 keep",
        "Content-Length: 0012, 12 keep",
        "Content-Length: 9223372036854775807, 9223372036854775807 keep",
        "Content-Length: 9223372036854775808, 400", "Content-Length: 99999999999999999999, 400",
        "Content-Length:, 400", "Content-Length: -1, 400", "Content-Length: +1, 400",
        "Content-Length: 0x1, 400", "Content-Length: 1 2, 400", "'Content-Length: 1, 1', 400",
        "Content-Length: 1|Content-Length: 1, 400", "Content-Length: 1|Content-Length: 2, 400",
        "Transfer-Encoding: chunked, chunked keep", "Transfer-Encoding: CHUNKED, chunked keep",
        "Transfer-Encoding: chunked|Content-Length: 1, 400",
        "Content-Length: 1|Transfer-Encoding: chunked, 400",
        "Transfer-Encoding: identity, 501", "'Transfer-Encoding: gzip, chunked', 501",
        "'Transfer-Encoding: chunked, gzip', 400", "'Transfer-Encoding: chunked, chunked', 400",
        "Transfer-Encoding: chunked|Transfer-Encoding: chunked, 400",
        "Transfer-Encoding: chunked;a=b, 400", "'Transfer-Encoding: chunked,', 400",
        "'Transfer-Encoding: ,chunked', 400", "Transfer-Encoding:, 400",
        "Transfer-Encoding: xchunked, 501", "Transfer-Encoding: \"chunked\", 400",
        "Transfer-Encoding: gzip;level=1, 501", "'Transfer-Encoding: gzip;a=b, chunked', 501",
        "'Transfer-Encoding: gzip ;a, chunked', 501", "Transfer-Encoding: gz@ip, 400",
        "Transfer-Encoding: gzip@, 400", "'Transfer-Encoding: gz@ip, chunked', 400",
        "'Transfer-Encoding: chunked, g@', 400", "Transfer-Encoding: chunked x, 400",
        "Transfer-Encoding: gzip|Transfer-Encoding: chunked, 501",
        "Transfer-Encoding: chunked|Transfer-Encoding: gzip, 400",
        "Transfer-Encoding: gzip|Content-Length: 1, 400"
    })
    void lengthOfABodyIsDecidedOrRefused(String fields, String expected) {
        assertEquals(expected, outcome("1.1", fields.isEmpty() ? "Host: a" : "Host: a|" + fields));
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, Connection: close, 0 close", "1.1, Connection: Keep-Alive, 0 keep",
        "1.1, 'Connection: x, CLOSE ,y', 0 close", "1.1, Connection: closed, 0 keep",
        "1.1, 'Connection: keep-alive, close', 0 close", "1.1, Connection: x|Connection: close, "
        + "0 close",
        "1.0, Content-Length: 0, 0 close",
        "1.0, Content-Length: 0|Connection: keep-alive, 0 keep",
        "1.0, 'Content-Length: 0|Connection: close, keep-alive', 0 close",
        "1.0, X: y, 411", "1.0, Connection: keep-alive, 411", "1.0, Transfer-Encoding: chunked, 400"
    })
    void connectionGoesOnOrNot(String version, String fields, String expected) {
        assertEquals(expected, outcome(version, "Host: a|" + fields));
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, Expect: 100-continue, 5 keep expects", "1.1, Expect: 100-Continue, 5 keep expects",
        "1.1, Expect: tea, 417", "1.1, Expect:, 5 keep", "1.1, 'Expect: ,,', 5 keep",
        "1.1, 'Expect: , 100-continue ,', 5 keep expects", "1.1, 'Expect: ,tea', 417",
        "1.1, Expect:|Expect: 100-continue|Expect:, 5 keep expects",
        "1.0, Expect: 100-continue, 5 close",
        "1.0, Expect: tea, 5 close"
    })
    void expectationIsUnderstoodOrRefused(String version, String fields, String expected) {
        assertEquals(expected, outcome(version, "Host: a|Content-Length: 5|" + fields));
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, X: y, 400", "1.0, Content-Length: 0, 0 close", "1.1, Host:, 400",
        "1.1, Host: a, 0 keep",
        "1.0, Content-Length: 0|Host:, 0 close",
        "1.1, Host: a:80, 0 keep", "1.1, Host: a:, 0 keep", "1.1, Host: a:65535, 0 keep",
        "1.1, Host: a:65536, 400", "1.1, Host: :80, 400", "1.1, Host: a b, 400",
        "1.1, Host: u@a, 400", "1.1, Host: a/b, 400", "1.1, 'Host: a,b', 0 keep",
        "1.1, Host: [::1]:80, 0 keep", "1.1, Host: [::1, 400", "1.1, Host: [::1]x, 400",
        "1.1, Host: a|Host: a, 400", "1.0, Host: a|Host: b, 400", "1.1, Host: %4, 400",
        "1.1, Host: %41, 0 keep"
    })
    void hostIsNeededOnceAndWellFormed(String version, String fields, String expected) {
        assertEquals(expected, outcome(version, fields));
    }
}
