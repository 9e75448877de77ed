package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseEncoderTest {

    private static final long NOW_MS = 784_111_777_999L;
    private static final String DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

    private final ResponseEncoder encoder = new ResponseEncoder(75);

    private String encode(Response response, boolean asked, boolean keepAlive, long nowMs) {
        return encode(encoder, response, asked, keepAlive, nowMs);
    }

    private static String encode(ResponseEncoder encoder, Response response, boolean asked,
            boolean keepAlive, long nowMs) {
        ByteBuffer out = ByteBuffer.allocate(encoder.maxBytes(response));
        encoder.encode(response, response.body().length(), false, keepAlive, asked, nowMs, out);
        return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void fieldsAreInOrderAndTheServersOwnAreAdded() {
        assertEquals("HTTP/1.1 201 Created\r\n" + DATE + "A: b\r\nC: \u00e9\r\n"
                + "Content-Length: 0\r\n\r\n",
                encode(Response.of(Status.CREATED).with("A", "b").with("C", "\u00e9"), false, true,
                        NOW_MS));
    }

    @Test
    void connectionFieldIsWrittenOnlyWhereItSaysSomething() {
        String start = "HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 0\r\n";
        Response response = Response.of(Status.OK);
        assertEquals(start + "\r\n", encode(response, false, true, NOW_MS));
        assertEquals(start + "Connection: close\r\n\r\n", encode(response, false, false, NOW_MS));
        assertEquals(start + "Connection: close\r\n\r\n", encode(response, true, false, NOW_MS));
        assertEquals(start + "Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n",
                encode(response, true, true, NOW_MS));
    }

    @Test
    void timeOfLessThanASecondIsNotSaid() {
        assertTrue(encode(new ResponseEncoder(1), Response.of(Status.OK), true, true, NOW_MS)
                .endsWith("Connection: keep-alive\r\nKeep-Alive: timeout=1\r\n\r\n"));
        assertTrue(encode(new ResponseEncoder(0), Response.of(Status.OK), true, true, NOW_MS)
                .endsWith("Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
    }

    @Test
    void upgradeBringsItsConnectionOption() {
        String start = "HTTP/1.1 426 Upgrade Required\r\n" + DATE + "upgrade: HTTP/2.0\r\n"
                + "Content-Length: 0\r\n";
        Response response = Response.of(Status.UPGRADE_REQUIRED)
                .with("upgrade", "HTTP/2.0");
        assertEquals(start + "Connection: upgrade\r\n\r\n", encode(response, false, true, NOW_MS));
        assertEquals(start + "Connection: upgrade, close\r\n\r\n",
                encode(response, false, false, NOW_MS));
        assertEquals(start + "Connection: upgrade, keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n",
                encode(response, true, true, NOW_MS));
        assertTrue(encode(Response.of(Status.OK).with("X-Upgrade", "a"), false, true, NOW_MS)
                .endsWith("Content-Length: 0\r\n\r\n"));
    }

    @Test
    void bodilessStatusHasNoContentLength() {
        assertEquals("HTTP/1.1 204 No Content\r\n" + DATE + "\r\n",
                encode(Response.of(Status.NO_CONTENT), false, true, NOW_MS));
        assertEquals("HTTP/1.1 304 Not Modified\r\n" + DATE + "\r\n",
                encode(Response.text("x").with(Status.NOT_MODIFIED), false, true, NOW_MS)
                        .replace("Content-Type: text/plain; charset=utf-8\r\n", ""));
    }

    @Test
    void resetContentHasALengthOfZeroWhateverItsBody() {
        // RFC 9110 s15.3.6.
        for (boolean chunked : new boolean[] {false, true}) {
            ByteBuffer out = ByteBuffer.allocate(200);
            encoder.encode(Response.of(Status.RESET_CONTENT)
                    .with(Body.of(new byte[9])), 9, chunked, true, false, NOW_MS, out);
            assertEquals("HTTP/1.1 205 Reset Content\r\n" + DATE + "Content-Length: 0\r\n\r\n",
                    new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void reasonMayBeEmpty() {
        assertTrue(encode(Response.of(Status.of(299, "")), false, true, NOW_MS)
                .startsWith("HTTP/1.1 299 \r\n"));
    }

    @Test
    void dateChangesWithTheSecondAndNotBefore() {
        Response response = Response.of(Status.OK);
        assertTrue(encode(response, true, true, 784_111_777_000L).contains(DATE));
        assertTrue(encode(response, true, true, 784_111_777_999L).contains(DATE));
        assertTrue(encode(response, true, true, 784_111_778_000L).contains("08:49:38 GMT\r\n"));
    }

    @Test
    void continueIsAsLongAsItSays() {
        ByteBuffer out = ByteBuffer.allocate(encoder.continueBytes());
        encoder.encodeContinue(out);
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n",
                new String(out.array(), StandardCharsets.US_ASCII));
    }

    @Test
    void interimResponseIsAsLongAsItSays() {
        Response hints = Response.of(Status.EARLY_HINTS).with("Link", "</a>").with("B", "");
        ByteBuffer out = ByteBuffer.allocate(ResponseEncoder.interimBytes(hints));
        ResponseEncoder.encodeInterim(hints, out);
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nB: \r\n\r\n",
                new String(out.array(), StandardCharsets.US_ASCII));
    }

    @Test
    void headsOfAnyLengthAreWrittenInTurn() {
        String date = DATE + "A: ";
        for (int length : new int[] {0, 300, 10, 3000, 3001, 1}) {
            String value = "v".repeat(length);
            assertEquals("HTTP/1.1 200 OK\r\n" + date + value + "\r\nContent-Length: 0\r\n\r\n",
                    encode(Response.of(Status.OK).with("A", value), false, true, NOW_MS));
        }
    }

    @Test
    void chunkedBodyHasNoLength() {
        ByteBuffer out = ByteBuffer.allocate(200);
        encoder.encode(Response.of(Status.OK), -1, true, true, false, NOW_MS, out);
        assertEquals("HTTP/1.1 200 OK\r\n" + DATE + "Transfer-Encoding: chunked\r\n\r\n",
                new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void reasonIsTheResponsesWhateverTheLastOneOfItsCodeHad() {
        for (String reason : new String[] {"OK", "Fine", "OK"}) {
            assertTrue(encode(Response.of(Status.of(200, reason)), false, true, NOW_MS)
                    .startsWith("HTTP/1.1 200 " + reason + "\r\n"));
        }
    }
}
