package io.millrace.app.run;

import static io.millrace.app.run.RegisterOperation.ABSENT;
import static io.millrace.app.run.RegisterOperation.UNKNOWN;
import static io.millrace.app.run.RegisterOperation.other;
import static io.millrace.app.run.RegisterOperation.read;
import static io.millrace.app.run.RegisterOperation.replace;
import static io.millrace.app.run.RegisterOperation.replaceOther;
import static io.millrace.app.run.RegisterOperation.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge of the linearizability run is judged first. */
class RegisterJudgeTest {

    private static void assertValid(RegisterOperation... history) {
        assertNull(RegisterJudge.fault(List.of(history)));
    }

    private static void assertInvalid(RegisterOperation... history) {
        assertNotEquals(null, RegisterJudge.fault(List.of(history)), Arrays.toString(history));
    }

    // One after the other.

    @Test
    void registerIsEmptyAtFirst() {
        assertValid();
        assertValid(read(1, 2, ABSENT));
        assertInvalid(other(1, 2, ABSENT));
    }

    @Test
    void whatWasWrittenIsFoundUntilTheNextWrite() {
        assertValid(write(1, 2, 7), read(3, 4, 7), write(5, 6, 8), read(7, 8, 8));
        assertInvalid(write(1, 2, 7), read(3, 4, ABSENT));
        assertInvalid(write(1, 2, 7), write(5, 6, 8), read(7, 8, 7));
    }

    @Test
    void whatWasRemovedIsFoundNoMore() {
        assertValid(write(1, 2, 7), replaceOther(3, 4, ABSENT, ABSENT), read(5, 6, ABSENT));
        assertInvalid(write(1, 2, 7), replaceOther(3, 4, ABSENT, ABSENT), read(5, 6, 7));
        assertInvalid(replaceOther(3, 4, ABSENT, ABSENT)); // of nothing
    }

    @Test
    void whatWasNeverWrittenIsNotFound() {
        assertInvalid(write(1, 2, 7), read(3, 4, 9));
        assertTrue(RegisterJudge.fault(List.of(read(3, 4, 9))).contains("never written"));
    }

    @Test
    void whatIsWrittenLaterIsNotFound() {
        assertInvalid(read(1, 2, 7), write(3, 4, 7));
    }

    // At the same time.

    @Test
    void lookAtTheSameTimeMayComeBeforeOrAfter() {
        assertValid(write(1, 2, 7), write(3, 6, 8), read(4, 5, 7));
        assertValid(write(1, 2, 7), write(3, 6, 8), read(4, 5, 8));
        assertInvalid(write(1, 2, 7), write(3, 6, 8), read(4, 5, ABSENT));
    }

    @Test
    void endAndStartOfOneMomentAreAtTheSameTime() {
        assertValid(write(1, 2, 7), write(2, 3, 8), read(4, 5, 7));
        assertInvalid(write(1, 2, 7), write(3, 4, 8), read(5, 6, 7));
    }

    @Test
    void newOneThatWasFoundIsNotFollowedByTheOldOne() {
        assertValid(write(1, 2, 7), write(3, 10, 8), read(4, 5, 7), read(6, 7, 8));
        assertInvalid(write(1, 2, 7), write(3, 10, 8), read(4, 5, 8), read(6, 7, 7));
    }

    @Test
    void twoClientsSeeTwoWritesInOneOrder() {
        assertValid(write(1, 20, 7), write(1, 20, 8), read(2, 3, 7), read(4, 5, 8),
                read(2, 5, 7), read(6, 7, 8));
        assertInvalid(write(1, 20, 7), write(1, 20, 8), read(2, 3, 7), read(6, 7, 8),
                read(2, 3, 8), read(6, 7, 7));
    }

    @Test
    void removalBetweenTwoWritesHasAPlaceOrNot() {
        assertValid(write(1, 9, 7), write(1, 9, 8), write(1, 9, ABSENT), read(2, 3, 8),
                read(4, 5, ABSENT), read(6, 7, 7));
        assertInvalid(write(1, 9, 7), write(1, 9, ABSENT), read(2, 3, ABSENT), read(4, 5, 7),
                read(6, 7, ABSENT), read(8, 9, 7));
    }

