package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueHeapTest {

    private static final class Due extends DueHeap.Entry {

        Due(long deadlineNs) {
            this.deadlineNs = deadlineNs;
        }
    }

    private final DueHeap<Due> heap = new DueHeap<>();

    @Test
    void emptyHeapHasNoFirstAndNothingToTakeOut() {
        assertNull(heap.first());
        heap.remove(new Due(1));
        assertNull(heap.first());
    }

    @Test
    void entryThatWasTakenOutMayBeAddedAgain() {
        Due due = new Due(5);
        heap.add(due);
        heap.remove(due);
        heap.remove(due);
        assertNull(heap.first());
        due.deadlineNs = 7;
        heap.add(due);
        assertSame(due, heap.first());
    }

    @Test
    void clockThatOverflowsIsNoTrouble() {
        Due before = new Due(Long.MAX_VALUE - 1);
        Due after = new Due(Long.MIN_VALUE + 1);
        heap.add(after);
        heap.add(before);
        assertSame(before, heap.first());
    }

    /** Against a list that is searched: 20 orders of thousands of steps, with equal deadlines. */
    @Test
    void firstIsAlwaysOneOfThoseThatAreDueFirst() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Due> all = new ArrayList<>();
            for (int step = 0; step < 3_000; step++) {
                if (all.isEmpty() || random.nextInt(100) < 52) {
                    Due due = new Due(random.nextInt(500) - 250);
                    all.add(due);
                    heap.add(due);
                } else {
                    heap.remove(all.remove(random.nextInt(all.size())));
                }
                if (!all.isEmpty()) {
                    assertEquals(all.stream().min(Comparator.comparingLong(due -> due.deadlineNs))
                            .orElseThrow().deadlineNs, heap.first().deadlineNs, "seed " + seed);
                }
            }
            for (Due due : all) {
                heap.remove(due);
            }
            assertNull(heap.first());
        }
    }
}
