package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private static final Limits LIMITS = new Limits(600, 64, 4, 1000, 32);
    private static final String HOST = "Host: a\r\n";

    /** What becomes of the bytes, in words; the same whole, byte by byte and cut anywhere. */
    private static String outcome(String text) {
        String whole = outcome(text, text.length());
        assertEquals(whole, outcome(text, 1), "byte by byte");
        for (int cut = 1; cut < text.length(); cut++) {
            assertEquals(whole, outcome(text, cut, text.length()), "cut at " + cut);
        }
        return whole;
    }

    /** Steps are the sizes of the pieces; the last one is repeated. */
    private static String outcome(String text, int... steps) {
        RequestParser parser = new RequestParser(LIMITS);
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int at = 0;
        for (int turn = 0; at < bytes.length; turn++) {
            int count = Math.min(steps[Math.min(turn, steps.length - 1)], bytes.length - at);
            ByteBuffer in = ByteBuffer.wrap(bytes, at, count);
            try {
                ParsedHead head = parser.parse(in);
                if (head != null) {
                    return describe(head) + " +" + (bytes.length - in.position());
                }
            } catch (HttpException e) {
                return e.status().code() + " " + e.getMessage();
            }
            assertFalse(in.hasRemaining());
            at += count;
        }
        return parser.isInHead() ? "within" : "before";
    }

    private static String describe(ParsedHead head) {
        StringBuilder text = new StringBuilder(head.method() + " " + head.path() + " "
                + head.query() + " " + head.authority() + (head.isHttp11() ? " 1.1" : " 1.0"));
        for (int i = 0; i < head.size(); i++) {
            text.append(" ").append(head.name(i)).append("=[").append(head.value(i)).append("]");
        }
        return text.toString();
    }

    @Test
    void headsAreReadInEveryForm() {
        assertEquals("GET /a%20b x=1?2 a 1.1 Host=[a] +0",
                outcome("GET /a%20b?x=1?2 HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals("GET / null null 1.0 +3", outcome("GET / HTTP/1.0\r\n\r\nabc"));
        assertEquals("OPTIONS * null a 1.1 Host=[a] +0",
                outcome("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals("GET / q b:80 1.1 Host=[a] +0",
                outcome("GET http://b:80?q HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals("BREW / null a 1.1 hOST=[a] +0",
                outcome("BREW / HTTP/1.1\r\nhOST:a\r\n\r\n"));
        assertEquals("GET / null a 1.1 Host=[a] X=[] Y=[b \t c] Z=[\u00e9] +0",
                outcome("GET / HTTP/1.1\r\n" + HOST
                        + "X: \t \r\nY: \t b \t c \t\r\nZ:\u00e9\r\n\r\n"));
        assertEquals("GET / null a 1.1 Host=[a] +0",
                outcome("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals("GET / null a 1.1 Host=[a] +0",
                outcome("GET / HTTP/1.9\r\n" + HOST + "\r\n"));
    }

    @Test
    void bytesBeyondAUriAreToldEncodedWhereverTheyCome() {
        String head = " HTTP/1.1\r\n" + HOST + "\r\n";
        assertEquals("GET /%C3%A9%22 %3C%5C%3E a 1.1 Host=[a] +0",
                outcome("GET /\u00c3\u00a9\"?<\\>" + head));
        assertEquals("GET /%FF null b 1.1 Host=[a] +0", outcome("GET http://b/\u00ff" + head));
    }

    @Test
    void requestLineOfTooManyPartsSaysSoAndAMalformedVersionToo() {
        String parts = "400 the request line has more than three parts:"
                + " encode spaces in the request target as %20";
        String version = "400 the HTTP version is malformed";
        for (String rest : new String[] {"b HTTP/1.1", "HTTP/1.1 HTTP/1.1", "HTTP /1.1",
            " HTTP/1.1", "HTTP/1.1 ", "b c"}) {
            assertEquals(parts, outcome("GET /a " + rest + "\r\n"), rest);
        }
        for (String rest : new String[] {"b", "http/1.1", "", "HTTP/1", "HTTPS/1.1"}) {
            assertEquals(version, outcome("GET /a " + rest + "\r\n"), rest);
            assertEquals(version, outcome("GET /a " + rest + "\n"), rest);
        }
        assertEquals("within", outcome("GET /a b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'GET;'           | the request line has no target",
        "'G(T / HTTP/1.1;' | the request method has an invalid character",
        "'GET /a;'        | the request line has no HTTP version",
        "'GET /a\u0001'   | the request target has an invalid character",
        "'GET  HTTP/1.1;' | the request target is empty",
        "'GET / HTTP/1.1;Host;'     | a header field line has no colon",
        "'GET / HTTP/1.1;Host : a;' | a header field name has an invalid character",
        "'GET / HTTP/1.1; Host: a;' | a header field line starts with whitespace",
        "'GET / HTTP/1.1;(: a;'     | a header field name has an invalid character"})
    void refusalSaysWhatIsMissingOrWrong(String head, String why) {
        assertEquals("400 " + why, outcome(head.replace(";", "\r\n")));
    }

    @Test
    void hostIsInLowerCaseAndWithoutItsPort() throws Exception {
        for (String[] row : new String[][] {{"a", "a"}, {"A.Example:80", "a.example"}, {"a:", "a"},
            {"a:00080", "a"}, {"[::1]", "[::1]"}, {"[2001:DB8::1]:8080", "[2001:db8::1]"},
            {"a.:1", "a."}, {"%41", "%41"}}) {
            for (String line : new String[] {"GET / HTTP/1.1\r\nHost: " + row[0] + "\r\n\r\n",
                "GET http://" + row[0] + "/ HTTP/1.1\r\nHost: other:1\r\n\r\n"}) {
                ParsedHead head = new RequestParser(LIMITS).parse(
                        ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
                assertEquals(row[1], head.host(), line);
            }
        }
        for (String line : new String[] {"GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.0\r\nHost:\r\n\r\n"}) {
            ParsedHead head = new RequestParser(LIMITS).parse(
                    ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
            assertEquals("", head.host());
        }
    }

    @Test
    void partOfAHeadIsNotAHead() {
        assertEquals("before", outcome(""));
        assertEquals("within", outcome("\r"));
        assertEquals("before", outcome("\r\n"));
        assertEquals("within", outcome("G"));
        assertEquals("within", outcome("GET / HTTP/1.1\r\n" + HOST + "\r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\nGET / HTTP/1.1\r\n", "\rG", " GET / HTTP/1.1\r\n", "G(T / HTTP/1.1\r\n",
        "GET  / HTTP/1.1\r\n", "GET / HTTP/1.1\n", "GET /\r\n", "GET /  HTTP/1.1\r\n",
        "GET / HTTP/1.1 \r\n", "GET / http/1.1\r\n", "GET / HTTP/1.\r\n", "GET / HTTP/11\r\n",
        "GET /\u0000 HTTP/1.1\r\n", "GET /# HTTP/1.1\r\n",
        "GET / HTTP/1.0\rX", "GET / HTTP/1.0\r\n X: y\r\n", "GET / HTTP/1.0\r\nX : y\r\n",
        "GET / HTTP/1.0\r\n: y\r\n", "GET / HTTP/1.0\r\nX\r\n", "GET / HTTP/1.0\r\nX: a\nY: b\r\n",
        "GET / HTTP/1.0\r\nX: a\rb\r\n", "GET / HTTP/1.0\r\nX: a\u0000\r\n",
        "GET / HTTP/1.0\r\nX: a\u007f\r\n", "GET / HTTP/1.0\r\nX: y\r\n folded\r\n",
        "GET / HTTP/1.0\r\n\rX", "GET x HTTP/1.0\r\n\r\n", "GET * HTTP/1.0\r\n\r\n",
        "GET ftp://a/ HTTP/1.0\r\n\r\n", "GET http:///x HTTP/1.0\r\n\r\n",
        "GET http://u@h/ HTTP/1.0\r\n\r\n"
    })
    void malformedHeadIsRefusedWith400(String text) {
        assertEquals("400", outcome(text).substring(0, 3));
    }

    @ParameterizedTest
    @CsvSource({"GET / HTTP/2.0, 505", "GET / HTTP/0.9, 505", "CONNECT a:1 HTTP/1.1, 501"})
    void unsupportedVersionsAndMethodsHaveTheirOwnStatus(String line, String status) {
        assertEquals(status, outcome(line + "\r\n\r\n").substring(0, 3));
    }

    @Test
    void headOfExactlyMaxBytesIsAcceptedAndOneMoreIsNot() {
        String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        String end = "\r\n\r\n";
        String fill = "x".repeat(600 - start.length() - end.length());
        assertTrue(outcome(start + fill + end).startsWith("GET /"));
        assertEquals("431 the request line and header fields are longer than 600 bytes",
                outcome(start + fill + "x" + end));
    }

    @Test
    void emptyLineBeforeTheHeadDoesNotCount() {
        String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        String fill = "x".repeat(600 - start.length() - 4);
        assertTrue(outcome("\r\n" + start + fill + "\r\n\r\n").startsWith("GET /"));
    }

    @Test
    void sixteenEmptyLinesBeforeTheHeadAreIgnoredAndOneMoreIsNot() {
        String head = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
        assertEquals("GET / null a 1.1 Host=[a] +0", outcome("\r\n".repeat(16) + head));
        assertEquals("before", outcome("\r\n".repeat(16)));
        assertEquals("400 more than 16 empty lines before the request",
                outcome("\r\n".repeat(17) + head));
    }

    @Test
    void targetOfExactlyMaxBytesIsAcceptedAndOneMoreIsNot() {
        String target = "/" + "x".repeat(63);
        assertEquals("GET " + target + " null null 1.0 +0",
                outcome("GET " + target + " HTTP/1.0\r\n\r\n"));
        assertEquals("414 the request target is longer than 64 bytes",
                outcome("GET " + target + "x HTTP/1.0\r\n\r\n"));
    }

    @Test
    void exactlyMaxFieldsAreAcceptedAndOneMoreIsNot() {
        assertEquals("GET / null null 1.0 X=[y] X=[y] X=[y] X=[y] +0",
                outcome("GET / HTTP/1.0\r\n" + "X: y\r\n".repeat(4) + "\r\n"));
        assertEquals("431 more than 4 header fields",
                outcome("GET / HTTP/1.0\r\n" + "X: y\r\n".repeat(5) + "\r\n"));
    }

    @Test
    void resetParserForgetsTheLastHead() throws Exception {
        RequestParser parser = new RequestParser(LIMITS);
        ByteBuffer in = ByteBuffer.wrap(("GET /1 HTTP/1.1\r\n" + HOST + "X: y\r\n\r\n"
                + "GET /2 HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        ParsedHead first = parser.parse(in);
        assertEquals("y", first.first("x"));
        assertTrue(first.contains("HOST"));
        assertNull(first.first("Y"));
        parser.reset();
        assertFalse(parser.isInHead());
        ParsedHead second = parser.parse(in);
        assertNotNull(second);
        assertEquals("GET /2 null null 1.0", describe(second));
        assertFalse(second.contains("X"));
    }

    private static String firstLine(Limits limits, String text, int step) {
        RequestParser parser = new RequestParser(limits);
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            for (int at = 0; at < bytes.length; at += step) {
                parser.parse(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
            }
        } catch (HttpException e) {
            return parser.firstLine();
        }
        return parser.firstLine();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', value = {
        "G(T /a HTTP/1.1~Host: a~~> G(T /a HTTP/1.1",
        "GET /a HTTP/2.0~Host: a~~> GET /a HTTP/2.0",
        "GET /a HTTP/1.1~Ho st: a~~> GET /a HTTP/1.1",
        "GET /a HTT> GET /a HTT",
        "~~GET /a HTT> GET /a HTT",
        "~~> ''"})
    void firstLineIsWhatCameUpToTheLineEnd(String text, String line) {
        String bytes = text.replace("~", "\r\n");
        assertEquals(line, firstLine(LIMITS, bytes, bytes.length()));
    }

    @Test
    void firstLineHasTheBytesOfWhatIsNoHttp() {
        assertEquals("\u0016\u0003\u0001\u00ff", firstLine(LIMITS, "\u0016\u0003\u0001\u00ff", 9));
    }

    @Test
    void firstLineIsCutBeyond8192Characters() {
        Limits large = new Limits(20_000, 16_000, 4, 1000, 32);
        String line = "GET /" + "a".repeat(8187);
        assertEquals(line, firstLine(large, line, 512));
        assertEquals(line, firstLine(large, line + "a", 512));
    }

    @Test
    void firstLineOfAResetParserIsEmpty() throws HttpException {
        RequestParser parser = new RequestParser(LIMITS);
        parser.parse(ByteBuffer.wrap("GET /a".getBytes(StandardCharsets.ISO_8859_1)));
        parser.reset();
        assertEquals("", parser.firstLine());
    }
}
