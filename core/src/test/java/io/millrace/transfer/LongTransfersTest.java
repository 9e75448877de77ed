package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongTransfersTest {

    private static final long NOW = Long.MAX_VALUE - 5; // a clock that runs over is a clock as well
    private static final long SLICE = LongTransfers.SLICE_NS;

    private final LongTransfers<Object> transfers = new LongTransfers<>();
    private final Object a = new Object();
    private final Object b = new Object();

    @Test
    void nobodyHasATurnWhereNobodyWaits() {
        assertTrue(transfers.isEmpty());
        assertNull(transfers.next(NOW));
        assertTrue(transfers.isEmpty());
    }

    @Test
    void turnLastsForASliceOfTime() {
        transfers.add(a);
        transfers.add(b);
        assertSame(a, transfers.next(NOW));
        assertSame(a, transfers.next(NOW + SLICE - 1));
        assertSame(b, transfers.next(NOW + SLICE));
        assertSame(b, transfers.next(NOW + 2 * SLICE - 1));
        assertSame(a, transfers.next(NOW + 2 * SLICE));
    }

    @Test
    void turnEndsEarlyIfThereIsNoMoreToMove() {
        transfers.add(a);
        transfers.add(b);
        transfers.next(NOW);
        transfers.pause();
        assertSame(b, transfers.next(NOW + 1));
        assertSame(b, transfers.next(NOW + SLICE));
        assertSame(b, transfers.next(NOW + SLICE + 1), "nobody else waits");
        transfers.pause();
        assertTrue(transfers.isEmpty());
        assertNull(transfers.next(NOW + SLICE + 2));
    }

    @Test
    void whoBecomesReadyAgainWaitsBehindTheOthers() {
        transfers.add(a);
        transfers.add(b);
        transfers.next(NOW);
        transfers.pause();
        transfers.add(a);
        assertSame(b, transfers.next(NOW));
        assertSame(a, transfers.next(NOW + SLICE));
    }

    @Test
    void whoIsFoundReadyTwiceHasOneTurn() {
        transfers.add(a);
        transfers.add(a);
        assertFalse(transfers.isEmpty());
        assertSame(a, transfers.next(NOW));
        transfers.add(a); // ready as before, as it is not through
        transfers.pause();
        assertTrue(transfers.isEmpty());
    }

    @Test
    void nobodyIsKeptWhenAllAreForgotten() {
        transfers.add(a);
        transfers.add(b);
        transfers.next(NOW);
        transfers.clear();
        assertTrue(transfers.isEmpty());
        assertNull(transfers.next(NOW));
    }

    @Test
    void slicesOfManyMakeARoundOfAboutASecond() {
        int all = 500; // with a whole slice for each it would be five
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            many.add(new Object());
            transfers.add(many.get(i));
        }
        long slice = LongTransfers.ROUND_NS / all;
        assertTrue(slice < SLICE);
        for (int i = 0; i < 2 * all; i++) {
            Object expected = many.get(i % all);
            assertSame(expected, transfers.next(NOW + i * slice));
            assertSame(expected, transfers.next(NOW + (i + 1) * slice - 1));
        }
    }

    @Test
    void asManyAsFitIntoARoundHaveWholeSlices() {
        int all = (int) (LongTransfers.ROUND_NS / SLICE);
        for (int i = 0; i < all; i++) {
            transfers.add(new Object());
        }
        Object first = transfers.next(NOW);
        assertSame(first, transfers.next(NOW + SLICE - 1));
        assertNotSame(first, transfers.next(NOW + SLICE));
    }

    @Test
    void oneMoreThanFitIntoARoundHaveLess() {
        int all = (int) (LongTransfers.ROUND_NS / SLICE) + 1;
        for (int i = 0; i < all; i++) {
            transfers.add(new Object());
        }
        Object first = transfers.next(NOW);
        assertSame(first, transfers.next(NOW + LongTransfers.ROUND_NS / all - 1));
        assertNotSame(first, transfers.next(NOW + LongTransfers.ROUND_NS / all));
    }
}
