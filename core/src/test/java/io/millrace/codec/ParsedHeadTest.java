package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is looked up in a head, whose memory has had other heads before. */
class ParsedHeadTest {

    private static final Limits LIMITS = new Limits(4096, 64, 64, 1000, 32);

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

    @Test
    void queryAndPathOfAnEarlierHeadAreForgotten() throws Exception {
        parser.parse(ByteBuffer.wrap("GET /secret?token=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII)));
        ParsedHead head = read("1.1", "Host: b\r\n");
        assertEquals("/", head.path());
        assertNull(head.query());
        assertEquals("b", head.authority());
    }
}
