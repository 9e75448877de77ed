package io.millrace.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UsageTest {

    private final Usage usage = new Usage();

    private void count(Map<String, Long> folder) {
        Usage.Count count = usage.begin();
        folder.forEach(count::add);
        usage.end(count);
    }

    @Test
    void limitIsFilledToTheLastByte() {
        assertTrue(usage.stage(10, 10));
        assertFalse(usage.stage(1, 10));
        assertTrue(usage.stage(0, 10));
        usage.unstage(3);
        assertFalse(usage.fits(4, 10));
        assertTrue(usage.fits(3, 10));
        assertFalse(usage.stage(Long.MAX_VALUE, 10));
    }

    @Test
    void storedBytesAreNoLongerStagedAndReplaceOthers() {
        usage.stage(10, 100);
        usage.stored("a", 10, 0, 10);
        assertEquals(10, usage.bytes());
        usage.stage(7, 100);
        assertEquals(17, usage.bytes());
        usage.stored("a", 7, 10, 7);
        assertEquals(7, usage.bytes());
        usage.removed("a", 7);
        assertEquals(0, usage.bytes());
    }

    @Test
    void whatAnotherProgramPutThereAndNobodyCountedMakesNoRoomWhenItIsRemoved() {
        usage.stored("a", 10, 0, 0);
        usage.removed("b", 900);
        usage.stored("c", 5, 900, 0);
        assertEquals(10, usage.bytes());
    }

    @Test
    void firstCountTakesSumsThatAnObjectWasRemovedFromMeanwhile() {
        Usage.Count count = usage.begin();
        count.add("a", 10);
        usage.removed("a", 10);
        count.add("b", 5);
        usage.endFirst(count);
        assertEquals(15, usage.bytes());
        count(Map.of("b", 5L));
        assertEquals(5, usage.bytes());
    }

    @Test
    void countFindsWhatOtherProgramsHaveChanged() {
        usage.stored("gone", 10, 0, 0);
        usage.stored("grown", 10, 0, 0);
        usage.stage(3, Long.MAX_VALUE - 1);
        count(Map.of("grown", 90L, "new", 500L));
        assertEquals(593, usage.bytes());
        usage.removed("new", 500);
        assertEquals(93, usage.bytes());
    }

    @Test
    void changeOfAnObjectThatACountHasSeenOrNotIsCountedOnce() {
        for (boolean seenBefore : new boolean[] {true, false}) {
            Usage one = new Usage();
            one.stored("a", 10, 0, 0);
            Usage.Count count = one.begin();
            one.changing("a");
            count.add("a", seenBefore ? 10 : 25);
            one.stored("a", 25, 10, 0);
            one.end(count);
            assertEquals(25, one.bytes());
        }
    }

    @Test
    void changeThatIsUnderWayWhenACountEndsOrBeginsIsCountedOnce() {
        usage.stored("a", 10, 0, 0);
        Usage.Count count = usage.begin();
        usage.changing("a");
        count.add("a", 25); // it has moved already
        usage.end(count);
        Usage.Count next = usage.begin();
        next.add("a", 25);
        usage.stored("a", 25, 10, 0);
        usage.end(next);
        assertEquals(25, usage.bytes());
        count(Map.of("a", 25L));
        assertEquals(25, usage.bytes());
    }

    @Test
    void changeThatLastsLongerThanAWholeCountIsCountedOnce() {
        usage.stored("a", 90, 0, 0);
        usage.changing("a");
        count(Map.of("a", 10L)); // it has moved already
        usage.stored("a", 10, 90, 0);
        usage.settled("a");
        assertEquals(10, usage.bytes());
        usage.changing("a");
        count(Map.of()); // it is gone already
        usage.stored("a", 7, 0, 0); // of another name that shares the sum
        usage.removed("a", 10);
        usage.settled("a");
        assertEquals(7, usage.bytes());
    }

    @Test
    void afterTheLastOfTwoChangesHasSettledACountIsTakenOverAgain() {
        usage.stored("a", 10, 0, 0);
        usage.changing("a");
        usage.changing("a");
        usage.settled("a");
        count(Map.of("a", 50L));
        assertEquals(10, usage.bytes());
        usage.settled("a");
        count(Map.of("a", 50L));
        assertEquals(50, usage.bytes());
    }

    @Test
    void countThatSeesAFolderMovedIsNotTakenOver() {
        usage.stored("d/a", 10, 0, 0);
        Usage.Count begunBefore = usage.begin();
        begunBefore.add("d/a", 10);
        usage.movingFolder();
        begunBefore.add("e/a", 10);
        usage.end(begunBefore);
        assertEquals(10, usage.bytes());
        count(Map.of()); // its way went past both names
        assertEquals(10, usage.bytes());
        Usage.Count endedAfter = usage.begin();
        usage.folderSettled();
        usage.end(endedAfter);
        assertEquals(10, usage.bytes());
        count(Map.of("e/a", 10L));
        usage.removed("e/a", 10);
        assertEquals(0, usage.bytes());
    }

    @Test
    void changesAndFolderMovesAtAnyMomentOfACountLeaveTheTruth() {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Long> folder = new HashMap<>();
        for (int round = 0; round < 300; round++) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                names.add(i / 10 + "/" + i % 10);
            }
            if (random.nextInt(10) == 0) {
                moveFolder(folder, random.nextInt(5), random.nextInt(5));
            }
            Usage.Count count = usage.begin();
            for (String visited : names) {
                if (random.nextInt(500) == 0) {
                    moveFolder(folder, random.nextInt(5), random.nextInt(5));
                }
                for (int i = random.nextInt(3); i > 0; i--) {
                    String name = random.nextInt(5) + "/" + random.nextInt(10);
                    long before = folder.getOrDefault(name, 0L);
                    usage.changing(name);
                    if (random.nextBoolean()) {
                        folder.put(name, random.nextLong(1000));
                        usage.stored(name, folder.get(name), before, 0);
                    } else if (folder.remove(name) != null) {
                        usage.removed(name, before);
                    }
                    usage.settled(name);
                }
                if (folder.containsKey(visited)) {
                    count.add(visited, folder.get(visited));
                }
            }
            usage.end(count);
            assertEquals(folder.values().stream().mapToLong(Long::longValue).sum(),
                    usage.bytes());
        }
    }

    /** Moves what is in a folder to another one, which is emptied first. */
    private void moveFolder(Map<String, Long> folder, int from, int to) {
        for (int i = 0; i < 10; i++) {
            Long bytes = from == to ? null : folder.remove(to + "/" + i);
            if (bytes != null) {
                usage.removed(to + "/" + i, bytes);
            }
        }
        usage.movingFolder();
        for (int i = 0; i < 10; i++) {
            Long bytes = folder.remove(from + "/" + i);
            if (bytes != null) {
                folder.put(to + "/" + i, bytes);
            }
        }
        usage.folderSettled();
    }

    private void moveFolder() {
        usage.movingFolder();
        usage.folderSettled();
    }

    @Test
    void whatIsRemovedUnderTheNewNameOfAFolderIsTakenOffAtOnceAndOnce() {
        usage.stored("d/a", 10, 0, 0);
        usage.stored("d/b", 20, 0, 0);
        moveFolder();
        usage.removed("e/a", 10);
        assertEquals(20, usage.bytes());
        usage.stored("e/b", 5, 20, 0);
        assertEquals(5, usage.bytes());
        usage.stored("d/a", 7, 0, 0);
        assertEquals(12, usage.bytes());
        assertTrue(usage.fits(88, 100));
        assertFalse(usage.fits(89, 100));
        count(Map.of("e/b", 5L, "d/a", 7L));
        assertEquals(12, usage.bytes());
    }

    @Test
    void objectThatIsMovedOutOfAMovedFolderIsCountedOnce() {
        usage.stored("d/a", 10, 0, 0);
        moveFolder();
        usage.removed("e/a", 10);
        usage.stored("a", 10, 0, 0);
        assertEquals(10, usage.bytes());
        count(Map.of("a", 10L));
        assertEquals(10, usage.bytes());
    }

    @Test
    void removalUnderTheNewNameWhileACountRunsIsTakenOffOnce() {
        usage.stored("d/a", 10, 0, 0);
        usage.stored("b", 3, 0, 0);
        moveFolder();
        Usage.Count count = usage.begin();
        count.add("e/a", 10);
        count.add("b", 3);
        usage.removed("e/a", 10);
        assertEquals(3, usage.bytes());
        usage.end(count);
        assertEquals(3, usage.bytes());
    }

    @Test
    void replacementUnderTheNewNameWhileACountRunsIsCountedOnce() {
        for (boolean seenBefore : new boolean[] {true, false}) {
            Usage one = new Usage();
            one.stored("d/a", 10, 0, 0);
            one.movingFolder();
            one.folderSettled();
            Usage.Count count = one.begin();
            one.changing("e/a");
            count.add("e/a", seenBefore ? 10 : 4);
            one.stored("e/a", 4, 10, 0);
            one.settled("e/a");
            assertEquals(4, one.bytes());
            one.end(count);
            assertEquals(4, one.bytes());
            Usage.Count next = one.begin();
            next.add("e/a", 4);
            one.end(next);
            assertEquals(4, one.bytes());
        }
    }

    @Test
    void otherProgramsAreFoundBesideANameThatChangesInEachCountSinceAFolderMove() {
        usage.stored("d/a", 10, 0, 0);
        moveFolder();
        for (int round = 0; round < 3; round++) {
            Usage.Count count = usage.begin();
            usage.stored("e/a", 10, 10, 0);
            count.add("e/a", 10);
            count.add("b", round * 100);
            usage.end(count);
        }
        assertEquals(210, usage.bytes());
    }

    @Test
    void removalsUnderTheNewNameStayTakenOffIfTheCountSawAFolderMove() {
        usage.stored("d/a", 10, 0, 0);
        Usage.Count count = usage.begin();
        moveFolder();
        usage.removed("e/a", 10);
        usage.end(count);
        assertEquals(0, usage.bytes());
    }

    @Test
    void afterTheCountThatFollowsAFolderMoveFilesOfOtherProgramsMakeNoRoomAgain() {
        usage.stored("d/a", 10, 0, 0);
        moveFolder();
        count(Map.of("e/a", 10L));
        usage.removed("b", 900);
        assertEquals(10, usage.bytes());
    }

    @Test
    void noMoreIsTakenOffThanThereIs() {
        usage.stored("d/a", 10, 0, 0);
        moveFolder();
        usage.removed("b", 900); // another program's, which no count has seen
        usage.stage(5, 100);
        assertEquals(5, usage.bytes());
    }
}
