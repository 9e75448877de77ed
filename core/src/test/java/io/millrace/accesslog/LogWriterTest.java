package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.Logged;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of entries on the thread of the log, which is that of the test. */
class LogWriterTest {

    private static final String CUT = "...";
    private static final long SECOND_NS = 1_000_000_000;
    private static final int MOST_WRITES = 10_000;

    private final EntryQueue queue = new EntryQueue(() -> { });
    private final Target target = new Target();
    private long waitedNs;
    private Logged logged;

    @BeforeEach
    void listen() throws ReflectiveOperationException {
        logged = new Logged(AccessLog.class);
    }

    @AfterEach
    void stopListening() throws ReflectiveOperationException {
        logged.close();
    }

    /** Takes so many bytes until it fails once. */
    private static final class Target implements LogTarget {

        final StringBuilder text = new StringBuilder();
        final List<Integer> writes = new ArrayList<>();
        int bytesToFailure = Integer.MAX_VALUE;
        /** Bytes that there is room for. */
        int room = Integer.MAX_VALUE;
        /** Room that there is after half a second of waiting. */
        int roomLater;
        int closes;

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            writes.add(bytes.remaining());
            if (writes.size() > MOST_WRITES) {
                throw new IllegalStateException("called again and again");
            }
            for (; bytes.hasRemaining() && room > 0; room--) {
                if (bytesToFailure == 0) {
                    bytesToFailure = Integer.MAX_VALUE;
                    throw new IOException("No space left on device");
                }
                bytesToFailure--;
                text.append((char) bytes.get());
            }
        }

        @Override
        public void close() {
            closes++;
        }

