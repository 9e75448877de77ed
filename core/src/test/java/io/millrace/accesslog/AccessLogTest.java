package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.server.HttpServer;
import io.millrace.server.Logged;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An access log behind a server: raw bytes in, lines out. */
class AccessLogTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("access.log");
    }

    private static HttpServer start(AccessLog log, Handler handler) throws IOException {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1).listener(log)
                .lingerTimeout(Duration.ofMillis(50)).drainTimeout(Duration.ZERO).build(), handler);
    }

    private static Exchange handle(RequestHead request) {
        return request.method().equals("PUT")
                ? Exchange.discard(bytes -> Response.text("got " + bytes)) : Response.text("one");
    }

    /** Sends bytes on a connection of their own, until the server has closed it. */
    static String send(HttpServer server, String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(60_000);
            socket.connect(server.address());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII);
    }

    /** Without what differs from run to run. */
    private static List<String> stable(Path file) throws IOException {
        return lines(file).stream().map(line -> line.replaceFirst(
                "\\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]", "[time]")).toList();
    }

    @Test
    void requestIsALine() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMBINED);
                HttpServer server = start(log, AccessLogTest::handle)) {
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
                HttpServer server = start(log, AccessLogTest::handle)) {
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
                HttpServer server = start(log, AccessLogTest::handle)) {
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
                HttpServer server = start(log, AccessLogTest::handle)) {
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
                HttpServer server = start(log, AccessLogTest::handle)) {
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
                HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, "GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: " + "x".repeat(1025)
                    + "\r\n\r\n");
            assertTrue(log.flush(LONG));
            assertEquals("x".repeat(1021) + "...",
                    StrictJson.parse(lines(file()).get(0)).get("user_agent"));
        }
    }

    @Test
    void newFileIsReadByOwnerAndGroupOnly() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON)) {
            assertTrue(log.flush(LONG));
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
            assertTrue(mode.equals("rw-r-----") || mode.equals("rw-------"), mode); // by umask
        }
    }

    @Test
    void fileThatIsThereIsAppendedTo() throws IOException {
        Files.writeString(file(), "before\n");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, GET);
        }
        assertEquals(2, lines(file()).size());
        assertEquals("before", lines(file()).get(0));
    }

    @Test
    void fileThatCannotBeOpenedIsRefusedAtOnce() {
        assertThrows(IOException.class,
                () -> AccessLog.toFile(folder.resolve("no/such"), AccessLogFormat.COMMON));
    }

    @Test
    void requestAfterAReopenIsInTheNewFileAndNoneIsLost() throws Exception {
        Path old = folder.resolve("access.log.1");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            for (int round = 0; round < 20; round++) {
                int before = lines(file()).size();
                send(server, "GET /before HTTP/1.1\r\nHost: a\r\n\r\n");
                Files.move(file(), old);
                send(server, "GET /renamed HTTP/1.1\r\nHost: a\r\n\r\n");
                log.reopen();
                send(server, "GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(log.flush(LONG));
                List<String> rotated = lines(old).subList(before, lines(old).size());
                List<String> current = lines(file());
                assertEquals(3, rotated.size() + current.size(), "round " + round);
                assertTrue(current.get(current.size() - 1).contains("GET /after "));
                assertFalse(rotated.toString().contains("GET /after "));
                Files.delete(old);
            }
            assertEquals(0, log.lostLines());
        }
    }

    @Test
    void requestAfterAMoveIsInTheOtherFile() throws Exception {
        Path other = folder.resolve("other.log");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, GET);
            assertTrue(log.flush(LONG));
            log.moveTo(other);
            send(server, GET);
            assertThrows(IOException.class, () -> log.moveTo(folder.resolve("no/such")));
            send(server, GET);
            log.reopen();
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(1, lines(file()).size());
            assertEquals(3, lines(other).size());
        }
    }

    @Test
    void logThatIsInNoFileMovesToNone() {
        try (AccessLog log = AccessLog.to(new Scripted(), AccessLogFormat.COMMON)) {
            assertThrows(IllegalStateException.class, () -> log.moveTo(file()));
        }
    }

    @Test
    void failedReopenKeepsTheOldFile() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("logs"));
        Path old = folder.resolve("old");
        try (AccessLog log = AccessLog.toFile(inner.resolve("a.log"), AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            Files.move(inner, old);
            assertThrows(IOException.class, log::reopen);
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(1, lines(old.resolve("a.log")).size());
        }
    }

    /** Keeps what is written, and fails or blocks when it is told to. */
    private static final class Scripted implements LogTarget {

        final StringBuilder text = new StringBuilder();
        final Semaphore mayWrite = new Semaphore(0);
        final CountDownLatch blocked = new CountDownLatch(1);
        boolean blocks;
        volatile int bytesToFailure = Integer.MAX_VALUE;

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (blocks) {
                blocked.countDown();
                mayWrite.acquireUninterruptibly();
            }
            synchronized (text) {
                while (bytes.hasRemaining()) {
                    if (bytesToFailure == 0) {
                        throw new IOException("No space left on device");
                    }
                    bytesToFailure--;
                    text.append((char) bytes.get());
                }
            }
        }

        List<String> lines() {
            synchronized (text) {
                return text.toString().lines().toList();
            }
        }

        @Override
        public String toString() {
            return "of the test";
        }
    }

    @Test
    void fullDiskIsSaidOnceAndLinesGoOnWhenThereIsRoom() throws Exception {
        Scripted target = new Scripted();
        try (Logged logged = new Logged(AccessLog.class);
                AccessLog log = AccessLog.to(target, AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, GET);
            assertTrue(log.flush(LONG));
            target.bytesToFailure = 10;
            for (int i = 0; i < 3; i++) {
                assertTrue(send(server, GET).endsWith("one"));
                assertTrue(log.flush(LONG));
            }
            assertEquals(3, log.lostLines());
            target.bytesToFailure = Integer.MAX_VALUE;
            send(server, GET);
            assertTrue(log.flush(LONG));
            List<String> lines = target.lines();
            assertEquals(3, lines.size()); // the torn one between two whole ones
            assertEquals(10, lines.get(1).length());
            assertTrue(lines.get(2).endsWith("\"GET /a HTTP/1.1\" 200 3"));
            assertEquals(2, log.writtenLines());
            assertEquals(List.of("access log of the test can't be written, lines are lost until it"
                    + " can: java.io.IOException: No space left on device",
                    "access log of the test goes on; lines lost: 3"), logged.lines());
        }
    }

    @Test
    void targetThatBlocksHoldsNoWorkerAndWhatIsDroppedIsCounted() throws Exception {
        Scripted target = new Scripted();
        target.blocks = true;
        int more = 100;
        try (Logged logged = new Logged(AccessLog.class);
                AccessLog log = AccessLog.to(target, AccessLogFormat.COMMON);
                HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, GET);
            assertTrue(target.blocked.await(60, TimeUnit.SECONDS));
            int bytes = send(server, GET.repeat(EntryQueue.MOST_ENTRIES + more)).length();
            assertTrue(bytes > 0);
            assertFalse(log.flush(Duration.ofMillis(1)));
            assertEquals(more, log.lostLines());
            target.mayWrite.release(1_000_000);
            assertTrue(log.flush(LONG));
            assertEquals(1 + EntryQueue.MOST_ENTRIES, target.lines().size());
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(List.of("access log of the test goes on; lines lost: " + more),
                    logged.lines());
        }
    }

    @Test
    void closeWritesWhatIsLeft() throws IOException {
        AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
        try (HttpServer server = start(log, AccessLogTest::handle)) {
            send(server, GET.repeat(5000));
        }
        log.close();
        log.close(); // a second time is no mistake
        assertEquals(5000, lines(file()).size());
    }

    @Test
    void linesOfSeveralWorkersAreWhole() throws Exception {
        int clients = 8;
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.JSON);
                HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(4)
                        .listener(log).build(), AccessLogTest::handle)) {
            List<CompletableFuture<String>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return send(server, GET.repeat(1000));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (CompletableFuture<String> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertTrue(log.flush(LONG));
            List<String> lines = lines(file());
            assertEquals(1000 * clients, lines.size());
            lines.forEach(StrictJson::parse);
        }
    }
}