    // Conditions.

    @Test
    void ofTwoThatReplaceOneStateOneSucceeds() {
        assertValid(write(1, 2, 7), replace(3, 9, 7, 8), other(3, 9, 7), read(10, 11, 8));
        assertInvalid(write(1, 2, 7), replace(3, 9, 7, 8), replace(3, 9, 7, 9));
    }

    @Test
    void ofTwoThatCreateOneSucceeds() {
        assertValid(replace(1, 5, ABSENT, 7), other(1, 5, ABSENT));
        assertInvalid(replace(1, 5, ABSENT, 7), replace(1, 5, ABSENT, 8));
        assertValid(replace(1, 5, ABSENT, 7), replace(1, 5, ABSENT, 8), write(1, 5, ABSENT));
    }

    @Test
    void refusalNeedsAnotherStateAtSomeMoment() {
        assertInvalid(write(1, 2, 7), other(3, 4, 7), write(5, 6, 8));
        assertValid(write(1, 2, 7), other(3, 6, 7), write(5, 8, 8));
    }

    @Test
    void updateOverAWriteOfAnotherIsLost() {
        assertInvalid(write(1, 2, 7), write(3, 4, 8), replace(5, 6, 7, 9));
        assertInvalid(write(1, 2, 7), replace(3, 4, 7, 9), read(5, 6, 7));
    }

    @Test
    void replacingNothingIsNoReplacing() {
        assertInvalid(replaceOther(1, 2, ABSENT, 7));
        assertValid(replaceOther(1, 4, ABSENT, 7), write(2, 3, 8));
        assertInvalid(write(1, 2, 7), replace(3, 4, ABSENT, 8));
    }

    // Without a response.

    @Test
    void changeWithoutAResponseMayHaveHappenedOrNot() {
        assertValid(write(1, 2, 7), write(3, UNKNOWN, 8), read(10, 11, 7));
        assertValid(write(1, 2, 7), write(3, UNKNOWN, 8), read(10, 11, 8));
        assertValid(write(1, 2, 7), write(3, UNKNOWN, 8), read(10, 11, 7), read(12, 13, 8));
        assertInvalid(write(1, 2, 7), write(3, UNKNOWN, 8), read(10, 11, 8), read(12, 13, 7));
        assertInvalid(write(1, 2, 7), read(3, 4, 8), write(5, UNKNOWN, 8));
    }

    @Test
    void removalWithoutAResponseHappensOnceAtMost() {
        RegisterOperation removal = write(3, UNKNOWN, ABSENT);
        assertValid(write(1, 2, 7), removal, read(10, 11, 7), read(12, 13, ABSENT));
        assertInvalid(write(1, 2, 7), removal, read(12, 13, ABSENT), read(14, 15, 7));
        assertValid(write(1, 2, 7), removal, read(4, 5, ABSENT), write(6, 7, 8), read(8, 9, 8));
        assertInvalid(write(1, 2, 7), removal, read(4, 5, ABSENT), write(6, 7, 8),
                read(8, 9, ABSENT));
        assertInvalid(write(1, 2, 7), read(3, 4, ABSENT), write(5, UNKNOWN, ABSENT));
    }

    @Test
    void writeWithoutAResponseThatNothingFoundMayBeWhatARefusalFound() {
        assertValid(write(3, UNKNOWN, 8), other(4, 5, ABSENT));
        assertValid(write(1, 2, 7), write(3, UNKNOWN, 8), other(4, 5, 7));
        assertInvalid(write(1, 2, 7), write(6, UNKNOWN, 8), other(4, 5, 7));
    }

    @Test
    void chainOfChangesWithoutAResponseHappenedIfItsEndWasFound() {
        assertValid(write(1, UNKNOWN, 7), replace(2, UNKNOWN, 7, 8), read(5, 6, 8));
        assertInvalid(write(1, UNKNOWN, 7), replace(2, UNKNOWN, 7, 8), read(5, 6, 8),
                read(7, 8, 7));
    }

    // All of it.

    @Test
    void stateThatIsWrittenTwiceIsNoneOfThisRun() {
        assertThrows(IllegalArgumentException.class,
                () -> RegisterJudge.fault(List.of(write(1, 2, 7), write(3, 4, 7))));
    }

