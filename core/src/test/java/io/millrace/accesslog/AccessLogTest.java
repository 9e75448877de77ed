package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.server.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An access log behind a server: raw bytes in, lines out. */
class AccessLogTest extends LoggedServer {

    @Test
    void requestIsALine() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMBINED);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, "GET /a?b HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8\r\n"
                    + "Referer: http://a/\r\n\r\n" + GET);
            assertTrue(log.flush(LONG));
            assertEquals(List.of(
                    "127.0.0.1 - - [time] \"GET /a?b HTTP/1.1\" 200 3 \"http://a/\" \"curl/8\"",
                    "127.0.0.1 - - [time] \"GET /a HTTP/1.1\" 200 3 \"-\" \"-\""), stable(file()));
            assertEquals(2, log.writtenLines());
            assertEquals(0, log.lostLines());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', quoteCharacter = '`', value = {
        "nonsense~~> \"nonsense\" 400",
        "GET /a HTTP/9.1~~> \"GET /a HTTP/9.1\" 505",
        "GET /a HTTP/1.1~Host: a~X:~ y~~> \"GET /a HTTP/1.1\" 400",
        "GET /a HTTP/1.1~Ho> \"GET /a HTTP/1.1\" 400",
        "GET /a b\"c\\ HTTP/1.1~~> \"GET /a b\\x22c\\x5c HTTP/1.1\" 400",
        "GET /a HTTP/1.1~Host: example.org~~> \"GET /a HTTP/1.1\" 421"})
    void whatIsRefusedIsALine(String sent, String line) throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            String response = send(server, sent.replace("~", "\r\n"));
            assertTrue(log.flush(LONG));
            int bodyBytes = response.length() - response.indexOf("\r\n\r\n") - 4;
            assertEquals(List.of("127.0.0.1 - - [time] " + line + " " + bodyBytes),
                    stable(file()));
        }
    }

    @Test
    void connectionWithoutARequestIsNoLine() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, "");
            send(server, "\r\n");
            assertTrue(log.flush(LONG));
            assertEquals(List.of(), lines(file()));
        }
    }

    @Test
    void cutRequestIsALineWithItsCause() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.JSON)) {
            try (HttpServer server = start(log, request -> {
                        request.notes().user("ann");
                        asked.countDown();
                        return Response.later(new CompletableFuture<>());
                    });
                    Socket socket = new Socket()) {
                socket.connect(server.address());
                socket.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));
                assertTrue(asked.await(60, TimeUnit.SECONDS));
            }
            assertTrue(log.flush(LONG));
            Map<String, Object> line = StrictJson.parse(lines(file()).get(0));
            assertEquals("server_stops", line.get("cut"));
            assertEquals("the server is shutting down", line.get("cause"));
            assertEquals("ann", line.get("user"));
            assertFalse(line.containsKey("status"));
        }
    }

    @Test
    void jsonHasBytesInAndTimesInTheirOrder() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.JSON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, "PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertTrue(log.flush(LONG));
            Map<String, Object> line = StrictJson.parse(lines(file()).get(0));
            assertEquals(5L, line.get("received_bytes"));
            assertEquals(5L, line.get("sent_bytes"));
            assertTrue((Long) line.get("head_us") <= (Long) line.get("first_byte_us"));
            assertTrue((Long) line.get("first_byte_us") <= (Long) line.get("total_us"));
            assertEquals(0L, line.get("application_us"));
        }
    }

    @ParameterizedTest
    @EnumSource(AccessLogFormat.class)
    void headerFieldsOfAnyBytesThatAServerTakesAreOneLine(AccessLogFormat format)
            throws IOException {
        StringBuilder field = new StringBuilder();
        for (char c = ' '; c <= 0xff; c++) {
            field.append(c == 0x7f ? '\t' : c);
        }
        try (AccessLog log = AccessLog.toFile(file(), format);
                HttpServer server = start(log, LoggedServer::handle)) {
            String response = send(server, "GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: x" + field
                    + "\r\nReferer: x" + field + "\r\n\r\n");
            assertTrue(response.startsWith("HTTP/1.1 200 "), response);
            assertTrue(log.flush(LONG));
            List<String> lines = lines(file());
            assertEquals(1, lines.size());
            assertTrue(lines.get(0).chars().allMatch(c -> c >= ' ' && c <= '~'));
            if (format == AccessLogFormat.JSON) {
                assertEquals("x" + field, StrictJson.parse(lines.get(0)).get("user_agent"));
            }
        }
    }

    @Test
    void longHeaderFieldIsCut() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.JSON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, "GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: " + "x".repeat(1025)
                    + "\r\n\r\n");
            assertTrue(log.flush(LONG));
            assertEquals("x".repeat(1021) + "...",
                    StrictJson.parse(lines(file()).get(0)).get("user_agent"));
        }
    }
}