        @Override
        public String toString() {
            return "of the test";
        }
    }

    /** A line with the target alone. */
    private static void appendTarget(Entry entry, long epochMillis, LineBuffer line) {
        line.add(entry.target);
        if (entry.target.equals("bad")) {
            throw new IllegalStateException("no memory");
        }
        line.endLine();
    }

    private void offer(String... targets) {
        for (String each : targets) {
            Entry entry = new Entry();
            entry.target = each;
            queue.offer(entry);
        }
    }

    private LogWriter written() {
        queue.close();
        LogWriter writer = new LogWriter(queue, LogWriterTest::appendTarget, target, ns -> {
            waitedNs += ns;
            if (waitedNs == SECOND_NS / 2) {
                target.room += target.roomLater;
            }
        });
        writer.run();
        return writer;
    }

    @Test
    void lineThatCannotBeMadeIsLostAndNoOther() {
        offer("a", "bad", "b");
        LogWriter writer = written();
        assertEquals("a\nb\n", target.text.toString());
        assertEquals(2, writer.written());
        assertEquals(1, writer.failed());
        assertEquals(1, target.closes);
        assertEquals(List.of("access log of the test goes on; lines lost: 1"), logged.lines());
    }

    @Test
    void linesOfABatchThatWereWrittenBeforeAFailureCount() {
        target.bytesToFailure = 8;
        offer("one", "two", "three", "four");
        LogWriter writer = written();
        assertEquals("one\ntwo\n", target.text.toString());
        assertEquals(2, writer.written());
        assertEquals(2, writer.failed());
        assertEquals("access log of the test closed; lines lost: 2", logged.lines().get(1));
    }

    @Test
    void halfALineIsEndedOnceBeforeTheNext() {
        target.bytesToFailure = 2;
        offer(IntStream.range(0, LogWriter.BATCH).mapToObj(i -> "lost").toArray(String[]::new));
        offer(IntStream.range(0, LogWriter.BATCH).mapToObj(i -> "kept").toArray(String[]::new));
        offer("last");
        LogWriter writer = written();
        assertEquals("lo\n" + "kept\n".repeat(LogWriter.BATCH) + "last\n",
                target.text.toString());
        assertEquals(LogWriter.BATCH, writer.failed());
    }

    // As a pipe does that another program has made non-blocking.
    @Test
    void targetThatTakesNothingForASecondHasFailedAndIsGivenNoTimeUntilItTakesBytes() {
        target.room = 6;
        offer(IntStream.range(0, LogWriter.BATCH).mapToObj(i -> "one").toArray(String[]::new));
        offer(IntStream.range(0, LogWriter.BATCH).mapToObj(i -> "two").toArray(String[]::new));
        LogWriter writer = written();
        assertEquals("one\non", target.text.toString());
        assertEquals(1, writer.written());
        assertEquals(2 * LogWriter.BATCH - 1, writer.failed());
        assertEquals(SECOND_NS, waitedNs);
        assertEquals(2, logged.lines().size(), () -> logged.lines().toString());
        assertTrue(logged.lines().get(0).contains("the target takes no bytes"),
                logged.lines().get(0));
    }

    @Test
    void targetThatHasRoomWithinASecondGetsEveryLine() {
        target.room = 6;
        target.roomLater = 100;
        offer("one", "two", "three");
        LogWriter writer = written();
        assertEquals("one\ntwo\nthree\n", target.text.toString());
        assertEquals(3, writer.written());
        assertEquals(List.of(), logged.lines());
    }

    @Test
    void longLinesAreWrittenInPiecesOfAQuarterOfAMebibyte() {
        String line = "x".repeat(Entry.MOST_TARGET_CHARS);
        offer(IntStream.range(0, 100).mapToObj(i -> line).toArray(String[]::new));
        written();
        assertEquals((line + "\n").repeat(100), target.text.toString());
        assertTrue(target.writes.stream().allMatch(bytes -> bytes < (256 << 10) + line.length()),
                target.writes::toString);
    }

    /** Has no room for much, and no memory for its name, which is asked for to tell of that. */
    private static final class Nameless implements LogTarget {

        final List<String> written = new ArrayList<>();
        int closes;

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > 100_000) {
                throw new IOException("No space left on device");
            }
            written.add(StandardCharsets.US_ASCII.decode(bytes).toString());
        }

        @Override
        public void close() {
            closes++;
        }

        @Override
        public String toString() {
            throw new OutOfMemoryError("planted");
        }
    }

    private void offerTooMuch() {
        String line = "x".repeat(1000);
        offer(IntStream.range(0, LogWriter.BATCH).mapToObj(i -> line).toArray(String[]::new));
    }

    @Test
    void failureThatThereIsNoMemoryToTellOfLosesLinesThatCountAndEndsNothing() {
        offerTooMuch();
        offer("next");
        queue.close();
        Nameless nameless = new Nameless();
        LogWriter writer = new LogWriter(queue, LogWriterTest::appendTarget, nameless);
        writer.run();
        assertEquals(LogWriter.BATCH, writer.failed());
        assertEquals(List.of("next\n"), nameless.written);
    }

    @Test
    void targetIsClosedThoughThereIsNoMemoryToTellOfLosses() {
        offerTooMuch();
        queue.close();
        Nameless nameless = new Nameless();
        LogWriter writer = new LogWriter(queue, LogWriterTest::appendTarget, nameless);
        assertThrows(OutOfMemoryError.class, writer::run);
        assertEquals(1, nameless.closes);
    }

    @Test
    void interruptEndsTheThreadAndIsPassedOn() {
        offer("a");
        Thread.currentThread().interrupt();
        LogWriter writer = new LogWriter(queue, LogWriterTest::appendTarget, target);
        writer.run();
        assertTrue(Thread.interrupted());
        assertEquals(1, queue.waiting());
        assertEquals(0, target.closes);
    }

    /** The line of the second request of a connection. */
    private Map<String, Object> lineOfSecond(String request, Handler handler) throws IOException {
        try (AccessLog log = AccessLog.to(target, AccessLogFormat.JSON);
                HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                        .listener(log).maxTargetBytes(9000).maxHeadBytes(65_536)
                        .lingerTimeout(Duration.ofMillis(50)).build(), handler)) {
            LoggedServer.send(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + request);
        }
        return StrictJson.parse(target.text.toString().lines().skip(1).findFirst().orElse(""));
    }

    @Test
    void textsThatClientsAndApplicationsMakeLongAreCut() throws IOException {
        Map<String, Object> line = lineOfSecond("M".repeat(1025) + " /" + "t".repeat(8192)
                + " HTTP/1.1\r\nHost: " + "h".repeat(1025) + "\r\nReferer: "
                + "r".repeat(1025) + "\r\n\r\n", head -> {
                    head.notes().user("u".repeat(1025));
                    head.notes().put("k".repeat(1025), "v".repeat(1025));
                    head.notes().waitedForDevice(5000);
                    return Response.text("ok");
                });
        assertEquals("M".repeat(1021) + CUT, line.get("method"));
        assertEquals("/" + "t".repeat(8188) + CUT, line.get("target"));
        assertEquals("h".repeat(1021) + CUT, line.get("host"));
        assertEquals("r".repeat(1021) + CUT, line.get("referer"));
        assertEquals("u".repeat(1021) + CUT, line.get("user"));
        assertEquals(Map.of("k".repeat(1021) + CUT, "v".repeat(1021) + CUT), line.get("notes"));
        assertEquals(5L, line.get("device_us"));
        assertEquals(1L, line.get("request"));
        assertFalse(line.containsKey("request_line"));
    }

    /** Breaks after most of its bytes. */
    private static final class Broken implements Body {

        @Override
        public long length() {
            return 1 << 20;
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            if (position > 1_000_000) {
                throw new IOException("c".repeat(1025));
            }
            int count = into.remaining();
            into.position(into.limit());
            return count;
        }

        @Override
        public void close() {
        }
    }

    @Test
    void responseThatIsCutIsALineWithItsStatusAndTheBeginningOfItsCause() throws Exception {
        try (Logged broken = new Logged(Class.forName("io.millrace.server.Connection"))) {
            Map<String, Object> line = lineOfSecond("GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
                    head -> head.path().equals("/b") ? Response.of(Status.OK).with(new Broken())
                            : Response.text("ok"));
            assertEquals("/b", line.get("target"));
            assertEquals(200L, line.get("status"));
            assertTrue((long) line.get("sent_bytes") > 0);
            assertEquals("c".repeat(1021) + CUT, line.get("cause"));
            assertEquals(1, broken.lines().size());
        }
    }

    @Test
    void flushWaitsForAsLongAsADurationCanBe() {
        try (AccessLog log = AccessLog.to(target, AccessLogFormat.JSON)) {
            assertTrue(log.flush(ChronoUnit.FOREVER.getDuration()));
        }
    }

    @Test
    void everyTextOfAnEntryCountsForTheBoundOfTheQueue() {
        Entry entry = new Entry();
        entry.target = entry.requestLine = entry.host = entry.referer = "12";
        entry.userAgent = entry.user = entry.cause = "345";
        entry.method = "6789";
        entry.notes = Map.of("name", "a value");
        assertEquals(32, entry.chars());
    }
}
