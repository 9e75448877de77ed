package io.millrace.server;

import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.nio.charset.StandardCharsets;

/** What tests of streamed responses have in common. */
final class Streamed {

    static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    static final String LAST = "0\r\n\r\n";
    static final String HTTP10 = "GET / HTTP/1.0\r\n\r\n";
    static final String LONG = letters(600_000);

    private Streamed() {
    }

    static Response ok(Body body) {
        return Response.of(Status.OK).with(body);
    }

    static String chunk(String data) {
        return String.format("%04x\r\n%s\r\n", data.length(), data);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The data of a chunked answer that is whole; fails if it is not. */
    static String data(String answer) {
        assertTrue(answer.startsWith(CHUNKED), answer);
        StringBuilder data = new StringBuilder();
        int at = CHUNKED.length();
        while (true) {
            int line = answer.indexOf("\r\n", at);
            int size = Integer.parseInt(answer.substring(at, line), 16);
            if (size == 0) {
                assertEquals(LAST, answer.substring(at));
                return data.toString();
            }
            data.append(answer, line + 2, line + 2 + size);
            assertEquals("\r\n", answer.substring(line + 2 + size, line + 4 + size));
            at = line + 4 + size;
        }
    }

    static String whole(Conversation conversation) throws InterruptedException {
        return conversation.goUntil(() -> conversation.closed != null || isWhole(conversation))
                .sent();
    }

    static boolean isWhole(Conversation conversation) {
        return conversation.peer.out.toString(StandardCharsets.ISO_8859_1).endsWith(LAST);
    }

    /** A writer may fail before the head of its response has left, or after. */
    static boolean isCutOr500(Conversation conversation) {
        return conversation.closed != null || conversation.peer.out.toString(
                StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 500 ");
    }

    /** Nothing was sent of the response that failed, and the connection can be used again. */
    static void assertInternalError(Conversation conversation) {
        String sent = conversation.sent();
        boolean closes = sent.contains("Connection: close\r\n");
        assertEquals("HTTP/1.1 500 Internal Server Error\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n"
                + (closes ? "Connection: close\r\n" : "") + "\r\ninternal server error\n", sent);
        assertEquals(closes, conversation.want != Want.READ);
    }
}
