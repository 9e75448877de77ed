package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is looked up in a head, whose memory has had other heads before. */
class ParsedHeadTest {

    private static final Limits LIMITS = new Limits(4096, 64, 64, 1000, 32);

    private static final Attribute<String> USER = Attribute.of("user");

    private final RequestParser parser = new RequestParser(LIMITS);

    private ParsedHead read(String version, String... fields) throws HttpException {
        parser.reset();
        String text = "GET / HTTP/" + version + "\r\n" + String.join("", fields) + "\r\n";
        return parser.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void firstLineOfAHeadIsFound() throws Exception {
        ParsedHead head = read("1.1", "Host: a\r\n", "X: 1\r\n", "x: 2\r\n");
        assertEquals("a", head.first("host"));
        assertEquals(List.of("a"), head.all("HOST"));
        assertTrue(head.contains("Host"));
        ParsedHead many = read("1.0", "X: 1\r\n", "Y: 2\r\n", "x: 3\r\n");
        assertEquals("1", many.first("X"));
        assertEquals(List.of("1", "3"), many.all("X"));
    }

    @Test
    void lastLineOfAHeadIsFound() throws Exception {
        ParsedHead head = read("1.1", "Host: a\r\n", "X: 1\r\n");
        assertEquals("1", head.first("X"));
        assertEquals(List.of("1"), head.all("X"));
        assertTrue(head.contains("X"));
        assertEquals(2, head.size());
    }

    // With each number of lines, as the places of lines grow by and by.
    @Test
    void lineOfAnEarlierHeadIsNeverFound() throws Exception {
        for (int lines = 1; lines < 40; lines++) {
            String before = "Before: x\r\n".repeat(lines - 1);
            ParsedHead head = read("1.1", "Host: a\r\n", before,
                    "Authorization: secret\r\n", "Authorization: other\r\n", "Cookie: c\r\n");
            assertEquals("secret", head.first("Authorization"));
            for (int fewer = 0; fewer < lines; fewer++) {
                head = read("1.1", "Host: b\r\n", "Now: y\r\n".repeat(fewer));
                assertEquals(fewer + 1, head.size());
                for (String name : List.of("Authorization", "Cookie", "Before")) {
                    assertNull(head.first(name), name);
                    assertEquals(List.of(), head.all(name));
                    assertFalse(head.contains(name));
                }
            }
        }
    }

    @Test
    void headWithoutLinesHasNone() throws Exception {
        read("1.1", "Host: a\r\n", "Authorization: secret\r\n");
        ParsedHead head = read("1.0");
        assertEquals(0, head.size());
        assertNull(head.first("Host"));
        assertNull(head.first("Authorization"));
        assertNull(head.authority());
        assertEquals(List.of(), head.all("Host"));
        assertFalse(head.contains("Host"));
    }

    /** In every form that a head may have, and some that it may not. */
    private static final List<String> HEADS = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET /secret?token=1 HTTP/1.1\r\nHost: a:81\r\nAuthorization: x\r\n\r\n",
            "GET http://b:82 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET https://c/p HTTP/1.0\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "BREW /a HTTP/1.1\r\nX: y\r\nHost: [::1]:83\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n",
            "PUT /a HTTP/1.0\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(900) + "\r\n\r\n");

    private static String told(RequestParser parser, String text) {
        ParsedHead head;
        try {
            head = parser.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (HttpException e) {
            return e.status().code() + " " + e.getMessage();
        }
        if (head == null) {
            return "within";
        }
        StringBuilder told = new StringBuilder(head.method() + " " + head.target() + " "
                + head.path() + " " + head.query() + " " + head.authority() + " " + head.host()
                + " " + head.isHttp11() + " " + head.bodyLength());
        Framing framing = head.framing();
        told.append(" ").append(framing.isChunked()).append(framing.keepAlive())
                .append(framing.asksToKeepAlive()).append(framing.expectsContinue());
        for (int i = 0; i < head.size(); i++) {
            told.append(" ").append(head.name(i)).append("=").append(head.value(i));
        }
        told.append(head.notes() == RequestNotes.NONE).append(head.connection())
                .append(head.attribute(USER));
        head.notes(RequestNotes.kept());
        head.connection(ConnectionInfo.unknown());
        head.attribute(USER, "the first one's");
        return told.toString();
    }

    @Test
    void headIsTheSameWhateverWasReadBeforeAndHowFar() {
        for (String head : HEADS) {
            String expected = told(new RequestParser(LIMITS), head);
            for (String before : HEADS) {
                for (int cut : new int[] {1, 4, 12, before.length() - 2, before.length()}) {
                    parser.reset();
                    told(parser, before.substring(0, cut));
                    parser.reset();
                    assertEquals(expected, told(parser, head), "behind " + before);
                }
            }
        }
    }

    @Test
    void queryAndPathOfAnEarlierHeadAreForgotten() throws Exception {
        parser.parse(ByteBuffer.wrap("GET /secret?token=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII)));
        ParsedHead head = read("1.1", "Host: b\r\n");
        assertEquals("/", head.path());
        assertNull(head.query());
        assertEquals("b", head.authority());
    }

    @Test
    void headKeepsWhatTheServerAndTheApplicationSet() throws Exception {
        ParsedHead head = read("1.1", "Host: a\r\n");
        head.connection(ConnectionInfo.unknown());
        head.attribute(USER, "alice");
        assertSame(ConnectionInfo.unknown(), head.connection());
        assertEquals("alice", head.attribute(USER));
        assertSame(head, head.headers());
        RequestNotes notes = RequestNotes.kept();
        head.notes(notes);
        assertSame(notes, head.notes());
    }

    @Test
    void methodAndTargetAreAsTheyCame() throws Exception {
        for (String method : List.of("GET", "PUT", "OPTIONS", "BREW")) {
            parser.reset();
            String target = method.equals("OPTIONS") ? "*" : "/a?b";
            ParsedHead head = parser.parse(ByteBuffer.wrap(
                    (method + " " + target + " HTTP/1.1\r\nHost: a:1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)));
            assertEquals(method, head.method());
            assertEquals(target, head.target());
            int index = ParsedHead.METHODS.indexOf(method);
            assertEquals(index < 0 ? ParsedHead.METHODS.size() : index, head.methodIndex());
        }
    }

    @Test
    void whatTheApplicationAsksForIsTheServersToDo() throws Exception {
        ParsedHead head = read("1.1", "Host: a\r\n");
        List<String> asked = new ArrayList<>();
        head.calls(new ParsedHead.Calls() {
            @Override
            public void whenGone(Runnable action) {
                asked.add("gone");
                action.run();
            }

            @Override
            public void whenHalfClosed(Runnable action) {
                asked.add("half-closed");
                action.run();
            }

            @Override
            public void inform(Response response) {
                asked.add("inform " + response.status().code());
            }

            @Override
            public void stopBody() {
                asked.add("stop");
            }

            @Override
            public void applicationTimeout(Duration limit) {
                asked.add("limit " + limit);
            }
        });
        head.whenGone(() -> asked.add("1"));
        head.whenHalfClosed(() -> asked.add("2"));
        head.inform(Response.of(Status.EARLY_HINTS));
        head.stopBody();
        head.applicationTimeout(Duration.ofSeconds(3));
        assertEquals(List.of("gone", "1", "half-closed", "2", "inform 103", "stop", "limit PT3S"),
                asked);
        assertThrows(IllegalArgumentException.class, () -> head.applicationTimeout(Duration.ZERO));
        assertEquals(7, asked.size());
    }

    // From A to Z, and no other characters that are as far from each other as a from A.
    @Test
    void nameIsFoundInEitherCase() throws Exception {
        ParsedHead head = read("1.1", "HOST: a\r\n", "AUTHORIZATION: b\r\n", "x~: c\r\n",
                "Y`: d\r\n");
        assertEquals("b", head.first("authorization"));
        assertEquals("b", head.first("Authorization"));
        assertEquals("c", head.first("X~"));
        assertNull(head.first("x^"));
        assertNull(head.first("y@"));
    }

    @Test
    void memoryOfAHeadIsItsBytesAndFourPlacesForEachField() throws Exception {
        assertEquals(512 + 16 * 4 * 4, read("1.1", "Host: a\r\n").heldBytes());
        assertEquals(512 + 16 * 4 * 4, parser.heldBytes());
        read("1.1", "Host: a\r\n", "X:1\r\n".repeat(16), "Y: " + "y".repeat(1500) + "\r\n");
        assertTrue(parser.heldBytes() >= 1600 + 18 * 4 * 4);
    }
}
