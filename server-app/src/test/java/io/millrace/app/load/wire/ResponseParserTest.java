package io.millrace.app.load.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseParserTest {

    /** Bytes of an answer, and what they mean. */
    private record Vector(String bytes, int status, long bodyBytes, boolean keepAlive,
            boolean untilClose) {

        static Vector whole(String bytes, int status, long bodyBytes, boolean keepAlive) {
            return new Vector(bytes, status, bodyBytes, keepAlive, false);
        }

        static Vector untilClose(String bytes, int status, long bodyBytes) {
            return new Vector(bytes, status, bodyBytes, false, true);
        }
    }

    static Stream<Vector> answers() {
        return Stream.of(
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 5, true),
                Vector.whole("HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", 200, 0, true),
                Vector.whole("HTTP/1.1 200\nContent-Length: 2\n\nok", 200, 2, true),
                Vector.whole("HTTP/1.1 204 No Content\r\n\r\n", 204, 0, true),
                Vector.whole("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
                        304, 0, true),
                Vector.whole("HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx", 404, 1, true),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: Close\r\n\r\nx",
                        200, 1, false),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                        + "Connection: a, close\r\n\r\nx", 200, 1, false),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                        + "Connection: close, keep-alive\r\n\r\nx", 200, 1, false),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n"
                        + "Connection: keep-alive\r\n\r\nx", 200, 1, false),
                Vector.whole("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, 1, false),
                Vector.whole("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
                        + "Content-Length: 1\r\n\r\nx", 200, 1, true),
                Vector.whole("HTTP/1.1 100 Continue\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, 1, true),
                Vector.whole("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 9\r\n\r\n"
                        + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                        204, 0, true),
                Vector.whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 200, 15, true),
                Vector.untilClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"
                        + "2\r\nok", 200, 5),
                Vector.whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n"
                        + "Content-Length: 3\r\n\r\n1\r\n0\r\n00\r\nDigest: x\r\n\r\n",
                        200, 1, true),
                Vector.whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "000000000000012 ;x\r\n" + "y".repeat(18) + "\r\n0 \r\n\r\n",
                        200, 18, true),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 000000000000000012\r\n\r\n"
                        + "twelve bytes", 200, 12, true),
                Vector.untilClose("HTTP/1.1 200 OK\r\n\r\n", 200, 0),
                Vector.untilClose("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, 13),
                Vector.untilClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", 200, 3),
                Vector.untilClose("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                        + "Transfer-Encoding: gzip\r\n\r\nabc", 200, 3),
                Vector.whole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"
                        + "hello", 200, 5, true));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void wholeAnswerIsRead(Vector vector) throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        assertEquals(!vector.untilClose(), answer.read(bytes(vector.bytes())));
        assertRead(vector, answer);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answerThatComesByteByByteIsRead(Vector vector) throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        ByteBuffer in = bytes(vector.bytes());
        int length = in.limit();
        for (int i = 0; i < length; i++) {
            assertFalse(answer.isWhole(), "before byte " + i);
            in.limit(i + 1);
            answer.read(in);
        }
        assertRead(vector, answer);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answerInTwoPartsCutAnywhereIsReadAndWithTheFirstAloneIsCutShort(Vector vector)
            throws Exception {
        int length = vector.bytes().length();
        int headEnd = vector.bytes().lastIndexOf("\r\n\r\n") + 4;
        for (int cut = 0; cut < length; cut++) {
            ResponseParser answer = new ResponseParser();
            answer.next(false);
            assertFalse(answer.read(bytes(vector.bytes().substring(0, cut))));
            if (!vector.untilClose() || cut < headEnd) {
                assertThrows(EOFException.class, answer::end, "cut at " + cut);
            }
            answer.read(bytes(vector.bytes().substring(cut)));
            assertRead(vector, answer);
        }
    }

    @Test
    void oneReaderReadsOneAnswerAfterTheOther() throws Exception {
        ResponseParser answer = new ResponseParser();
        for (Vector vector : answers().toList()) {
            answer.next(false);
            answer.read(bytes(vector.bytes()));
            assertRead(vector, answer);
        }
    }

    // Clients keep their parser for the next connection.
    @ParameterizedTest
    @MethodSource("answers")
    void headBeforeSaysNothingOfTheNext(Vector before) throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        answer.read(bytes(before.bytes()));
        answer.end();
        answer.next(false);
        assertTrue(answer.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
        assertEquals(2, answer.bodyBytes());
        assertTrue(answer.keepAlive());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answerThatWasCutAnywhereLeavesNothingToTheNext(Vector before) throws Exception {
        ResponseParser answer = new ResponseParser();
        for (int cut = 0; cut < before.bytes().length(); cut++) {
            answer.next(false);
            answer.read(bytes(before.bytes().substring(0, cut)));
            answer.next(false);
            assertEquals("connection closed before a response",
                    assertThrows(EOFException.class, answer::end).getMessage());
            assertTrue(answer.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
            assertEquals(2, answer.bodyBytes());
        }
    }

    @Test
    void statusLineThatIsTooShortIsNotFilledUpFromTheOneBefore() throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        answer.read(bytes("HTTP/1.1 204 No Content\r\n\r\n"));
        answer.next(false);
        assertThrows(MalformedResponse.class, () -> answer.read(bytes("HTTP/1.1 2\n\n")));
    }

    @Test
    void linesOfAllAnswersOfAConnectionTogetherAreNotLimited() throws Exception {
        ResponseParser answer = new ResponseParser();
        for (int lines = 0; lines <= ResponseParser.MAX_LINES; lines += 2) {
            answer.next(false);
            assertTrue(answer.read(bytes("HTTP/1.1 204 No Content\r\n\r\n")));
        }
    }

    @Test
    void bytesAfterTheAnswerStayInTheBuffer() throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        ByteBuffer in = bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 ");
        assertTrue(answer.read(in));
        assertEquals("HTTP/1.1 ", StandardCharsets.US_ASCII.decode(in).toString());
    }

    @Test
    void statusIsUnknownUntilTheHeadIsWhole() throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        answer.read(bytes("HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n"));
        assertEquals(0, answer.status());
        answer.read(bytes("\r\n"));
        assertEquals(413, answer.status());
    }

    @Test
    void endTellsWhetherTheAnswerHadBegun() throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        assertEquals("connection closed before a response",
                assertThrows(EOFException.class, answer::end).getMessage());
        answer.read(bytes("H"));
        assertEquals("connection closed in the middle of a response",
                assertThrows(EOFException.class, answer::end).getMessage());
    }

    @Test
    void responseToHeadEndsWithItsHead() throws Exception {
        for (String field : new String[] {"Content-Length: 5", "Transfer-Encoding: chunked",
            "X: no length"}) {
            ResponseParser answer = new ResponseParser();
            answer.next(true);
            assertTrue(answer.read(bytes("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n")), field);
            assertEquals(0, answer.bodyBytes());
            assertTrue(answer.keepAlive());
        }
    }

    @Test
    void listenerSeesTheBodyAndNothingElse() throws Exception {
        StringBuilder seen = new StringBuilder();
        ResponseParser answer = new ResponseParser((status, piece) -> seen.append(status)
                .append(StandardCharsets.US_ASCII.decode(piece.duplicate())).append(' '));
        answer.next(false);
        assertTrue(answer.read(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")));
        answer.next(false);
        assertTrue(answer.read(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nf")));
        assertEquals("200ab 200cde 404f ", seen.toString());
    }

    static Stream<String> malformed() {
        return Stream.of(
                "\r\n",
                "HTTP/2 200\r\n",
                "HTTP/2.0 200 OK\r\n",
                "HTTQ/1.1 200 OK\r\n",
                "HTTP/1.: 200 OK\r\n",
                "HTTP/1.1-200 OK\r\n",
                "HTTP/1.1 0200 OK\r\n",
                "HTTP/1.1 2/0 OK\r\n",
                "HTTP/1.1 20: OK\r\n",
                "HTTP/1.1 20\r\n",
                "HTTP/1.1 2000 OK\r\n",
                "HTTP/1.1 600 What\r\n",
                "HTTP/1.1  200 OK\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: \r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0000000000000000001\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ng\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1-\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000001\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedAnswerIsRefused(String text) {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        MalformedResponse refused =
                assertThrows(MalformedResponse.class, () -> answer.read(bytes(text)));
        assertTrue(refused.getMessage().startsWith("malformed response: "), refused.getMessage());
    }

    @Test
    void lineOfExactlyTheLimitIsReadAndLongerRefused() throws Exception {
        String name = "x: ";
        String atLimit = name + "y".repeat(LineBuffer.MAX_BYTES - name.length());
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        assertTrue(answer.read(bytes("HTTP/1.1 204 No Content\r\n" + atLimit + "\n\n")));
        answer.next(false);
        assertThrows(MalformedResponse.class,
                () -> answer.read(bytes("HTTP/1.1 204 No Content\r\n" + atLimit + "y\n\n")));
    }

    @Test
    void linesUpToTheLimitAreReadAndMoreRefused() throws Exception {
        String atLimit = "HTTP/1.1 204 No Content\n"
                + "x: y\n".repeat(ResponseParser.MAX_LINES - 2) + "\n";
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        assertTrue(answer.read(bytes(atLimit)));
        answer.next(false);
        assertThrows(MalformedResponse.class,
                () -> answer.read(bytes(atLimit.replaceFirst("x: y\n", "x: y\nx: y\n"))));
    }

    @Test
    void chunksAreNotCountedAsLines() throws Exception {
        ResponseParser answer = new ResponseParser();
        answer.next(false);
        assertTrue(answer.read(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n".repeat(2 * ResponseParser.MAX_LINES) + "0\r\n\r\n")));
        assertEquals(2 * ResponseParser.MAX_LINES, answer.bodyBytes());
    }

    private static void assertRead(Vector vector, ResponseParser answer) throws Exception {
        if (vector.untilClose()) {
            assertFalse(answer.isWhole());
        }
        answer.end();
        assertTrue(answer.isWhole());
        assertEquals(vector.status(), answer.status());
        assertEquals(vector.bodyBytes(), answer.bodyBytes());
        assertEquals(vector.keepAlive(), answer.keepAlive());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
