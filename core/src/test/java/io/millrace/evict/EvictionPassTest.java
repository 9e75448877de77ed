package io.millrace.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvictionPassTest {

    private static final long NOW = 2_000_000_000L;
    private static final long DAY = 86_400;

    private final AtomicLong clockMs = new AtomicLong(NOW * 1000);
    private final Uses uses = new Uses(clockMs::get);
    private final FakeObjects objects = new FakeObjects();
    private final AtomicLong bytes = new AtomicLong();

    private EvictionPass.Result pass(long afterSeconds, long toBytes) throws IOException {
        return pass(new EvictionLimits(afterSeconds, toBytes), 1000, false);
    }

    private EvictionPass.Result pass(EvictionLimits limits, int candidates, boolean room)
            throws IOException {
        objects.changed = bytes::addAndGet;
        return new EvictionPass(limits, objects, uses, bytes, candidates, () -> true).run(room);
    }

    /** Objects of 10 bytes, used 1,000 s ago and before, the first the longest. */
    private void putTen() {
        for (int i = 0; i < 10; i++) {
            objects.put("o" + i, 10, NOW - 5000, NOW - 1000 - 10 + i);
        }
    }

    @Test
    void nothingLeavesAtTheLimit() throws IOException {
        putTen();
        assertEquals(0, pass(0, 100).evicted());
        assertEquals(100, bytes.get());
    }

    @Test
    void oneByteBeyondTheLimitTheOldestLeaveUntilATenthIsFree() throws IOException {
        putTen();
        EvictionPass.Result result = pass(0, 99);
        assertEquals(List.of("o0"), objects.removed); // 90 may stay
        assertEquals(1, result.bySize());
        assertEquals(0, result.byAge());
        assertEquals(10, result.evictedBytes());
        assertEquals(90, bytes.get());
        assertEquals(1, objects.walks, "there is nothing more to look for");
        pass(0, 89);
        assertEquals(List.of("o0", "o1"), objects.removed); // 81 may stay: 80 do
    }

    @Test
    void objectsLeaveInTheOrderOfTheLaterOfTheirTimes() throws IOException {
        objects.put("read", 10, NOW - 900, NOW - 100);
        objects.put("changed", 10, NOW - 300, NOW - 800);
        objects.put("never", 10, NOW - 500, NOW - 500);
        objects.put("used", 10, NOW - 999, NOW - 998);
        clockMs.set((NOW - 50) * 1000);
        uses.used("used");
        clockMs.set(NOW * 1000);
        pass(0, 1);
        assertEquals(List.of("never", "changed", "read", "used"), objects.removed);
    }

    @Test
    void olderFileLeavesFirstOfThoseUsedAtOnce() throws IOException {
        objects.put("b", 10, NOW - 300, NOW - 100);
        objects.put("a", 10, NOW - 200, NOW - 100);
        objects.put("c", 10, NOW - 300, NOW - 100);
        pass(0, 1);
        assertEquals(List.of("b", "c", "a"), objects.removed);
        assertEquals(1, objects.walks, "all candidates have left, and none was left out");
    }

    @Test
    void objectLeavesWhenItWasNotUsedForTheTimeAndNotASecondEarlier() throws IOException {
        objects.put("at", 10, NOW - 30 * DAY, NOW - 30 * DAY);
        objects.put("before", 10, NOW - 30 * DAY + 1, NOW - 30 * DAY);
        EvictionPass.Result result = pass(30 * DAY, 0);
        assertEquals(List.of("at"), objects.removed);
        assertEquals(1, result.byAge());
        assertEquals(0, result.bySize());
        assertEquals(10, bytes.get());
    }

    @Test
    void ageAndBytesAreCountedEachForItself() throws IOException {
        putTen();
        objects.put("old", 10, NOW - DAY, NOW - DAY);
        EvictionPass.Result result = pass(DAY, 89);
        assertEquals(1, result.byAge());
        assertEquals(2, result.bySize());
        assertEquals(3, result.evicted());
        assertEquals(List.of("old", "o0", "o1"), objects.removed);
    }

    @Test
    void moreThanTheCandidatesOfAWalkLeaveInOrder() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int age = (i * 7919) % 1000; // each once, in no order
            objects.put("o" + age, 1, NOW - 50_000, NOW - 20_000 + age);
            expected.add("o" + i);
        }
        pass(new EvictionLimits(0, 500), 64, false);
        assertEquals(expected.subList(0, 550), objects.removed);
        assertEquals(450, bytes.get());
        assertEquals(9, objects.walks); // of 64 each
    }

    @Test
    void useMeanwhileSavesAnObject() throws IOException {
        putTen();
        objects.beforeRemoval = () -> uses.used("o1");
        pass(0, 98);
        assertEquals(List.of("o0", "o2"), objects.removed);
    }

    @Test
    void objectThatIsBeingReadStays() throws IOException {
        putTen();
        uses.readingBegins("o0");
        pass(1, 98);
        assertTrue(objects.names().contains("o0"));
        uses.readingEnds("o0");
        clockMs.addAndGet(10_000);
        pass(1, 98);
        assertEquals(Set.of(), objects.names());
    }

    @Test
    void objectUsedTwoSecondsAgoMayLeaveAndALaterOneStays() throws IOException {
        objects.put("at", 10, NOW - 2, 0);
        objects.put("young", 10, NOW - 1, 0);
        pass(1, 1);
        assertEquals(List.of("at"), objects.removed);
        assertEquals(10, bytes.get());
    }

    @Test
    void objectReplacedMeanwhileStays() throws IOException {
        putTen();
        objects.beforeRemoval = () -> objects.put("o0", 10, NOW, NOW);
        pass(0, 98);
        assertEquals(List.of("o1", "o2"), objects.removed);
    }

    @Test
    void timeThatIsMoreThanADayAheadSaysNothing() throws IOException {
        objects.put("read", 10, NOW + DAY + 1, NOW - 100);
        objects.put("changed", 10, NOW - 200, NOW + DAY + 1);
        objects.put("neither", 10, NOW + DAY + 1, NOW + DAY + 1);
        objects.put("little", 10, NOW + DAY, NOW - 100);
        objects.put("littleRead", 10, NOW - 100, NOW + DAY);
        pass(1, 0);
        assertEquals(List.of("changed", "read"), objects.removed);
    }

    @Test
    void whatCannotBeRemovedIsPassedOver() throws IOException {
        putTen();
        objects.stuck.addAll(Set.of("o0", "o2"));
        EvictionPass.Result result = pass(0, 98);
        assertEquals(List.of("o1", "o3"), objects.removed);
        assertEquals(2, result.failed());
    }

    @Test
    void passEndsIfNothingOfAWalkCanBeRemoved() throws IOException {
        putTen();
        objects.stuck.addAll(objects.names());
        EvictionPass.Result result = pass(new EvictionLimits(0, 50), 3, false);
        assertEquals(3, result.failed());
        assertEquals(1, objects.walks);
    }

    @Test
    void passEndsWithTheFirstWalkThatRemovesNothing() throws IOException {
        putTen();
        objects.stuck.addAll(objects.names());
        objects.stuck.removeAll(Set.of("o0", "o1"));
        EvictionPass.Result result = pass(new EvictionLimits(0, 50), 2, false);
        assertEquals(List.of("o0", "o1"), objects.removed);
        assertEquals(2, result.failed());
        assertEquals(2, objects.walks);
    }

    @Test
    void roomIsMadeEvenWhereTheBytesAreNotTooMany() throws IOException {
        putTen();
        pass(new EvictionLimits(0, 105), 1000, true); // 94.5 may stay
        assertEquals(List.of("o0"), objects.removed);
        pass(new EvictionLimits(0, 105), 1000, true);
        assertEquals(List.of("o0"), objects.removed);
        pass(new EvictionLimits(DAY, 0), 1000, true);
        assertEquals(List.of("o0"), objects.removed);
    }

    @Test
    void fileIsToldOfAReadThatIsMuchLater() throws IOException {
        objects.put("at", 10, NOW - 5000, NOW - EvictionPass.NOTED_SECONDS);
        objects.put("past", 10, NOW - 5000, NOW - EvictionPass.NOTED_SECONDS - 1);
        objects.put("unread", 10, NOW - 5000, NOW - 5000);
        uses.used("at");
        uses.used("past");
        objects.put("known", 10, NOW - 5000, NOW);
        uses.used("known");
        pass(DAY, 0);
        assertEquals(Map.of("past", NOW), objects.noted);
        assertEquals(NOW, uses.lastUse("at"), "still known here alone");
        assertEquals(0, uses.lastUse("past"), "known by the file");
        assertEquals(0, uses.lastUse("known"), "as before");
    }

    @Test
    void readIsKeptInMemoryWhereFilesCannotTell() throws IOException {
        objects.notesReads = false;
        putTen();
        uses.used("o0");
        clockMs.addAndGet(9_000_000);
        pass(0, 1000);
        pass(0, 98);
        assertEquals(List.of("o1", "o2"), objects.removed);
    }

    @Test
    void restartKeepsTheOrderByTheTimesOfFiles() throws IOException {
        putTen();
        for (int i = 9; i >= 0; i--) {
            clockMs.addAndGet(7_200_000);
            uses.used("o" + i);
        }
        new EvictionPass(new EvictionLimits(0, 1), objects, uses, bytes, 0, () -> true)
                .noteReads(60);
        clockMs.addAndGet(10_000);
        Uses restarted = new Uses(clockMs::get);
        objects.changed = bytes::addAndGet;
        new EvictionPass(new EvictionLimits(0, 50), objects, restarted, bytes, 100,
                () -> true).run(false);
        assertEquals(List.of("o9", "o8", "o7", "o6", "o5", "o4"), objects.removed);
    }

    @Test
    void walkThatFailsOrEndsEarlyChangesNothing() throws IOException {
        putTen();
        uses.used("o0");
        bytes.set(77);
        objects.listable = false;
        assertThrows(IOException.class, () -> pass(1, 1));
        objects.listable = true;
        AtomicLong looks = new AtomicLong();
        EvictionPass.Result result = new EvictionPass(new EvictionLimits(1, 1), objects, uses,
                bytes, 10, () -> looks.incrementAndGet() < 3).run(true);
        assertFalse(result.whole());
        assertEquals(3, looks.get(), "it ends where it is told to");
        assertEquals(0, result.evicted());
        assertEquals(77, bytes.get());
        assertEquals(NOW, uses.lastUse("o0"));
    }

    @Test
    void changesDuringTheWalkCount() throws IOException {
        putTen();
        objects.beforeRemoval = () -> bytes.addAndGet(objects.removed.size() < 2 ? 10 : 0);
        pass(0, 98);
        assertEquals(4, objects.removed.size()); // 20 came
    }
}
