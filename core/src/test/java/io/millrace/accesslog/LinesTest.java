package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a line says of an exchange, in each format. */
class LinesTest {

    /** 29 November 2026, 02:01:36.007. */
    private static final long TIME = 1795917696007L;
    private static final String EVERY_BYTE = everyByte();

    private final Entry entry = new Entry();

    private static String everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @BeforeEach
    void fill() {
        entry.connection = ConnectionInfo.builder().number(1, 23)
                .peer(new InetSocketAddress("192.0.2.1", 50_000)).build();
        entry.number = 4;
        entry.method = "PUT";
        entry.target = "/a?b";
        entry.isHttp11 = true;
        entry.host = "example.org";
        entry.status = 201;
        entry.receivedBytes = 40_000_000;
        entry.sentBytes = 12;
        entry.startNs = -5_000;
        entry.headNs = 5_999;
        entry.firstByteNs = 1_000_000;
        entry.endNs = 2_000_000;
        entry.applicationNs = 700_000;
        entry.deviceNs = 600_000;
        entry.userAgent = "curl/8";
    }

    private static String line(AccessLogFormat format, Entry entry) {
        LineBuffer lines = new LineBuffer();
        format.lines().append(entry, TIME, lines);
        String line = StandardCharsets.ISO_8859_1.decode(lines.toBytes()).toString();
        assertTrue(line.endsWith("\n"));
        assertEquals(1, lines.lines());
        String text = line.substring(0, line.length() - 1);
        assertTrue(text.chars().allMatch(c -> c >= ' ' && c <= '~'), text);
        return text;
    }

    private void assertCommon(String expected) {
        assertEquals(expected, line(AccessLogFormat.COMMON, entry));
    }

    @Test
    void commonHasAddressUserTimeRequestStatusAndBytes() {
        assertCommon("192.0.2.1 - - [29/Nov/2026:02:01:36 +0000] \"PUT /a?b HTTP/1.1\" 201 12");
        entry.user = "ann";
        entry.isHttp11 = false;
        entry.sentBytes = 0;
        assertCommon("192.0.2.1 - ann [29/Nov/2026:02:01:36 +0000] \"PUT /a?b HTTP/1.0\" 201 0");
    }

    @Test
    void combinedHasRefererAndUserAgentAsWell() {
        entry.referer = "http://example.org/";
        assertEquals(line(AccessLogFormat.COMMON, entry) + " \"http://example.org/\" \"curl/8\"",
                line(AccessLogFormat.COMBINED, entry));
        entry.referer = null;
        entry.userAgent = null;
        assertEquals(line(AccessLogFormat.COMMON, entry) + " \"-\" \"-\"",
                line(AccessLogFormat.COMBINED, entry));
    }

    @Test
    void jsonHasAllThatIsKnown() {
        assertEquals("{\"time\":\"2026-11-29T02:01:36.007Z\",\"address\":\"192.0.2.1\","
                + "\"method\":\"PUT\",\"target\":\"/a?b\",\"version\":\"HTTP/1.1\","
                + "\"host\":\"example.org\",\"status\":201,\"received_bytes\":40000000,"
                + "\"sent_bytes\":12,\"head_us\":10,\"first_byte_us\":1005,\"total_us\":2005,"
                + "\"application_us\":700,\"device_us\":600,\"user_agent\":\"curl/8\","
                + "\"connection\":\"1/23\",\"request\":4}", line(AccessLogFormat.JSON, entry));
    }

    @Test
    void jsonHasUserRefererNotesAndWhatCutTheRequest() {
        entry.user = "ann";
        entry.referer = "/";
        entry.whyCut = Abandonment.PEER_LEFT;
        entry.cause = "Connection reset";
        entry.notes = new LinkedHashMap<>(Map.of("trace", "7"));
        entry.notes.put("tenant", "a\"b");
        entry.status = 0;
        Map<String, Object> json = StrictJson.parse(line(AccessLogFormat.JSON, entry));
        assertEquals("ann", json.get("user"));
        assertEquals("/", json.get("referer"));
        assertEquals("peer_left", json.get("cut"));
        assertEquals("Connection reset", json.get("cause"));
        assertEquals(Map.of("trace", "7", "tenant", "a\"b"), json.get("notes"));
        assertFalse(json.containsKey("status"));
        assertFalse(json.containsKey("first_byte_us"));
    }

    @Test
    void whatIsNoRequestHasItsFirstLine() {
        entry.method = null;
        entry.target = null;
        entry.host = null;
        entry.userAgent = null;
        entry.requestLine = "\u0016\u0003\u0001";
        entry.status = 400;
        assertCommon("192.0.2.1 - - [29/Nov/2026:02:01:36 +0000] \"\\x16\\x03\\x01\" 400 12");
        Map<String, Object> json = StrictJson.parse(line(AccessLogFormat.JSON, entry));
        assertEquals("\u0016\u0003\u0001", json.get("request_line"));
        assertEquals(400L, json.get("status"));
        for (String unknown : new String[] {"method", "target", "version", "head_us"}) {
            assertFalse(json.containsKey(unknown), unknown);
        }
    }

