package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Whose turn it is to work on an upload. */
class TurnsTest {

    private static final class Claim implements Turns.Claim {

        private Turns.Turn turn;
        private int superseded;

        @Override
        public void granted(Turns.Turn turn) {
            this.turn = turn;
        }

        @Override
        public void superseded() {
            superseded++;
        }
    }

    private final Turns turns = new Turns();
    private final Claim first = new Claim();
    private final Claim second = new Claim();
    private final Claim third = new Claim();

    private void take(Claim claim) {
        turns.take("a", null, claim);
    }

    // What a request has seen of the upload before may be old by then, had it to wait or not.
    @Test
    void endOfATurnIsKnownToThoseThatLookedBefore() {
        int before = turns.ends("a");
        take(first);
        take(second);
        assertNull(second.turn);
        assertEquals(before, turns.ends("a"));
        first.turn.end();
        int between = turns.ends("a");
        assertNotEquals(before, between);
        second.turn.end();
        assertNotEquals(between, turns.ends("a"));
        assertEquals(0, turns.ends("b"));
    }

    @Test
    void newestOfThoseThatWaitIsNextAndNoOther() {
        take(first);
        take(second);
        take(third);
        assertEquals(1, second.superseded);
        first.turn.end();
        assertNull(second.turn);
        assertNotNull(third.turn);
        assertEquals(0, first.superseded + third.superseded);
    }

    @Test
    void endCountsOnce() {
        take(first);
        take(second);
        first.turn.end();
        first.turn.end();
        assertTrue(turns.isTaken("a"));
        assertNull(turns.tryTake("a"));
        second.turn.end();
        assertFalse(turns.isTaken("a"));
        assertEquals(2, turns.ends("a"));
        assertNotNull(turns.tryTake("a"));
    }

    @Test
    void newUploadIsNobodyElses() {
        take(first);
        assertThrows(IllegalStateException.class, () -> turns.first("a", null));
        assertNotNull(turns.first("b", null));
    }
}
