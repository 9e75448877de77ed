package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.EventParser.Received;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

    private static EventParser parse(Event event) {
        return new EventParser().take(event.encode());
    }

    @Test
    void eventIsSentAsTheStandardHasIt() {
        assertEquals("data: hello\n\n", Event.of("hello").toString());
        assertEquals("id: 7\nevent: tick\nretry: 1500\ndata: one\ndata: two\n\n",
                Event.of("one\ntwo").retry(Duration.ofMillis(1500)).name("tick").id("7")
                        .toString());
        assertEquals(": still here\n\n", Event.comment("still here").toString());
    }

    // What a listener gets is what was sent, but that each end of a line is LF.
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "  led by spaces", "\n", "\n\n", "a\n", "\na", "a\nb\n\nc",
        "data: x", ":", "id: 5\n\ndata: forged", "z\u00fcrich \u20ac \ud83d\ude00", "\ufeffbom",
        "tab\tand \u0000 and \u2028"})
    void dataArrivesAsItWasSent(String data) {
        assertEquals(List.of(new Received("message", data, "")), parse(Event.of(data)).events);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\r\nb", "a\nb"})
    void eachEndOfLineArrivesAsLf(String data) {
        assertEquals("a\nb", parse(Event.of(data)).events.get(0).data());
    }

    @Test
    void returnsAndLineFeedsAreCountedAsTheStandardCountsThem() {
        assertEquals("a\n\nb\n\n\n", parse(Event.of("a\n\rb\r\n\r\r")).events.get(0).data());
    }

    @Test
    void nameIdAndDelayArrive() {
        EventParser parser = parse(Event.of("x").name(" a name").id("4 \u00fc")
                .retry(Duration.ofSeconds(2)));
        assertEquals(List.of(new Received(" a name", "x", "4 \u00fc")), parser.events);
        assertEquals(2000, parser.retryMs);
    }

    @Test
    void emptyIdMakesTheClientForget() {
        EventParser parser = parse(Event.of("x").id("4"));
        parser.take(Event.of("y").id("").encode());
        assertEquals("", parser.events.get(1).lastEventId());
    }

    @Test
    void commentIsNoEventWhateverItSays() {
        EventParser parser = parse(Event.comment("a\r\nb\rdata: c\n\n").id("5"));
        assertEquals(List.of(), parser.events);
        assertEquals(5, parser.comments);
        assertEquals("5", parser.lastEventId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n", "a\0b"})
    void whatWouldEndTheLineIsRefused(String value) {
        Event event = Event.of("x");
        assertThrows(IllegalArgumentException.class, () -> event.name(value));
        assertThrows(IllegalArgumentException.class, () -> event.id(value));
    }

    // In Last-Event-ID a server refuses control characters, and sees no blanks at an end.
    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "\u007f", " a", "a ", "\ta", "a\t"})
    void idThatWouldNotComeBackInAFieldIsRefused(String id) {
        assertThrows(IllegalArgumentException.class, () -> Event.of("x").id(id));
    }

    @Test
    void idMayHaveBlanksWithinAndAnyLetters() {
        assertEquals("a b\tc\u0085\u00fc", parse(Event.of("x").id("a b\tc\u0085\u00fc"))
                .lastEventId);
    }

    @Test
    void emptyNameIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Event.of("x").name(""));
    }

    @Test
    void idHasAtMost256Bytes() {
        Event event = Event.of("x");
        assertEquals(256, parse(event.id("i".repeat(256))).lastEventId.length());
        assertEquals(128, parse(event.id("\u00fc".repeat(128))).lastEventId.length());
        assertEquals("the id of an event exceeds 256 bytes: 257 characters",
                assertThrows(IllegalArgumentException.class, () -> event.id("i".repeat(257)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> event.id("\u00fc".repeat(128) + "i"));
    }

    @Test
    void negativeDelayIsRefused() {
        assertEquals(0, parse(Event.of("x").retry(Duration.ZERO)).retryMs);
        assertThrows(IllegalArgumentException.class,
                () -> Event.of("x").retry(Duration.ofMillis(-1)));
    }

    @Test
    void delayOfMoreMillisecondsThanANumberHasIsTheLongest() {
        assertEquals(Long.MAX_VALUE,
                parse(Event.of("x").retry(Duration.ofSeconds(Long.MAX_VALUE))).retryMs);
    }
}
