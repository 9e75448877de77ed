package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Bytes per second. */
class PaceTest {

    private long nowNs = -5;
    private long waitedNs;

    private final Pace pace = new Pace(1000, () -> nowNs, ns -> {
        waitedNs += Math.min(ns, 300_000_000); // a wait may end early
        nowNs += Math.min(ns, 300_000_000);
    });

    @Test
    void bytesTakeTheTimeThatTheyMayTake() {
        for (int i = 0; i < 100; i++) {
            pace.keep(100);
            nowNs += 1_000_000;
        }
        assertEquals(10_000_000_000L - 99_000_000, waitedNs);
    }

    @Test
    void timeWithoutBytesIsNotMadeUpForBeyondATenthOfASecond() {
        pace.keep(100);
        nowNs += 3_600_000_000_000L;
        waitedNs = 0;
        pace.keep(100);
        assertEquals(0, waitedNs);
        pace.keep(100);
        assertEquals(100_000_000, waitedNs);
    }

    @Test
    void unboundedPaceNeverWaits() {
        Pace unbounded = new Pace(Long.MAX_VALUE, () -> nowNs, ns -> waitedNs += ns);
        unbounded.keep(Integer.MAX_VALUE);
        assertEquals(0, waitedNs);
    }

    @Test
    void pieceTakesATenthOfASecondAtMost() {
        assertEquals(99, pace.pieceBytes(99));
        assertEquals(100, pace.pieceBytes(100));
        assertEquals(100, pace.pieceBytes(101));
        assertEquals(1, new Pace(1).pieceBytes(100));
        assertEquals(100, new Pace(Long.MAX_VALUE).pieceBytes(100));
    }

    @Test
    void paceOfNothingIsRefused() {
        new Pace(1);
        assertThrows(IllegalArgumentException.class, () -> new Pace(0));
    }
}