    @Test
    void cutRequestWithoutAResponseHasNoStatus() {
        entry.status = 0;
        entry.sentBytes = 0;
        assertCommon("192.0.2.1 - - [29/Nov/2026:02:01:36 +0000] \"PUT /a?b HTTP/1.1\" - 0");
    }

    @Test
    void clientWithoutAnAddressHasAWordInItsPlace() {
        entry.connection = ConnectionInfo.unknown();
        assertTrue(line(AccessLogFormat.COMMON, entry).startsWith("unknown - "));
        entry.connection = ConnectionInfo.builder().peer(UnixDomainSocketAddress.of("")).build();
        assertTrue(line(AccessLogFormat.COMMON, entry).startsWith("unix - "));
    }

    @Test
    void quoteBackslashControlAndOtherBytesAreEscaped() {
        entry.target = "/\"\\\r\n\t\u007f\u0080\u00e9";
        assertCommon("192.0.2.1 - - [29/Nov/2026:02:01:36 +0000] "
                + "\"PUT /\\x22\\x5c\\x0d\\x0a\\x09\\x7f\\x80\\xe9 HTTP/1.1\" 201 12");
    }

    @Test
    void userCanForgeNoFieldAndIsUtf8() {
        entry.user = "a b\u00e9\n\"";
        assertTrue(line(AccessLogFormat.COMMON, entry)
                .startsWith("192.0.2.1 - a\\x20b\\xc3\\xa9\\x0a\\x22 [29/"));
    }

    @Test
    void emptyNameOfAUserIsAFieldLikeAnyOther() {
        entry.user = "";
        assertTrue(line(AccessLogFormat.COMMON, entry).startsWith("192.0.2.1 - - [29/"));
    }

    @ParameterizedTest
    @EnumSource(AccessLogFormat.class)
    void textOfAnyBytesIsOneLineOfVisibleAscii(AccessLogFormat format) {
        entry.method = EVERY_BYTE;
        entry.target = EVERY_BYTE;
        entry.user = EVERY_BYTE;
        entry.host = EVERY_BYTE;
        entry.referer = EVERY_BYTE;
        entry.userAgent = EVERY_BYTE;
        entry.cause = EVERY_BYTE;
        entry.notes = Map.of(EVERY_BYTE, EVERY_BYTE);
        String line = line(format, entry); // which asserts it
        if (format == AccessLogFormat.JSON) {
            Map<String, Object> json = StrictJson.parse(line);
            for (String name : new String[] {
                "method", "target", "user", "host", "referer", "user_agent", "cause"}) {
                assertEquals(EVERY_BYTE, json.get(name), name);
            }
            assertEquals(Map.of(EVERY_BYTE, EVERY_BYTE), json.get("notes"));
        } else {
            int quotes = format == AccessLogFormat.COMMON ? 2 : 6;
            assertEquals(quotes, line.chars().filter(c -> c == '"').count());
        }
    }

    @Test
    void jsonEscapesCharactersBeyondLatin1() {
        entry.user = "\u4e2d\ud83d\ude00\ud800";
        assertEquals(entry.user, StrictJson.parse(line(AccessLogFormat.JSON, entry)).get("user"));
    }

    @Test
    void timesBeforeTheEpochAndAtTheTurnOfASecondAreRight() {
        LineBuffer lines = new LineBuffer();
        LineFormat json = AccessLogFormat.JSON.lines();
        json.append(entry, -1, lines);
        json.append(entry, 0, lines);
        json.append(entry, 999, lines);
        json.append(entry, 1000, lines);
        String text = StandardCharsets.ISO_8859_1.decode(lines.toBytes()).toString();
        assertEquals("1969-12-31T23:59:59.999Z 1970-01-01T00:00:00.000Z "
                + "1970-01-01T00:00:00.999Z 1970-01-01T00:00:01.000Z", String.join(" ",
                text.lines().map(line -> (String) StrictJson.parse(line).get("time")).toList()));
    }

    @Test
    void textOfTheMostCharactersIsWholeAndOneMoreIsCut() {
        String most = "x".repeat(1024);
        assertEquals(most, Entry.cut(most, 1024));
        assertEquals("x".repeat(1021) + "...", Entry.cut(most + "x", 1024));
        assertNull(Entry.cut(null, 1024));
    }

    @Test
    void lineLongerThanTheBufferIsWhole() {
        entry.target = "\n".repeat(100_000);
        assertEquals(entry.target,
                StrictJson.parse(line(AccessLogFormat.JSON, entry)).get("target"));
    }
}
