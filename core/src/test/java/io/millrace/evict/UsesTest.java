package io.millrace.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsesTest {

    private final AtomicLong clockMs = new AtomicLong(1_000_000);
    private final Uses uses = new Uses(clockMs::get);

    private void at(long seconds) {
        clockMs.set(seconds * 1000);
    }

    @Test
    void latestUseIsKnown() {
        assertEquals(0, uses.lastUse("a"));
        assertTrue(uses.isEmpty());
        uses.used("a");
        at(2000);
        uses.used("a");
        uses.used("b");
        at(1500);
        uses.used("a"); // a clock that goes back
        assertEquals(2000, uses.lastUse("a"));
        assertEquals(2000, uses.lastUse("b"));
        assertEquals(0, uses.lastUse("c"));
        assertFalse(uses.isEmpty());
    }

    @Test
    void useOfTheYear2100IsKnown() {
        at(4_102_444_800L);
        uses.used("a");
        assertEquals(4_102_444_800L, uses.lastUse("a"));
    }

    @Test
    void passDropsWhatItIsNotToKeep() {
        uses.used("kept");
        uses.used("gone");
        uses.passBegins();
        assertEquals(1000, uses.lastUse("gone"), "known until the pass has ended");
        uses.keep("kept", uses.lastUse("kept"));
        at(1001);
        uses.used("new");
        uses.passEnds(true);
        assertEquals(1000, uses.lastUse("kept"));
        assertEquals(0, uses.lastUse("gone"));
        assertEquals(1001, uses.lastUse("new"));
    }

    @Test
    void passThatEndsEarlyDropsNothing() {
        uses.used("seen");
        uses.used("unseen");
        uses.passBegins();
        uses.keep("seen", 1000);
        at(1001);
        uses.used("unseen");
        uses.passEnds(false);
        assertEquals(1000, uses.lastUse("seen"));
        assertEquals(1001, uses.lastUse("unseen"));
    }

    @Test
    void objectIsBeingReadUntilItsLastTransferEnds() {
        uses.readingBegins("a");
        assertFalse(uses.isRead("another"), "or nothing could leave while anything is read");
        uses.readingBegins("a");
        at(1003);
        uses.readingEnds("a");
        assertTrue(uses.isRead("a"));
        at(1004);
        uses.readingEnds("a");
        assertFalse(uses.isRead("a"));
        assertEquals(1004, uses.lastUse("a"), "the end of a transfer is a use");
    }

    @Test
    void whatFitsIsKnownAndWhatDoesNotCountsForAll() {
        Uses small = new Uses(clockMs::get, 4096);
        int known = 0;
        while (small.lastUse("unknown") == 0) {
            small.used("name" + known);
            known++;
        }
        assertTrue(known > 2000, "so many fit: " + known);
        assertEquals(4096 * Long.BYTES, small.bytes());
        at(1001);
        small.used("name0");
        assertEquals(1001, small.lastUse("name0"), "what is known has its own time");
        assertEquals(1000, small.lastUse("another"));
    }

    @Test
    void objectTakesAtMost24Bytes() {
        for (int count : new int[] {10_000, 100_000, 1_000_000}) {
            Uses many = new Uses(clockMs::get);
            for (int i = 0; i < count; i++) {
                many.used("org/example/" + i);
            }
            long each = many.bytes() / count;
            assertTrue(each >= 8 && each <= 32, count + " objects, bytes each: " + each);
            many.passBegins();
            for (int i = 0; i < count; i++) {
                many.keep("org/example/" + i, 1000);
            }
            many.passEnds(true);
            long kept = many.bytes() / count;
            assertTrue(kept <= 24, count + " objects, bytes each after a pass: " + kept);
            for (int i = 0; i < count; i += 997) {
                assertEquals(1000, many.lastUse("org/example/" + i));
            }
        }
    }

    // Tables that are added later are looked at one after the other, by each request.
    @ParameterizedTest
    @CsvSource({"100, 4096", "2730, 4096", "2732, 8192", "10000, 16384"})
    void passBeginsWithOneTableThatHasRoomForAll(int count, long slots) {
        for (int i = 0; i < count; i++) {
            uses.used("name" + i);
        }
        long before = uses.bytes();
        uses.passBegins();
        assertEquals(before + slots * Long.BYTES, uses.bytes());
        uses.passEnds(true);
        assertEquals(slots * Long.BYTES, uses.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 4096 + 8192, 4096 + 8192 + 16_384})
    void tablesTakeAllThatTheyMayAndNoMore(int most) {
        Uses full = new Uses(clockMs::get, most);
        for (int i = 0; full.lastUse("unknown") == 0; i++) {
            full.used("name" + i);
        }
        assertEquals((long) most * Long.BYTES, full.bytes());
    }

    @Test
    void passOfAFullTableBeginsWithOneAsLarge() {
        Uses full = new Uses(clockMs::get, 4096);
        for (int i = 0; full.lastUse("unknown") == 0; i++) {
            full.used("name" + i);
        }
        full.passBegins();
        assertEquals(2 * 4096 * Long.BYTES, full.bytes());
    }

    @Test
    void noUseIsLostWhileTablesChange() throws InterruptedException {
        int threads = 4;
        int names = 30_000;
        List<Thread> users = new ArrayList<>();
        AtomicLong running = new AtomicLong(threads);
        for (int t = 0; t < threads; t++) {
            int first = t * names;
            users.add(new Thread(() -> {
                for (int i = 0; i < names; i++) {
                    uses.used("n" + (first + i));
                }
                running.decrementAndGet();
            }));
        }
        users.forEach(Thread::start);
        int passes = 0;
        do {
            uses.passBegins();
            for (int i = 0; i < threads * names; i++) {
                long use = uses.lastUse("n" + i);
                if (use > 0) {
                    uses.keep("n" + i, use);
                }
            }
            uses.passEnds(passes % 3 > 0);
            passes++;
        } while (running.get() > 0);
        for (Thread user : users) {
            user.join();
        }
        for (int i = 0; i < threads * names; i++) {
            assertEquals(1000, uses.lastUse("n" + i), "n" + i);
        }
    }
}
