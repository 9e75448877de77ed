package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final ServerOptions OPTIONS = ServerOptions.builder().port(0)
            .headTimeout(Duration.ofMillis(10)).idleTimeout(Duration.ofMillis(40))
            .progressTimeout(Duration.ofMillis(20)).lingerTimeout(Duration.ofMillis(30))
            .firstByteTimeout(Duration.ofMillis(35)).answerTimeout(Duration.ofMillis(60)).build();
    private static final long MS = 1_000_000;

    private final Deadlines deadlines = new Deadlines(OPTIONS);

    private static Connection connection() {
        return new Connection(new MemoryChannel(), Layer.NONE, new Resources(OPTIONS,
                request -> Response.text(""), new Counters(), new Completions(() -> { })));
    }

    private void assertNothingIsTimed() {
        assertEquals(Long.MAX_VALUE, deadlines.untilNextNs(0));
    }

    @Test
    void nothingTimedIsNeverDue() {
        assertNull(deadlines.due(Long.MAX_VALUE));
        assertNothingIsTimed();
    }

    @Test
    void eachPhaseIsDueAtItsTimeoutAndNotBefore() {
        check(Phase.HEAD, 10);
        check(Phase.PROGRESS, 20);
        check(Phase.LINGER, 30);
        check(Phase.IDLE, 40);
        check(Phase.FIRST_BYTE, 35);
        check(Phase.APPLICATION, 60);
    }

    private void check(Phase phase, long timeoutMs) {
        Connection connection = connection();
        deadlines.start(connection, phase, 5);
        assertEquals(phase, connection.timed());
        assertEquals(timeoutMs * MS, deadlines.untilNextNs(5));
        assertNull(deadlines.due(4 + timeoutMs * MS));
        assertSame(connection, deadlines.due(5 + timeoutMs * MS));
        assertEquals(0, deadlines.untilNextNs(6 + timeoutMs * MS));
        deadlines.start(connection, Phase.NONE, 0);
        assertNothingIsTimed();
    }

    @Test
    void connectionsLingerForFiveSecondsAtMostOnceTheServerStops() {
        Deadlines patient = new Deadlines(ServerOptions.builder().port(0)
                .lingerTimeout(Duration.ofSeconds(30)).build());
        Connection before = connection();
        patient.start(before, Phase.LINGER, 0);
        Connection atStop = connection();
        patient.start(atStop, Phase.LINGER, 26_000 * MS);
        patient.stopBegins(26_000 * MS);
        Connection after = connection();
        patient.start(after, Phase.LINGER, 27_000 * MS);

        // What had less time left keeps that.
        assertNull(patient.due(30_000 * MS - 1));
        assertSame(before, patient.due(30_000 * MS));
        patient.start(before, Phase.NONE, 0);
        assertNull(patient.due(31_000 * MS - 1));
        assertSame(atStop, patient.due(31_000 * MS));
        patient.start(atStop, Phase.NONE, 0);
        assertNull(patient.due(32_000 * MS - 1));
        assertSame(after, patient.due(32_000 * MS));
    }

    @Test
    void shorterLingerTimeoutStaysAsItIsWhenTheServerStops() {
        deadlines.stopBegins(0);
        check(Phase.LINGER, 30);
    }

    @Test
    void startingAgainPutsTheDeadlineOff() {
        Connection first = connection();
        Connection second = connection();
        deadlines.start(first, Phase.HEAD, 0);
        deadlines.start(second, Phase.HEAD, 1);
        deadlines.start(first, Phase.HEAD, 2);
        assertSame(second, deadlines.due(10 * MS + 1));
        deadlines.start(second, Phase.NONE, 3);
        assertNull(deadlines.due(10 * MS + 1));
        assertSame(first, deadlines.due(10 * MS + 2));
    }

    @Test
    void dueConnectionStaysListedUntilItIsStartedAnew() {
        Connection connection = connection();
        deadlines.start(connection, Phase.HEAD, 0);
        assertSame(connection, deadlines.due(10 * MS));
        assertSame(connection, deadlines.due(10 * MS));
        deadlines.start(connection, Phase.LINGER, 10 * MS);
        assertNull(deadlines.due(39 * MS));
        assertSame(connection, deadlines.due(40 * MS));
    }

    @Test
    void untilNextIsTheLeastOfAllPhases() {
        deadlines.start(connection(), Phase.IDLE, 0);
        deadlines.start(connection(), Phase.LINGER, 15 * MS);
        assertEquals(25 * MS, deadlines.untilNextNs(15 * MS));
        deadlines.start(connection(), Phase.HEAD, 15 * MS);
        assertEquals(10 * MS, deadlines.untilNextNs(15 * MS));
    }

    @Test
    void entryTakenOffTwiceStaysOff() {
        Connection connection = connection();
        deadlines.start(connection, Phase.HEAD, 0);
        deadlines.start(connection, Phase.NONE, 0);
        deadlines.start(connection, Phase.NONE, 0);
        assertNothingIsTimed();
        deadlines.start(connection, Phase.IDLE, 0);
        assertEquals(40 * MS, deadlines.untilNextNs(0));
    }

    @Test
    void clockThatOverflowsIsNoTrouble() {
        Connection connection = connection();
        long start = Long.MAX_VALUE - 5;
        deadlines.start(connection, Phase.HEAD, start);
        assertNull(deadlines.due(start + 10 * MS - 1));
        assertEquals(1, deadlines.untilNextNs(start + 10 * MS - 1));
        assertSame(connection, deadlines.due(start + 10 * MS));
    }

    @Test
    void timeInWhichTheServerStoodStillDoesNotCount() {
        Connection before = connection();
        deadlines.start(before, Phase.HEAD, 0);
        deadlines.forgive(60 * MS);
        deadlines.forgive(40 * MS);
        Connection after = connection();
        deadlines.start(after, Phase.HEAD, 105 * MS);
        assertEquals(5 * MS, deadlines.untilNextNs(105 * MS));
        assertNull(deadlines.due(110 * MS - 1));
        assertSame(before, deadlines.due(110 * MS));
        assertTrue(deadlines.isDue(before, 110 * MS));
        assertFalse(deadlines.isDue(after, 115 * MS - 1));
        assertTrue(deadlines.isDue(after, 115 * MS));
        deadlines.start(after, Phase.NONE, 0);
        assertFalse(deadlines.isDue(after, 200 * MS));
    }

    @Test
    void connectionsLingerForFiveSecondsAtMostAfterTheServerHasStoodStill() {
        Deadlines patient = new Deadlines(ServerOptions.builder().port(0)
                .lingerTimeout(Duration.ofSeconds(30)).build());
        patient.forgive(100_000 * MS);
        patient.start(connection(), Phase.LINGER, 100_000 * MS);
        patient.stopBegins(100_000 * MS);
        assertEquals(5_000 * MS, patient.untilNextNs(100_000 * MS));
    }

    @Test
    void connectionsWithoutARequestAreIdleWhetherTheyHaveHadOneOrNot() {
        for (Phase phase : new Phase[] {Phase.FIRST_BYTE, Phase.IDLE, Phase.HEAD, Phase.LINGER}) {
            deadlines.start(connection(), phase, 0);
        }
        assertEquals(2, deadlines.idle());
    }

    // Which connection gives way at the limit.

    @Test
    void lingeringConnectionsGiveWayFirstThenSilentThenIdleOnes() {
        Connection[] connections = {connection(), connection(), connection(), connection()};
        // The lingering ones are the last to come.
        deadlines.start(connections[3], Phase.IDLE, 1);
        deadlines.start(connections[2], Phase.FIRST_BYTE, 2);
        deadlines.start(connections[0], Phase.LINGER, 3);
        deadlines.start(connections[1], Phase.LINGER, 4);
        deadlines.start(connection(), Phase.HEAD, 0);
        long before = Long.MIN_VALUE / 2;
        for (Connection connection : connections) {
            assertSame(connection, deadlines.longestIdle());
            assertTrue(deadlines.longestIdleSinceNs() - before > 0);
            before = deadlines.longestIdleSinceNs();
            deadlines.start(connection, Phase.NONE, 5);
        }
        assertNull(deadlines.longestIdle());
        assertEquals(Long.MAX_VALUE, deadlines.longestIdleSinceNs());
    }

    @Test
    void workersCompareThePhaseBeforeTheTime() {
        Deadlines other = new Deadlines(OPTIONS);
        deadlines.start(connection(), Phase.FIRST_BYTE, 1_000_000 * MS);
        other.start(connection(), Phase.IDLE, -1_000_000 * MS);
        assertTrue(deadlines.longestIdleSinceNs() - other.longestIdleSinceNs() < 0);
        other.start(connection(), Phase.FIRST_BYTE, -1_000_000 * MS);
        assertTrue(deadlines.longestIdleSinceNs() - other.longestIdleSinceNs() > 0);
        deadlines.start(connection(), Phase.LINGER, 1_000_000 * MS);
        assertTrue(deadlines.longestIdleSinceNs() - other.longestIdleSinceNs() < 0);
    }

    // A minimum of less than a byte would be none at all.
    @Test
    void bodyThatMovesWhatItHasToInItsTimeIsNotTooSlowAndOneByteLessIs() {
        Deadlines perSecond = new Deadlines(ServerOptions.builder().port(0)
                .progressTimeout(Duration.ofSeconds(1)).minBytesPerSecond(10).build());
        Conversation conversation = new Conversation(
                request -> Exchange.discard(bytes -> Response.text(""))).send(Wire.put(100));
        perSecond.begin(conversation.connection, Phase.PROGRESS, 0);
        conversation.send("nine of 1");
        assertFalse(perSecond.hasProgressed(conversation.connection));
        conversation.send("0");
        assertTrue(perSecond.hasProgressed(conversation.connection));
    }

    @Test
    void bodyThatDoesNotMoveIsTooSlowHoweverShortTheWindow() {
        Deadlines brief = new Deadlines(ServerOptions.builder().port(0)
                .progressTimeout(Duration.ofMillis(1)).minBytesPerSecond(1).build());
        Connection connection = connection();
        brief.begin(connection, Phase.PROGRESS, 0);
        assertFalse(brief.hasProgressed(connection));
    }
}
