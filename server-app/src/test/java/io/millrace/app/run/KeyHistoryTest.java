package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.KeyHistory.Change;
import org.junit.jupiter.api.Test;

/** The judge of the crash run is judged first. */
class KeyHistoryTest {

    private final KeyHistory history = new KeyHistory();

    private void acknowledged(long version, long begun, long answered) {
        history.acknowledge(history.begin(version, begun), answered);
    }

    private boolean endsAs(long version) {
        return history.allows(version, 1000, 1000);
    }

    @Test
    void keyIsEmptyAtFirst() {
        assertTrue(endsAs(KeyHistory.NOTHING));
        assertFalse(endsAs(1));
    }

    @Test
    void acknowledgedChangeMayNotBeMissing() {
        acknowledged(1, 10, 20);
        assertTrue(endsAs(1));
        assertFalse(endsAs(KeyHistory.NOTHING));
    }

    @Test
    void acknowledgedChangesHoldInTheirOrder() {
        acknowledged(1, 10, 20);
        acknowledged(2, 30, 40);
        assertTrue(endsAs(2));
        assertFalse(endsAs(1));
        acknowledged(KeyHistory.NOTHING, 50, 60);
        assertTrue(endsAs(KeyHistory.NOTHING));
        assertFalse(endsAs(2));
    }

    @Test
    void ofTwoAtTheSameTimeEitherMayBeLast() {
        acknowledged(1, 10, 30);
        acknowledged(2, 20, 40);
        assertTrue(endsAs(1));
        assertTrue(endsAs(2));
        assertFalse(endsAs(KeyHistory.NOTHING));
    }

    @Test
    void changeWithoutAnAnswerMayHaveHappenedOrNot() {
        acknowledged(1, 10, 20);
        history.begin(2, 30);
        assertTrue(endsAs(1));
        assertTrue(endsAs(2));
        assertFalse(endsAs(KeyHistory.NOTHING));
        acknowledged(3, 40, 50);
        assertTrue(endsAs(2), "it may have happened after the third");
        assertFalse(endsAs(1));
    }

    @Test
    void lookInTheMiddleSeesWhatIsUnderWayOrWasJustReplaced() {
        acknowledged(1, 10, 20);
        acknowledged(2, 30, 40);
        assertTrue(history.allows(1, 35, 50));
        assertTrue(history.allows(2, 35, 50));
        assertFalse(history.allows(1, 45, 50));
        assertFalse(history.allows(2, 21, 25), "it has not begun");
    }

    @Test
    void knownStateEndsEveryDoubt() {
        acknowledged(1, 10, 20);
        history.begin(2, 30);
        history.startFrom(1);
        assertTrue(endsAs(1));
        assertFalse(endsAs(2));
    }

    @Test
    void versionOfAnUnansweredChangeIsKnownAsSuch() {
        Change change = history.begin(2, 30);
        assertTrue(history.isUnacknowledged(2));
        assertEquals(1, history.unacknowledged());
        history.acknowledge(change, 40);
        assertFalse(history.isUnacknowledged(2));
        assertEquals(0, history.unacknowledged());
    }
}
