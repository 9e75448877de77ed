package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.coding.Gzip;
import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.Logged;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static final Request GET = Request.of("GET", "/");

    private EventStream stream;
    private final StreamReader reader =
            new StreamReader(EventStream.open(GET, opened -> stream = opened));

    /** The server has begun to send the response. */
    private EventStreamTest begin() {
        assertEquals("", reader.read());
        return this;
    }

    @Test
    void responseIsAStreamThatNothingKeepsOrHoldsBack() {
        Response response = EventStream.open(GET, opened -> { });
        assertEquals(Status.OK, response.status());
        assertEquals(Body.UNKNOWN_LENGTH, response.body().length());
        Headers headers = response.headers();
        assertEquals("text/event-stream", headers.first("Content-Type"));
        assertEquals("no-store", headers.first("Cache-Control"));
        assertEquals("no", headers.first("X-Accel-Buffering"));
        assertEquals(3, headers.size());
    }

    @Test
    void streamIsOpenedWhenTheServerReadsAndNotBefore() {
        assertNull(stream);
        begin();
        assertTrue(stream.isOpen());
    }

    @Test
    void streamOfHeadIsNeverOpened() {
        reader.close();
        assertNull(stream);
    }

    @Test
    void eventsArriveInOrder() {
        begin();
        assertTrue(stream.send("one"));
        assertTrue(stream.send(Event.of("two").name("n")));
        assertEquals(1, reader.wakeups.availablePermits(), "woken once, however many there are");
        assertEquals("data: one\n\nevent: n\ndata: two\n\n", reader.read());
        assertEquals("", reader.read());
        stream.send("three");
        assertEquals("data: three\n\n", reader.read());
    }

    @Test
    void whatIsSentWhileTheStreamOpensIsThereAtOnce() {
        StreamReader eager = new StreamReader(EventStream.open(GET, opened -> {
            opened.send("first");
            opened.close();
        }));
        assertEquals("data: first\n\n", eager.read());
        assertTrue(eager.ended);
    }

    // Every cut of three events by reads of each length.
    @Test
    void eventsArriveHoweverLittleIsReadAtATime() {
        String sent = "data: one\n\ndata: two\n\ndata: three\n\n";
        for (int most = 1; most <= sent.length() + 1; most++) {
            StreamReader small = new StreamReader(EventStream.open(GET, opened -> {
                opened.send("one");
                opened.send("two");
                opened.send("three");
            }), most);
            assertEquals(sent, small.read(), most + " bytes at a time");
        }
    }

    @Test
    void callbackThatComesTooLateIsRunAtOnce() {
        begin();
        stream.send("one");
        reader.read();
        int before = reader.wakeups.availablePermits();
        stream.whenReadable(reader.wakeups::release);
        assertEquals(before, reader.wakeups.availablePermits());
        stream.send("two");
        stream.whenReadable(reader.wakeups::release);
        assertEquals(before + 2, reader.wakeups.availablePermits());
    }

    @Test
    void closedStreamSendsWhatWasSentBeforeAndEnds() {
        begin();
        stream.send("one");
        stream.close();
        assertFalse(stream.isOpen());
        assertFalse(stream.send("two"));
        stream.close();
        assertEquals("data: one\n\n", reader.read());
        assertTrue(reader.ended);
    }

    @Test
    void closeWakesAServerThatWaits() {
        begin();
        stream.close();
        assertEquals(1, reader.wakeups.availablePermits());
        reader.read();
        assertTrue(reader.ended);
    }

    @Test
    void quietStreamSendsACommentWhenTimeIsUp() {
        begin();
        assertTrue(reader.stall());
        assertEquals(":\n\n", reader.read());
        assertTrue(reader.stall());
        assertTrue(reader.stall());
        assertEquals(":\n\n", reader.read(), "one at a time");
    }

    @Test
    void streamWithEventsSendsNoComment() {
        begin();
        stream.send("one");
        assertTrue(reader.stall());
        assertEquals("data: one\n\n", reader.read());
        stream.close();
        assertTrue(reader.stall());
        assertEquals("", reader.read());
        assertTrue(reader.ended);
    }

    @Test
    void actionsRunOnceWhenTheStreamCloses() throws Exception {
        begin();
        List<String> told = new ArrayList<>();
        try (Logged logged = new Logged(EventStream.class)) {
            assertEquals(stream, stream.whenClosed(() -> told.add("first")).whenClosed(() -> {
                throw new IllegalStateException("planted");
            }).whenClosed(() -> {
                throw new AssertionError("worse");
            }).whenClosed(() -> told.add("second")));
            assertEquals(List.of(), told);
            stream.close();
            assertEquals(List.of("first", "second"), told);
            reader.close();
            stream.close();
            assertEquals(List.of("first", "second"), told);
            assertEquals(List.of("an action registered with EventStream.whenClosed failed"
                    + " | java.lang.IllegalStateException: planted",
                    "an action registered with EventStream.whenClosed failed"
                    + " | java.lang.AssertionError: worse"), logged.lines());
        }
        stream.whenClosed(() -> told.add("late"));
        assertEquals(List.of("first", "second", "late"), told);
    }

    @Test
    void endOfTheConnectionClosesTheStream() {
        begin();
        List<String> told = new ArrayList<>();
        stream.whenClosed(() -> told.add("closed"));
        reader.close();
        assertEquals(List.of("closed"), told);
        assertFalse(stream.send("nobody gets it"));
    }

    // 256 KiB: an event of 16,384 bytes is "data: " and two line feeds more than its data.
    @Test
    void streamOfAClientThatDoesNotReadEndsBeyond256KiB() {
        begin();
        String event = "x".repeat(16 * 1024 - 8);
        for (int i = 0; i < 16; i++) {
            assertTrue(stream.send(event), "event " + i);
        }
        List<String> told = new ArrayList<>();
        stream.whenClosed(() -> told.add("closed"));
        assertFalse(stream.send(""));
        assertEquals(List.of("closed"), told);
        assertEquals("", reader.read(), "nothing is sent that would have a gap behind it");
        assertTrue(reader.ended);
    }

    @Test
    void eventsThatWereReadDoNotCount() {
        begin();
        String event = "x".repeat(16 * 1024 - 8);
        for (int i = 0; i < 16; i++) {
            stream.send(event);
        }
        assertEquals(64 * 1024, reader.readOnce()); // four of them
        for (int i = 0; i < 4; i++) {
            assertTrue(stream.send(event));
        }
        assertFalse(stream.send(event));
    }

    @Test
    void eventLongerThanTheBoundIsTakenAlone() {
        begin();
        String longOne = "x".repeat(300 * 1024);
        assertTrue(stream.send(longOne));
        assertEquals("data: " + longOne + "\n\n", reader.read());
        stream.send("short");
        assertFalse(stream.send(longOne));
    }

    @Test
    void lastEventIdIsWhatTheClientHasSent() {
        assertNull(idFor());
        assertNull(idFor("Last-Event-ID", ""));
        assertEquals("7", idFor("last-event-id", "7"));
        assertEquals("4\u00fc", idFor("Last-Event-ID", "4\u00c3\u00bc"));
        assertEquals("7, 8", idFor("Last-Event-ID", "7", "Last-Event-ID", "8"));
    }

    private static String idFor(String... fields) {
        String[] id = new String[1];
        new StreamReader(EventStream.open(Request.of("GET", "/", fields),
                opened -> id[0] = opened.lastEventId())).read();
        return id[0];
    }

    @Test
    void failureWhileTheStreamOpensIsThatOfTheBody() {
        Body body = EventStream.open(GET, opened -> {
            throw new IllegalStateException("planted");
        }).body();
        assertEquals("planted", assertThrows(IllegalStateException.class,
                () -> body.read(0, ByteBuffer.allocate(10))).getMessage());
    }

    @Test
    void missingActionIsRefusedAtOnce() {
        assertThrows(NullPointerException.class, () -> EventStream.open(GET, null));
        begin();
        assertThrows(NullPointerException.class, () -> stream.whenClosed(null));
    }

    // The filter's body stands between the server and the stream: both hear from each other.
    @Test
    void compressedStreamHasItsEventsAndHeartbeatsAtOnce() throws Exception {
        Handler compressed = Gzip.builder().types("text/event-stream").build()
                .around(request -> EventStream.open(request, opened -> stream = opened));
        StreamReader gzip = new StreamReader((Response) compressed.handle(
                Request.of("GET", "/", "Accept-Encoding", "gzip")));
        Inflater inflater = new Inflater(true);
        byte[] header = gzip.readBytes();
        assertEquals(10, header.length);
        assertTrue(gzip.stall());
        assertEquals(":\n\n", inflate(inflater, gzip.readBytes()));
        stream.send("one");
        assertEquals("data: one\n\n", inflate(inflater, gzip.readBytes()));
        gzip.close();
        assertFalse(stream.isOpen());
        inflater.end();
    }

    private static String inflate(Inflater inflater, byte[] bytes) throws DataFormatException {
        inflater.setInput(bytes);
        byte[] plain = new byte[1000];
        return new String(plain, 0, inflater.inflate(plain), StandardCharsets.UTF_8);
    }

    // Several threads send while one reads, until another closes the stream.
    @Test
    void streamThatIsClosedDuringSendsKeepsWhatItHasTakenInOrder() throws Exception {
        begin();
        int threads = 4;
        int each = 3000; // all of them together are fewer bytes than may wait
        CountDownLatch done = new CountDownLatch(threads);
        long[] taken = new long[threads];
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                int count = 0;
                while (count < each && stream.send(number + ":" + count)) {
                    count++;
                }
                taken[number] = count;
                done.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        EventParser parser = new EventParser();
        parser.take(reader.readBytes());
        while (parser.events.size() < each && !reader.ended) { // else all may have been sent
            assertTrue(reader.wakeups.tryAcquire(60, TimeUnit.SECONDS));
            parser.take(reader.readBytes());
        }
        stream.close();
        parser.take(reader.readBytes());
        assertTrue(done.await(60, TimeUnit.SECONDS));
        long[] next = new long[threads];
        for (EventParser.Received event : parser.events) {
            String[] parts = event.data().split(":");
            int number = Integer.parseInt(parts[0]);
            assertEquals(next[number]++, Long.parseLong(parts[1]));
        }
        for (int i = 0; i < threads; i++) {
            assertTrue(next[i] >= taken[i] && next[i] <= taken[i] + 1,
                    next[i] + " of " + taken[i]);
        }
    }
}
