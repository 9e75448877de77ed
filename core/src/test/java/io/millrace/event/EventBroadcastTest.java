package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventParser.Received;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.server.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventBroadcastTest {

    private static final Request GET = Request.of("GET", "/");

    private static StreamReader open(EventBroadcast broadcast) {
        StreamReader reader = new StreamReader(broadcast.open(GET));
        assertEquals("", reader.read());
        return reader;
    }

    /** What a client gets that has had the event with this id. */
    private static List<String> missed(EventBroadcast broadcast, String lastId) {
        StreamReader reader = new StreamReader(
                broadcast.open(Request.of("GET", "/", "Last-Event-ID", lastId)));
        List<String> data = data(new EventParser().take(reader.readBytes()));
        reader.close();
        return data;
    }

    private static List<String> data(EventParser parser) {
        return parser.events.stream().map(Received::data).toList();
    }

    @Test
    void eventGoesToAllStreamsThatAreOpen() {
        EventBroadcast broadcast = EventBroadcast.create();
        broadcast.send("nobody");
        StreamReader first = open(broadcast);
        broadcast.send("one");
        StreamReader second = open(broadcast);
        broadcast.send(Event.of("two").name("n").id("5"));
        assertEquals("data: one\n\nid: 5\nevent: n\ndata: two\n\n", first.read());
        assertEquals("id: 5\nevent: n\ndata: two\n\n", second.read());
        assertEquals(2, broadcast.size());
    }

    @Test
    void streamThatHasEndedIsForgotten() {
        EventBroadcast broadcast = EventBroadcast.create();
        List<EventStream> streams = new ArrayList<>();
        StreamReader left = new StreamReader(broadcast.open(GET, streams::add));
        StreamReader closed = new StreamReader(broadcast.open(GET, streams::add));
        StreamReader unread = new StreamReader(broadcast.open(GET, streams::add));
        assertEquals(0, broadcast.size(), "none is being sent");
        left.read();
        closed.read();
        assertEquals(2, broadcast.size());
        left.close();
        streams.get(1).close();
        unread.close();
        assertEquals(0, broadcast.size());
        broadcast.send("one");
        assertEquals("", closed.read());
        assertTrue(closed.ended);
    }

    @Test
    void streamThatIsClosedWhileItOpensIsNeverOneOfThem() {
        EventBroadcast broadcast = EventBroadcast.create();
        StreamReader reader = new StreamReader(broadcast.open(GET, EventStream::close));
        assertEquals("", reader.read());
        assertTrue(reader.ended);
        assertEquals(0, broadcast.size());
    }

    @Test
    void streamThatIsClosedWhileItOpensGetsNothingOfTheHistory() {
        EventBroadcast broadcast = EventBroadcast.builder().history(10).build();
        broadcast.send("one");
        StreamReader reader = new StreamReader(broadcast.open(
                Request.of("GET", "/", "Last-Event-ID", "unknown"), EventStream::close));
        assertEquals("", reader.read());
        assertTrue(reader.ended);
    }

    @Test
    void eventOfOneStreamStandsBetweenThoseOfAll() {
        EventBroadcast broadcast = EventBroadcast.create();
        List<EventStream> streams = new ArrayList<>();
        StreamReader reader = new StreamReader(broadcast.open(GET, stream -> {
            streams.add(stream);
            stream.send("welcome");
        }));
        reader.readOnce();
        broadcast.send("one");
        streams.get(0).send("yours");
        broadcast.send("two");
        assertEquals("data: one\n\ndata: yours\n\ndata: two\n\n", reader.read());
    }

    @Test
    void clientThatReconnectsGetsEachEventThatItMissedOnce() {
        EventBroadcast broadcast = EventBroadcast.builder().history(10).build();
        StreamReader reader = open(broadcast);
        broadcast.send("one");
        broadcast.send("two");
        EventParser parser = new EventParser().take(reader.readBytes());
        reader.close();
        broadcast.send("three");
        broadcast.send("four");

        StreamReader again = new StreamReader(broadcast.open(
                Request.of("GET", "/", "Last-Event-ID", parser.lastEventId),
                stream -> stream.send("welcome back")));
        parser.take(again.readBytes());
        broadcast.send("five");
        parser.take(again.readBytes());
        assertEquals(List.of("one", "two", "three", "four", "welcome back", "five"),
                data(parser));
    }

    @Test
    void newClientGetsNothingThatWasSentBefore() {
        EventBroadcast broadcast = EventBroadcast.builder().history(10).build();
        broadcast.send("one");
        assertEquals("", open(broadcast).read());
    }

    @Test
    void historyKeepsAsManyEventsAsItSays() {
        EventBroadcast broadcast = EventBroadcast.builder().history(3).build();
        for (int i = 1; i <= 4; i++) {
            broadcast.send(Event.of("event " + i).id("i" + i));
        }
        assertEquals(List.of("event 2", "event 3", "event 4"), missed(broadcast, "i1"));
        assertEquals(List.of("event 3", "event 4"), missed(broadcast, "i2"));
        assertEquals(List.of("event 4"), missed(broadcast, "i3"));
        assertEquals(List.of(), missed(broadcast, "i4"));
        assertEquals(List.of("event 2", "event 3", "event 4"), missed(broadcast, "unknown"));
        broadcast.send("event 5");
        assertEquals(List.of("event 3", "event 4", "event 5"), missed(broadcast, "i1"));
    }

    @Test
    void idThatIsUsedAgainStandsForItsLastEvent() {
        EventBroadcast broadcast = EventBroadcast.builder().history(3).build();
        for (String id : List.of("a", "b", "a", "c")) {
            broadcast.send(Event.of("under " + id).id(id));
        }
        assertEquals(List.of("under c"), missed(broadcast, "a"));
        broadcast.send(Event.of("x").id("d"));
        broadcast.send(Event.of("y").id("e"));
        assertEquals(List.of("under c", "x", "y"), missed(broadcast, "a"), "it is not kept");
    }

    @Test
    void eventsGetIdsOnlyWithAHistoryAndThoseOfNoOtherBroadcast() {
        EventBroadcast first = EventBroadcast.builder().history(1).build();
        EventBroadcast second = EventBroadcast.builder().history(1).build();
        HashSet<String> ids = new HashSet<>();
        for (EventBroadcast broadcast : List.of(first, second)) {
            StreamReader reader = open(broadcast);
            broadcast.send("x");
            broadcast.send("y");
            ids.addAll(new EventParser().take(reader.readBytes()).events.stream()
                    .map(Received::lastEventId).toList());
        }
        assertEquals(4, ids.size());
        assertNotEquals(true, ids.contains(""));
    }

    @Test
    void replayDoesNotCountForWhatMayWait() {
        EventBroadcast broadcast =
                EventBroadcast.builder().history(100).maxQueuedBytes(20).build();
        for (int i = 0; i < 100; i++) {
            broadcast.send(Event.of("event").id("i" + i));
        }
        StreamReader reader = new StreamReader(
                broadcast.open(Request.of("GET", "/", "Last-Event-ID", "i0")), 1);
        reader.readOnce();
        broadcast.send(Event.of("last").id("l"));
        String all = reader.read();
        assertTrue(all.startsWith("d: i1\n"), all);
        assertTrue(all.endsWith("id: i99\ndata: event\n\nid: l\ndata: last\n\n"), all);
        assertFalse(reader.ended);
    }

    @Test
    void streamBeyondTheBoundEndsAndTheOthersGoOn() {
        EventBroadcast broadcast = EventBroadcast.builder().maxQueuedBytes(20).build();
        StreamReader slow = open(broadcast);
        StreamReader quick = open(broadcast);
        broadcast.send("a"); // 9 bytes each
        broadcast.send("b");
        assertEquals("data: a\n\ndata: b\n\n", quick.read());
        broadcast.send("c");
        assertEquals(1, broadcast.size());
        assertEquals("", slow.read());
        assertTrue(slow.ended);
        assertEquals("data: c\n\n", quick.read());
    }

    @Test
    void streamBeyondTheBoundEndsWithinAnEventOfItsHistory() {
        EventBroadcast broadcast = EventBroadcast.builder().history(10).maxQueuedBytes(1).build();
        broadcast.send("one");
        broadcast.send("two");
        StreamReader slow = new StreamReader(broadcast.open(
                Request.of("GET", "/", "Last-Event-ID", "unknown")), 1);
        assertEquals(1, slow.readOnce());
        broadcast.send("three"); // is taken, as it waits alone
        broadcast.send("four");
        assertEquals("", slow.read());
        assertTrue(slow.ended);
    }

    @Test
    void exactlyTheBoundMayWait() {
        EventBroadcast broadcast = EventBroadcast.builder().maxQueuedBytes(18).build();
        StreamReader reader = open(broadcast);
        broadcast.send("a");
        broadcast.send("b");
        assertEquals("data: a\n\ndata: b\n\n", reader.read());
    }

    @Test
    void oldestEventsAreDroppedIfThatIsAskedFor() {
        EventBroadcast broadcast = EventBroadcast.builder().maxQueuedBytes(20)
                .overflow(Overflow.DROP_OLDEST).build();
        StreamReader slow = open(broadcast);
        for (String data : List.of("a", "b", "c", "d")) {
            broadcast.send(data);
        }
        assertEquals("data: c\n\ndata: d\n\n", slow.read());
        broadcast.send("e");
        broadcast.send("longer than may wait");
        assertEquals("data: longer than may wait\n\n", slow.read());
    }

    // What the client has half of is sent to its end, or it would be mixed with the next.
    @Test
    void eventThatIsBeingSentIsNotDropped() {
        EventBroadcast broadcast = EventBroadcast.builder().maxQueuedBytes(9)
                .overflow(Overflow.DROP_OLDEST).build();
        StreamReader reader = new StreamReader(broadcast.open(GET), 1);
        reader.read();
        broadcast.send("a");
        reader.readOnce();
        broadcast.send("b");
        broadcast.send("c");
        assertEquals("ata: a\n\ndata: c\n\n", reader.read());
    }

    @Test
    void closedBroadcastEndsItsStreamsAndThoseThatCome() {
        EventBroadcast broadcast = EventBroadcast.builder().history(10).build();
        StreamReader reader = open(broadcast);
        broadcast.send(Event.of("one").id("1"));
        broadcast.send(Event.of("two").id("2"));
        broadcast.close();
        broadcast.close();
        broadcast.send("late");
        assertEquals("id: 1\ndata: one\n\nid: 2\ndata: two\n\n", reader.read());
        assertTrue(reader.ended);
        assertEquals(0, broadcast.size());

        StreamReader late = new StreamReader(
                broadcast.open(Request.of("GET", "/", "Last-Event-ID", "1")));
        assertEquals("id: 2\ndata: two\n\n", late.read());
        assertTrue(late.ended);
        assertEquals(0, broadcast.size());
    }

    // An action may send again: the streams get both events in the same order all the same.
    @Test
    void serverThatCannotBeToldOfAnEventKeepsNoOtherFromHearingOfIt() throws Exception {
        EventBroadcast broadcast = EventBroadcast.create();
        StreamReader before = open(broadcast);
        Response deaf = broadcast.open(GET);
        assertEquals("", new StreamReader(deaf).read());
        deaf.body().whenReadable(() -> {
            throw new OutOfMemoryError("planted");
        });
        StreamReader behind = open(broadcast);
        try (Logged logged = new Logged(EventStream.class)) {
            broadcast.send("news");
            assertEquals(List.of("a server can't be told of events"
                    + " | java.lang.OutOfMemoryError: planted"), logged.lines());
        }
        for (StreamReader each : List.of(before, behind, new StreamReader(deaf))) {
            assertEquals("data: news\n\n", each.read());
        }
        assertEquals(1, before.wakeups.availablePermits());
        assertEquals(1, behind.wakeups.availablePermits());
    }

    @Test
    void actionOfAStreamMaySendToTheBroadcast() {
        EventBroadcast broadcast = EventBroadcast.builder().maxQueuedBytes(20).build();
        List<StreamReader> readers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            StreamReader reader = new StreamReader(broadcast.open(GET,
                    stream -> stream.whenClosed(() -> broadcast.send("l"))));
            reader.read();
            readers.add(reader);
        }
        broadcast.send("a");
        broadcast.send("b");
        readers.subList(1, 9).forEach(StreamReader::read);
        broadcast.send("c"); // the first one ends
        for (StreamReader reader : readers.subList(1, 9)) {
            assertEquals("data: c\n\ndata: l\n\n", reader.read());
        }
    }

    @Test
    void settingsAreChecked() {
        EventBroadcast.Builder builder = EventBroadcast.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.heartbeat(Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> builder.heartbeat(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.maxQueuedBytes(0));
        assertThrows(IllegalArgumentException.class, () -> builder.history(-1));
        assertThrows(NullPointerException.class, () -> builder.overflow(null));
        builder.heartbeat(Duration.ofNanos(1)).maxQueuedBytes(1).history(0).build();
    }

    // Thousands of broadcasts from several threads, while clients lose their connections and come
    // back: each gets each event once, all in one order.
    @Test
    void clientsThatComeAndGoGetEachEventOnceAndInTheOrderOfAll() throws Exception {
        int threads = 3;
        int each = 2000;
        EventBroadcast broadcast = EventBroadcast.builder().history(threads * each).build();
        broadcast.send("first");
        List<EventParser> clients = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            EventParser parser = new EventParser();
            parser.lastEventId = "none of them"; // so that it gets all
            clients.add(parser);
            Thread thread = new Thread(() -> readAndLeave(broadcast, parser,
                    threads * each + 1), "client-" + i);
            thread.setDaemon(true);
            thread.start();
            readers.add(thread);
        }
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                for (int j = 0; j < each; j++) {
                    broadcast.send(number + ":" + j);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(reader.isAlive());
        }
        List<String> expected = data(clients.get(0));
        assertEquals(threads * each + 1, expected.size());
        assertEquals(expected.size(), new HashSet<>(expected).size());
        for (EventParser client : clients) {
            assertEquals(expected, data(client));
        }
        assertEquals(0, broadcast.size());
    }

    /** Leaves after every few events, and goes on behind the last whole one. */
    private static void readAndLeave(EventBroadcast broadcast, EventParser parser, int count) {
        while (parser.events.size() < count) {
            StreamReader reader = new StreamReader(broadcast.open(
                    Request.of("GET", "/", "Last-Event-ID", parser.lastEventId)), 1000);
            EventParser connection = new EventParser();
            int wanted = Math.min(100, count - parser.events.size());
            while (connection.events.size() < wanted) {
                connection.take(reader.readBytes());
                if (connection.events.size() < wanted) {
                    reader.wakeups.acquireUninterruptibly();
                }
            }
            reader.close();
            connection.events.forEach(parser.events::add);
            parser.lastEventId = connection.lastEventId;
        }
    }
}