    @Test
    void faultShowsWhatWasBefore() {
        String fault = RegisterJudge.fault(List.of(write(1, 2, 7), read(3, 4, ABSENT)));
        assertEquals("no order goes on after 1 of 2 operations, which left 7:\n"
                + "  1 to 2: wrote 7\nand then, in the order of their starts:\n"
                + "  3 to 4: looked, found nothing\n", fault);
    }

    /** A register that is right, and twenty clients, each of whose times is somewhat longer. */
    private static List<RegisterOperation> history(Random random, int count) {
        List<RegisterOperation> history = new ArrayList<>();
        long state = ABSENT;
        for (int i = 1; i <= count; i++) {
            long atNs = 100L * i;
            long startNs = atNs - random.nextInt(2000);
            long endNs = random.nextInt(20) == 0 ? UNKNOWN : atNs + random.nextInt(2000);
            long before = state;
            switch (random.nextInt(6)) {
                case 0, 1 -> history.add(read(startNs, endNs, before));
                case 2 -> {
                    state = i;
                    history.add(before == ABSENT ? replace(startNs, endNs, ABSENT, i)
                            : replaceOther(startNs, endNs, ABSENT, i));
                }
                case 3 -> {
                    state = ABSENT;
                    history.add(before == ABSENT ? read(startNs, endNs, ABSENT)
                            : replaceOther(startNs, endNs, ABSENT, ABSENT));
                }
                case 4 -> {
                    state = i;
                    history.add(replace(startNs, endNs, before, i));
                }
                default -> history.add(other(startNs, endNs, before == i - 1 ? ABSENT - 9 : i));
            }
        }
        Collections.shuffle(history, random);
        return history;
    }

    @Test
    void longHistoriesOfARightRegisterAreValid() {
        for (int seed = 0; seed < 4; seed++) {
            assertNull(RegisterJudge.fault(history(new Random(seed), 2000)), "seed " + seed);
        }
    }

    /** Tries every order of a few operations, as the definition says. */
    private static boolean isLinearizable(List<RegisterOperation> left, long state) {
        if (left.stream().allMatch(RegisterOperation::isUnknown)) {
            return true;
        }
        for (RegisterOperation operation : left) {
            boolean isNext = left.stream().allMatch(
                    other -> operation.startNs() <= other.endNs());
            if (isNext && operation.allows(state)) {
                List<RegisterOperation> rest = new ArrayList<>(left);
                rest.remove(operation);
                if (isLinearizable(rest, operation.changes() ? operation.written() : state)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether nothing says that it didn't find what is only known from a lost write. */
    private static boolean isExact(List<RegisterOperation> history) {
        return history.stream().filter(RegisterOperation::isUnknown).noneMatch(
                lost -> lost.written() != ABSENT && history.stream().anyMatch(
                        other -> other.condition() == RegisterOperation.Condition.IS_NOT
                                && other.state() == lost.written()));
    }

    @Test
    void verdictIsThatOfTheDefinition() {
        Random random = new Random(1);
        Set<Boolean> verdicts = new HashSet<>();
        for (int run = 0; run < 20_000; run++) {
            List<RegisterOperation> history = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                long startNs = random.nextInt(20);
                boolean known = random.nextInt(6) > 0;
                long endNs = known ? startNs + random.nextInt(8) : UNKNOWN;
                long found = random.nextInt(7);
                long written = random.nextInt(3) == 0 ? ABSENT : i;
                history.add(switch (known ? random.nextInt(5) : 2) {
                    case 0 -> read(startNs, endNs, found);
                    case 1 -> other(startNs, endNs, found);
                    case 2 -> write(startNs, endNs, written);
                    case 3 -> replace(startNs, endNs, found, written);
                    default -> replaceOther(startNs, endNs, found, written);
                });
            }
            boolean right = isLinearizable(history, ABSENT);
            verdicts.add(right);
            if (right || isExact(history)) {
                assertEquals(right, RegisterJudge.fault(history) == null, history.toString());
            }
        }
        assertEquals(2, verdicts.size());
    }
}
